"""Mails about stock: alerts to staff, and to shoppers who wait for a variant; each sent once."""

import logging
from typing import Any
from uuid import UUID

from constance import config
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from core.mail import message
from core.web import throttle
from inventory import services
from inventory.models import StockAlert, StockAlertKind
from inventory.selectors import held_share, variants_to_tell_of
from inventory.services.sign_ups import Told, claim_token_of, token_of

logger = logging.getLogger(__name__)
DAY = 86_400  # seconds


@transaction.atomic
def send_alerts(level_id: UUID) -> None:
    """
    Mail the level's open alerts, once; none if the level has recovered.

    Without an address in the settings the alerts are never mailed.
    """
    alerts = list(
        StockAlert.objects.filter(level=level_id, resolved_at=None, mailed_at=None)
        .select_related("level__variant", "level__warehouse")
        .order_by("pk")
        .select_for_update(of=["self"])
    )
    if not alerts:
        return
    StockAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(
        mailed_at=timezone.now()
    )
    context = {
        "level": alerts[0].level,
        "is_sold_out": any(alert.kind == StockAlertKind.SOLD_OUT for alert in alerts),
        "link": message.absolute(reverse("admin:inventory_stocklevel_change", args=[level_id])),
    }
    _mail_staff("alert", context)


@transaction.atomic
def send_back_in_stock(variant_id: UUID) -> int:
    """Mail the first waiting shoppers, one per available unit; returns how many."""
    told = services.next_to_tell(variant_id)
    for each in told:
        _send_back_in_stock(each)
    return len(told)


def send_all_back_in_stock() -> int:
    """The same for every awaited variant: units offered earlier may not have been claimed."""
    return sum(send_back_in_stock(variant_id) for variant_id in variants_to_tell_of())


def _send_back_in_stock(told: Told) -> None:
    request, variant = told.request, told.request.variant
    language = request.language or settings.LANGUAGE_CODE
    with translation.override(language):
        product = reverse("storefront:product", args=[variant.product.slug])
        claim = reverse("storefront:back-in-stock-claim", args=[claim_token_of(request)])
        leave = reverse("storefront:back-in-stock-leave", args=[token_of(request)])
        name = variant.product.name
    context = {
        "name": name,
        "held_until": told.until,
        "link": message.absolute(claim if told.until else f"{product}?v={variant.sku}"),
        "leave_link": message.absolute(leave),
    }
    message.queue(
        "inventory/email/back_in_stock", to=request.email, language=language, context=context
    )


def send_held_alert() -> bool:
    """
    Alert staff, once a day, that much of the stock is held and not sold: possible hoarding.

    Returns whether a mail was sent.
    """
    limit, held = config.HELD_STOCK_PERCENT, round(held_share() * 100)
    if not limit or held <= limit or not throttle.allows("held-alert", most=1, seconds=DAY):
        return False
    logger.warning("%s %% of the stock on hand is only held", held)
    page = f"{reverse('admin:inventory_stocklevel_changelist')}?stock=held"
    _mail_staff("held", {"percent": held, "link": message.absolute(page)})
    return True


def _mail_staff(name: str, context: dict[str, Any]) -> None:
    """To the address in the settings; without one nothing is mailed."""
    if to := config.LOW_STOCK_EMAIL:
        language = settings.LANGUAGE_CODE
        message.queue(f"inventory/email/{name}", to=to, language=language, context=context)
