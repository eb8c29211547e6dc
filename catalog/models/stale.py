import pgtrigger
from django.db import models
from django.db.models.functions import Now

from core.database.sql_files import read_sql


class StaleSearchEntry(models.Model):
    """
    A product whose search entry must be rebuilt. Triggers add rows, a task consumes them.

    Without foreign key, as triggers add rows for products that are being deleted.
    """

    product_id = models.UUIDField(primary_key=True)
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "stale search entries"

    def __str__(self) -> str:
        return str(self.product_id)


class StaleDocument(models.Model):
    """
    A product whose Elasticsearch document is older than its search entry.

    Added with the entry if the shop uses Elasticsearch; a task consumes it.
    """

    product_id = models.UUIDField(primary_key=True)
    queued_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.product_id)


def stale_trigger(operation: pgtrigger.Operation, products: str) -> pgtrigger.Trigger:
    """
    Mark search entries as stale. `products` is a query of keys.

    A row that is already there is updated, not skipped: the lock keeps the task from reading the
    product before this change is committed.
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
