from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """
    Tags of pages to invalidate; triggers write it in the transaction of the change.

    Rows are only added and deleted, so that changes do not wait for one another.
    """

    parts = ArrayField(models.TextField())
    noted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return " ".join(self.parts)
