"""QuerySets of the catalogue. Untyped, as the models import this module."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.querysets import SellerOwnedQuerySet


class ProductQuerySet(SellerOwnedQuerySet[Any]):
    def released(self, now: datetime | None = None) -> "ProductQuerySet":
        """Visible to shoppers, if the category is."""
        moment = now or timezone.now()
        return self.filter(Q(published_at=None) | Q(published_at__lte=moment), is_active=True)

    def published(self, now: datetime | None = None) -> "ProductQuerySet":
        """Visible to shoppers."""
        return self.released(now).filter(category__is_active=True, category__family__is_active=True)

    def locked(self) -> "ProductQuerySet":
        """
        Lock the rows in key order, to avoid deadlocks.

        Before their variants, as triggers of either update the other.
        """
        return self.order_by("pk").select_for_update(of=["self"], no_key=True)


class VariantQuerySet(SellerOwnedQuerySet[Any]):
    seller_path = "product__seller"

    def active(self) -> "VariantQuerySet":
        return self.filter(is_active=True)

    def locked(self) -> "VariantQuerySet":
        """Lock the rows in key order, to avoid deadlocks."""
        return self.order_by("pk").select_for_update(of=["self"], no_key=True)


class ScheduledPriceQuerySet(SellerOwnedQuerySet[Any]):
    seller_path = "variant__product__seller"
