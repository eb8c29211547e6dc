"""Chainable filters of the catalogue, of Any model: the models themselves import this file."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.querysets import SellerOwnedQuerySet


class ProductQuerySet(SellerOwnedQuerySet[Any]):
    def released(self, now: datetime | None = None) -> "ProductQuerySet":
        """What shoppers may see now, if its shelf is open."""
        moment = now or timezone.now()
        return self.filter(Q(published_at=None) | Q(published_at__lte=moment), is_active=True)

    def published(self, now: datetime | None = None) -> "ProductQuerySet":
        """What shoppers may see now."""
        return self.released(now).filter(category__is_active=True, category__family__is_active=True)

    def locked(self) -> "ProductQuerySet":
        """
        Lock the rows in primary-key order, so that no two changes can deadlock.

        Before their variants: triggers of each write to the other.
        """
        return self.order_by("pk").select_for_update(of=["self"], no_key=True)


class VariantQuerySet(SellerOwnedQuerySet[Any]):
    seller_path = "product__seller"

    def active(self) -> "VariantQuerySet":
        return self.filter(is_active=True)

    def locked(self) -> "VariantQuerySet":
        """Lock the rows in primary-key order, so that no two orders can deadlock."""
        return self.order_by("pk").select_for_update(of=["self"], no_key=True)


class ScheduledPriceQuerySet(SellerOwnedQuerySet[Any]):
    seller_path = "variant__product__seller"
