"""Chainable filters of the catalogue, of Any model: the models themselves import this file."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ProductQuerySet(models.QuerySet[Any]):
    def published(self) -> "ProductQuerySet":
        """What shoppers may see now."""
        return self.filter(
            Q(published_at=None) | Q(published_at__lte=timezone.now()),
            is_active=True,
            category__is_active=True,
            category__family__is_active=True,
        )


class VariantQuerySet(models.QuerySet[Any]):
    def active(self) -> "VariantQuerySet":
        return self.filter(is_active=True)

    def locked(self) -> "VariantQuerySet":
        """Lock the rows in primary-key order, so that no two orders can deadlock."""
        return self.order_by("pk").select_for_update(of=["self"])
