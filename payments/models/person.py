from django.db import models
from django.db.models.expressions import Combinable
from django_stubs_ext import StrOrPromise

from accounts.models import User


def acting_user(
    label: StrOrPromise,
) -> "models.ForeignKey[User | Combinable | None, User | None]":
    """The member of staff who did it; empty until then, or if the shop did it itself."""
    return models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )
