from django.db import models
from django.db.models.expressions import Combinable
from django_stubs_ext import StrOrPromise

from accounts.models import User


def acting_user(
    label: StrOrPromise,
) -> "models.ForeignKey[User | Combinable | None, User | None]":
    """Who of the staff did it; empty until then, or where the shop did it by itself."""
    return models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )
