"""Scheduled prices."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.exceptions import WrongPlan, WrongPrice
from catalog.models import ScheduledPrice, ScheduledPriceKind, ScheduledPriceStatus
from catalog.services.prices import Prices, PriceStep, locked_with_product, set_prices
from core.money import ZERO

logger = logging.getLogger(__name__)


def schedule_price(
    variant_id: UUID,
    kind: ScheduledPriceKind,
    amount: Decimal,
    starts_at: datetime,
    ends_at: datetime | None = None,
) -> ScheduledPrice:
    """
    Schedule a price of a variant.

    :raises WrongPlan: if it ends before it starts, or overlaps another price
    """
    plan = ScheduledPrice(
        variant_id=variant_id, kind=kind, amount=amount, starts_at=starts_at, ends_at=ends_at
    )
    try:
        plan.full_clean(exclude=["variant"])
    except ValidationError as error:
        raise WrongPlan(" ".join(error.messages)) from error
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as error:
        raise WrongPlan(_("Another price is planned for some of that time.")) from error
    return plan


def schedule_step(
    variant_id: UUID,
    step: PriceStep,
    after: Prices,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> ScheduledPrice:
    """
    Schedule the result of a price change; without a start it begins now.

    :raises WrongPlan: as `schedule_price`
    """
    is_list = step.kind.startswith("list")
    kind = ScheduledPriceKind.LIST if is_list else ScheduledPriceKind.SALE
    amount = after.list_price if is_list else after.current
    return schedule_price(variant_id, kind, amount, starts_at or timezone.now(), ends_at)


def apply_scheduled_prices(now: datetime | None = None, limit: int = 500) -> int:
    """
    End prices whose time is over, then start those that are due. Idempotent.

    Prices whose whole time was missed are only marked as ended. A price that the database refuses
    is logged and does not block others. Returns how many were processed.
    """
    now = now or timezone.now()
    plans = ScheduledPrice.objects
    over = plans.filter(status=ScheduledPriceStatus.RUNNING, ends_at__lte=now)
    due = plans.filter(status=ScheduledPriceStatus.PLANNED, starts_at__lte=now)
    ending = list(over.order_by("ends_at", "pk").values_list("pk", flat=True)[:limit])
    beginning = list(due.order_by("starts_at", "pk").values_list("pk", flat=True)[:limit])
    steps = [partial(_end, plan_id) for plan_id in ending]
    steps += [partial(_begin, plan_id, now) for plan_id in beginning]
    return sum(_succeeds(step) for step in steps)


def _succeeds(step: Callable[[], None]) -> bool:
    try:
        step()
    except DatabaseError:
        logger.exception("A price could not be set by the clock")
        return False
    return True


@transaction.atomic
def end_scheduled_price(plan_id: UUID) -> None:
    """End a running price now; others are left alone."""
    now = timezone.now()
    running = ScheduledPrice.objects.filter(pk=plan_id, status=ScheduledPriceStatus.RUNNING)
    if running.update(ends_at=now):
        _end(plan_id)


@transaction.atomic
def _begin(plan_id: UUID, now: datetime) -> None:
    plan = ScheduledPrice.objects.select_for_update().get(pk=plan_id)
    if plan.status != ScheduledPriceStatus.PLANNED:
        return
    if plan.ends_at and plan.ends_at <= now:
        _record_outcome(
            plan,
            ScheduledPriceStatus.OVER,
            _("Its time passed while scheduled tasks were not running."),
        )
        return
    before = Prices.of(locked_with_product(plan.variant_id))
    try:
        set_prices(plan.variant_id, _with_price(before, plan, plan.amount), confirmed=True)
    except WrongPrice as refusal:
        _record_outcome(plan, ScheduledPriceStatus.REFUSED, str(refusal))
        return
    plan.amount_before = _scheduled_price(before, plan)
    # A list price without end: there is nothing to restore.
    is_for_good = plan.kind == ScheduledPriceKind.LIST and plan.ends_at is None
    _record_outcome(
        plan, ScheduledPriceStatus.OVER if is_for_good else ScheduledPriceStatus.RUNNING
    )


@transaction.atomic
def _end(plan_id: UUID) -> None:
    plan = ScheduledPrice.objects.select_for_update().get(pk=plan_id)
    if plan.status != ScheduledPriceStatus.RUNNING:
        return
    before = Prices.of(locked_with_product(plan.variant_id))
    if _scheduled_price(before, plan) != plan.amount:
        note = _("The price was changed by hand meanwhile and stays.")
        _record_outcome(plan, ScheduledPriceStatus.OVER, note)
        return
    given_back = plan.amount_before
    if plan.kind == ScheduledPriceKind.SALE and (given_back or ZERO) > before.list_price:
        given_back = None  # the list price is below the earlier sale price by now
    try:
        set_prices(plan.variant_id, _with_price(before, plan, given_back), confirmed=True)
    except WrongPrice as refusal:
        _record_outcome(plan, ScheduledPriceStatus.OVER, str(refusal))
    else:
        _record_outcome(plan, ScheduledPriceStatus.OVER)


def _record_outcome(plan: ScheduledPrice, status: ScheduledPriceStatus, note: str = "") -> None:
    plan.status, plan.note = status, note
    plan.save(update_fields=["status", "note", "amount_before"])


def _scheduled_price(prices: Prices, plan: ScheduledPrice) -> Decimal | None:
    """The scheduled one of the two prices."""
    is_list = plan.kind == ScheduledPriceKind.LIST
    return prices.list_price if is_list else prices.sale_price


def _with_price(prices: Prices, plan: ScheduledPrice, amount: Decimal | None) -> Prices:
    if plan.kind == ScheduledPriceKind.LIST and amount is not None:
        return replace(prices, list_price=amount)
    return replace(prices, sale_price=amount)
