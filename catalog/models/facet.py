import pgtrigger
from django.db import models

from core.database.sql_files import read_sql

# The key of brands, as in sql/write_facets.sql. No option has an empty key.
BRAND_KEY = ""


def rewrite_facets_sql(products: str) -> str:
    """SQL that rebuilds the facet rows of the products matching this condition."""
    return read_sql("catalog", "write_facets", products=products)


class ProductFacet(models.Model):
    """
    A brand or option value that an active product has in its active variants.

    Lists count these rows instead of all variants. Triggers write them, or code that suspends the
    triggers (`catalog.search.indexing.unqueued`). Without foreign keys, as rows of a product are
    rewritten while it is being deleted.
    """

    pk = models.CompositePrimaryKey("product_id", "key", "value_key")
    product_id = models.UUIDField()
    category_id = models.UUIDField()
    key = models.CharField(max_length=60)
    # The id of a brand.
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


def facet_trigger(
    operation: pgtrigger.Operation, products: str, *, told_by: tuple[str, ...]
) -> pgtrigger.Trigger:
    """Rebuild the facets of `products`, a query of keys, when a column of `told_by` changes."""
    before, after = (", ".join(f"{row}.{name}" for name in told_by) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="keep_facets",
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.Condition(
            "current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off'"
        ),
        declare=[("changed", "uuid"), ("written", "uuid[] = '{}'")],
        func=read_sql(
            "catalog",
            "keep_facets",
            before=before,
            after=after,
            products=products,
            write=rewrite_facets_sql("= changed"),
        ),
    )
