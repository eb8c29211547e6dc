"""A product's rating is what its approved reviews add up to, whoever writes another one."""

import pgtrigger

from catalog.models import Product


class RatedProduct(Product):
    """Products as reviews guard them: figures of an imported file hold until somebody writes."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            # The row is locked by now, and this query sees what others have committed until then:
            # of two reviews that come at once, the later one counts both.
            pgtrigger.Trigger(
                name="rating_follows_reviews",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("rating_average", "rating_count"),
                declare=[("average", "NUMERIC"), ("number", "INTEGER")],
                func="""
                    SELECT ROUND(AVG(rating), 2), COUNT(*) INTO average, number
                    FROM reviews_review WHERE product_id = NEW.id AND status = 'approved';
                    IF number > 0 THEN
                        NEW.rating_average := average;
                        NEW.rating_count := number;
                    END IF;
                    RETURN NEW;
                """,
            )
        ]
