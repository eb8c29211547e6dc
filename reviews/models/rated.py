"""A product's rating is what its approved reviews add up to, no matter who writes another one."""

import pgtrigger

from catalog.models import Product
from core.database.sql_files import read_sql


class RatedProduct(Product):
    """Products as reviews guard them: figures of an imported file hold until somebody writes."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            # The row is locked by now, and this query sees what others have committed until then:
            # of two simultaneous reviews, the later one counts both.
            pgtrigger.Trigger(
                name="rating_follows_reviews",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("rating_average", "rating_count"),
                declare=[("average", "NUMERIC"), ("number", "INTEGER")],
                func=read_sql("reviews", "rating_follows_reviews"),
            )
        ]
