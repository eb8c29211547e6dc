from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """
    Parts of the shop that have changed: triggers write it in the transaction of the change.

    Rows are only ever added and deleted, so that no change waits for another one. See `watching`.
    """

    parts = ArrayField(models.TextField())
    noted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return " ".join(self.parts)
