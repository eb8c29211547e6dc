import pgtrigger
from django.db import models
from django.db.models.functions import Now

from core.database.sql_files import read_sql


class StaleSearchEntry(models.Model):
    """
    A product that search has to read again. Triggers write it, a task works it off.

    It has no foreign key: the last of a product's variants go before the product does.
    """

    product_id = models.UUIDField(primary_key=True)
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "stale search entries"

    def __str__(self) -> str:
        return str(self.product_id)


class StaleDocument(models.Model):
    """
    A product whose document in Elasticsearch is older than its search entry here.

    Written with the entry, where the shop has an Elasticsearch; a task works it off.
    """

    product_id = models.UUIDField(primary_key=True)
    queued_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.product_id)


def stale_trigger(operation: pgtrigger.Operation, products: str) -> pgtrigger.Trigger:
    """
    Queue the products whose search entries a change has made stale, no matter who made it.

    `products` is a query for their keys. A row that waits already is touched, not left alone: the
    task then waits for us, or we for it, and the change is never read too early.
    """
    return pgtrigger.Trigger(
        name="mark_search_stale",
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.Condition(
            "current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off'"
        ),
        func=read_sql("catalog", "mark_search_stale", products=products),
    )
