import pgtrigger
from django.db import models

from core.database.sql_files import read_sql

# The key of a product's brands, as in sql/write_facets.sql. Options have names: none has this one.
BRAND_KEY = ""


def rewrite_facets_sql(products: str) -> str:
    """The statement that has the rows of products say what their variants do: "= changed"."""
    return read_sql("catalog", "write_facets", products=products)


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


def facet_trigger(
    operation: pgtrigger.Operation, products: str, *, told_by: tuple[str, ...]
) -> pgtrigger.Trigger:
    """
    Write the rows of these products again where one of the columns `told_by` has changed.

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
        func=read_sql(
            "catalog",
            "keep_facets",
            before=before,
            after=after,
            products=products,
            write=rewrite_facets_sql("= changed"),
        ),
    )
