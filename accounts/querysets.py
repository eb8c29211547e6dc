"""What the querysets of all that belongs to a seller share."""

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import PermissionsMixin
from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


class SellerOwnedQuerySet(models.QuerySet[ModelT]):
    """Rows that belong to a seller, found by `seller_path`."""

    seller_path: ClassVar[str] = "seller"

    def for_user(self, user: PermissionsMixin) -> Self:
        """All rows for staff who may see the table; for a seller's member their seller's."""
        meta = self.model._meta
        if user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            return self
        return self.filter(**{f"{self.seller_path}__members__user": user})

    def locked(self) -> Self:
        """Lock the rows in primary-key order, so that no two transactions can deadlock."""
        return self.order_by("pk").select_for_update(of=["self"])
