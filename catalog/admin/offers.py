"""Offers with a window, typed on a product's page."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog import services
from catalog.models import ScheduledPriceKind
from core.exceptions import DomainError

Window = tuple[datetime | None, datetime | None]


def planned_offers(formset: Any, window: Window) -> dict[UUID, Decimal]:
    """
    The offer prices that were typed into these rows, which then keep the price they have.

    None without a window; an offer that is taken away ends at once.
    """
    planned = {}
    for form in formset.initial_forms if any(window) else ():
        price = form.cleaned_data.get("sale_price")
        if "sale_price" in form.changed_data and price is not None:
            planned[form.instance.pk] = price
            form.keep_offer()
    return planned


def schedule(offers: Mapping[UUID, Decimal], window: Window) -> list[str]:
    """Plan these offers for the window, from now if it has no begin; returns the refusals."""
    start, end = window
    refusals = []
    for variant, price in offers.items():
        try:
            services.schedule_price(
                variant, ScheduledPriceKind.SALE, price, start or timezone.now(), end
            )
        except DomainError as refusal:
            refusals.append(str(refusal))
    return refusals
