import pgtrigger
from django.db import models

# The key of a product's brands. Options have names, so that none of them has this one.
BRAND_KEY = ""


def written_anew(products: str) -> str:
    """The statement that has the rows of products say what their variants do: "= changed"."""
    return f"""
        WITH said AS (
            SELECT v.product_id, p.category_id, '{BRAND_KEY}' AS key, v.brand_id::text AS value_key
            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id
            WHERE p.id {products} AND p.is_active AND v.is_active AND v.brand_id IS NOT NULL
            UNION
            SELECT v.product_id, p.category_id, o.key, o.value_key
            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id
            JOIN catalog_variantoption o ON o.variant_id = v.id
            WHERE p.id {products} AND p.is_active AND v.is_active
        ), gone AS (
            DELETE FROM catalog_productfacet f WHERE f.product_id {products} AND NOT EXISTS (
                SELECT FROM said
                WHERE (product_id, key, value_key) = (f.product_id, f.key, f.value_key))
        )
        INSERT INTO catalog_productfacet AS f (product_id, category_id, key, value_key)
        SELECT product_id, category_id, key, value_key FROM said
        ON CONFLICT (product_id, key, value_key) DO UPDATE SET category_id = EXCLUDED.category_id
        WHERE f.category_id <> EXCLUDED.category_id
    """  # noqa: S608  # nosec B608 - from constants


class ProductFacet(models.Model):
    """
    A brand or a value of an option that an active product's active variants have, each once.

    Lists count these rows, by shelf and in the order of an index, instead of all variants. Triggers
    write them, or who has set these aside (`catalog.search.indexing.unqueued`). They have no
    foreign keys: the last of a product's variants go before it does.
    """

    pk = models.CompositePrimaryKey("product_id", "key", "value_key")
    product_id = models.UUIDField()
    category_id = models.UUIDField()
    key = models.CharField(max_length=60)
    # Of a brand its id.
    value_key = models.CharField(max_length=120)

    class Meta:
        indexes = [
            models.Index(
                fields=["category_id", "key", "value_key", "product_id"],
                name="product_facet_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value_key}"


def keeps_facets(
    operation: pgtrigger.Operation, products: str, *, told_by: tuple[str, ...]
) -> pgtrigger.Trigger:
    """
    Write the rows of these products anew where one of the columns `told_by` has changed.

    `products` is a query for their keys.
    """
    before, after = (", ".join(f"{row}.{name}" for name in told_by) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="keep_facets",
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.Condition(
            "current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off'"
        ),
        declare=[("changed", "uuid"), ("written", "uuid[] = '{}'")],
        func=f"""
            IF TG_OP = 'UPDATE' AND ROW({before}) IS NOT DISTINCT FROM ROW({after}) THEN
                RETURN NULL;
            END IF;
            LOOP
                -- Asked each time: an option's variant may move while we wait for its product.
                SELECT id INTO changed FROM ({products}) AS t (id)
                WHERE id IS NOT NULL AND id <> ALL (written) ORDER BY id LIMIT 1;
                EXIT WHEN NOT FOUND;
                written = written || changed;
                -- Of two variants that change at once, the second reads what came of both.
                PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;
                {written_anew("= changed")};
            END LOOP;
            RETURN NULL;
        """,  # noqa: S608  # nosec B608 - from constants of the models
    )
