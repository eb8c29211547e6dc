"""What the customer gets for what came back: money, store credit, or another variant."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from cart.selectors import options_of
from catalog.models import Variant
from core.formats import money
from core.money import ZERO
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from inventory.selectors import units_to_dispatch
from orders import exchanges
from orders.exchanges import Replacement
from orders.models import Order
from orders.states import PAID_FOR
from outbox.services import publish
from payments.selectors import balance_of, sums_of
from payments.services.refunds import request_order_refund
from payments.states import ARRIVED
from returns import selectors
from returns.events import ReturnSettled
from returns.exceptions import ExchangeNotPossible, NotThisStep, ReturnRefused
from returns.models import DeductionCause, Return, ReturnItem
from returns.services.receiving import in_stock
from returns.services.steps import locked
from returns.states import ReturnStatus, Settlement

MAX_REASON_LENGTH = 255


@dataclass(frozen=True)
class Deduction:
    """A part of what was paid for a row's units that stays with the shop."""

    amount: Decimal
    cause: DeductionCause


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the shop keeps of the worth of a return: by row, in words, and the delivery."""

    rows: Mapping[UUID, Deduction] = field(default_factory=dict)
    reason: str = ""
    delivery: bool = False

    @property
    def amount(self) -> Decimal:
        return sum((each.amount for each in self.rows.values()), ZERO)


@transaction.atomic
def refund(
    return_id: UUID,
    *,
    actor_id: UUID,
    as_credit: bool = False,
    despite_dispute: bool = False,
    kept: Kept = Kept(),
) -> Return:
    """
    Request a refund of the received units, with the delivery fee if the shop's rule says so, less
    the withheld amount; never more than the shop still has of the order's money.

    It waits for approval like any other refund; the return is settled when the money has gone. If
    the refund fails, the return can be settled again.

    :raises NotThisStep: if the goods are not here, or it is settled or being settled
    :raises ReturnRefused: if everything is withheld, or a part without a reason
    :raises RefundExceedsPayment, DisputeOpen: as `request_order_refund`
    """
    order, request = _to_settle(return_id)
    how = Settlement.STORE_CREDIT if as_credit else Settlement.REFUND
    items = selectors.items_of(request)
    shipping = ZERO if kept.delivery else selectors.shipping_worth(order, request)
    amount = selectors.goods_worth(order, items) + shipping
    request.items.exclude(kept=0).update(kept=0, kept_for="")
    why = ""
    if kept.rows:
        why = _withhold(order, request, items, kept, amount)
        amount -= kept.amount
        shipping = min(shipping, amount)
    given = sum((each.amount for each in selectors.live_refunds(request)), ZERO)
    balance = balance_of(order)
    if amount and not balance.counted:
        raise NotThisStep(_("No money of this order has come yet: note it first."))
    asked = min(amount - given, balance.kept)
    _note(request, how, given + max(asked, ZERO), min(shipping, given + max(asked, ZERO)))
    if asked <= 0:
        _finish(request)
        return request
    refunds = request_order_refund(
        order.pk,
        asked,
        reason=_reason(request, items, why),
        actor_id=actor_id,
        as_credit=as_credit,
        despite_dispute=despite_dispute,
    )
    request.refunds.add(*refunds)
    return request


def _withhold(
    order: Order, request: Return, items: list[ReturnItem], kept: Kept, worth: Decimal
) -> str:
    """Note what stays with the shop of each row; gives why, as the customer reads it."""
    for item in items:
        part = kept.rows.get(item.pk)
        if part is None:
            continue
        paid = selectors.goods_worth(order, [item])
        if not ZERO < part.amount <= paid:
            raise ReturnRefused(
                _("Of %(name)s keep at most the %(paid)s that were paid for it.")
                % {"name": item.line.name, "paid": money(paid, order.currency)}
            )
        item.kept, item.kept_for = part.amount, part.cause
        item.save(update_fields=["kept", "kept_for"])
    if kept.amount >= worth:
        raise ReturnRefused(
            _("Keep less than %(worth)s; to refund nothing, reject the return.")
            % {"worth": money(worth, order.currency)}
        )
    why = _why_kept(kept)
    said = (line for line in (request.staff_message, why) if line)
    request.staff_message = "\n".join(dict.fromkeys(said))
    request.save(update_fields=["staff_message"])
    return why


def _why_kept(kept: Kept) -> str:
    """The causes and the words, in the shop's language."""
    causes = {each.cause for each in kept.rows.values()}
    if DeductionCause.OTHER in causes and not kept.reason:
        raise ReturnRefused(_("Say why a part of the money is kept: the customer reads it."))
    with translation.override(settings.LANGUAGE_CODE):
        named = [
            str(cause.label)
            for cause in DeductionCause
            if cause in causes and cause != DeductionCause.OTHER
        ]
    return ". ".join(filter(None, [capfirst(", ".join(named)), kept.reason]))


@transaction.atomic
def exchange(return_id: UUID, variants: Mapping[UUID, UUID], *, actor_id: UUID) -> Return:
    """
    Send other variants of the same products for the units that came: by row, which one.

    A new line of the order has what was paid for the old units, so nothing is owed on either
    side; its units are taken from the stock, and leave as any others do.

    :raises NotThisStep: if the goods are not here, or it is settled or being settled
    :raises ExchangeNotPossible: if a variant is not there or does not fit, or money of the order
        is missing; settle in another way then
    """
    order, request = _to_settle(return_id)
    if selectors.live_refunds(request):
        raise NotThisStep(_("Some of its money has gone back already."))
    items = [item for item in selectors.items_of(request) if item.quantity]
    worth = selectors.goods_worth(order, items)
    _check_money(order, worth)
    replacements = _replacements(items, variants)
    reason = _exchanged(request)
    _take(order, replacements, actor_id)
    exchanges.exchange(order.pk, replacements, reason=reason, actor_id=actor_id)
    _note(request, Settlement.EXCHANGE, worth, ZERO)
    _finish(request)
    return request


@transaction.atomic
def finish(refund_id: UUID) -> None:
    """Note that a refund has arrived: a return whose whole worth has gone back is settled."""
    for return_id in Return.objects.filter(refunds=refund_id).values_list("pk", flat=True):
        _order, request = locked(return_id)
        live = selectors.live_refunds(request)
        is_whole = sum((each.amount for each in live), ZERO) >= (request.amount or ZERO)
        has_gone = all(each.state in ARRIVED for each in live)
        if request.status == ReturnStatus.RECEIVED and is_whole and has_gone:
            _finish(request)


def _to_settle(return_id: UUID) -> tuple[Order, Return]:
    order, request = locked(return_id)
    if request.status != ReturnStatus.RECEIVED:
        raise NotThisStep(_("The goods are not here, or this return is settled already."))
    if selectors.is_being_settled(request):
        raise NotThisStep(_("Its money is on its way already: decide on that refund first."))
    return order, request


def _check_money(order: Order, worth: Decimal) -> None:
    """An unpaid order collected at the door can only be exchanged."""
    if order.collects_on_delivery and not sums_of(order.pk).captured:
        return
    if order.payment_status not in PAID_FOR:
        raise ExchangeNotPossible(_("The money of this order is not in the shop any more."))
    if worth > balance_of(order).kept:
        raise ExchangeNotPossible(
            _("The shop keeps less of this order's money than these units cost: give money back.")
        )


def _note(request: Return, how: Settlement, amount: Decimal, shipping: Decimal) -> None:
    request.settlement = how
    request.amount, request.shipping_amount = amount, shipping
    request.save(update_fields=["settlement", "amount", "shipping_amount"])


def _finish(request: Return) -> None:
    request.settled_at = timezone.now()
    request.save(update_fields=["settled_at"])
    request.move_to(ReturnStatus.REFUNDED)
    publish(ReturnSettled(return_id=str(request.pk)))


def _replacements(items: list[ReturnItem], wanted: Mapping[UUID, UUID]) -> list[Replacement]:
    active = Variant.objects.filter(is_active=True).select_related("product")
    variants = active.in_bulk(list(wanted.values()))
    options = options_of(variants)
    found = []
    for item in items:
        variant = variants.get(wanted.get(item.pk, item.pk))
        if variant is None or variant.product_id != item.line.variant.product_id:
            raise ExchangeNotPossible(
                _("Choose a variant of the same product for: %(name)s.") % {"name": item.line.name}
            )
        found.append(
            Replacement(
                line=item.line,
                places=item.places,
                variant=variant,
                options=options.get(variant.pk, {}),
            )
        )
    return found


def _take(order: Order, replacements: list[Replacement], actor_id: UUID) -> None:
    """Add the new units to the order as a sale, in addition to its undispatched ones."""
    wanted = Counter[UUID]()
    for (variant_id, _warehouse), units in units_to_dispatch(order.pk).items():
        wanted[variant_id] += units
    for variant_id, units in in_stock(
        (each.variant, len(each.places)) for each in replacements
    ).items():
        wanted[variant_id] += units
    try:
        inventory.change_sale(order=order.pk, quantities=wanted, actor_id=actor_id)
    except OutOfStock as shortage:
        raise ExchangeNotPossible(_out_of_stock(shortage, replacements)) from shortage


def _out_of_stock(shortage: OutOfStock, replacements: list[Replacement]) -> str:
    missing = set(shortage.variant_ids)
    skus = ", ".join(
        each.variant.sku for each in replacements if in_stock([(each.variant, 1)]).keys() & missing
    )
    text = _("There are not enough units of %(skus)s: choose another variant, or give money back.")
    return text % {"skus": skus}


def _reason(request: Return, items: list[ReturnItem], kept_for: str) -> str:
    """As the credit note says it, in the shop's language: which units, and why less is paid."""
    units: dict[str, int] = {}
    for item in items:
        if item.quantity:
            units[item.line.sku] = units.get(item.line.sku, 0) + item.quantity
    named = ", ".join(f"{number} × {sku}" for sku, number in units.items())
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Return %(number)s: %(units)s") % {"number": request.number, "units": named}
    return Truncator(". ".join(filter(None, [text, kept_for]))).chars(MAX_REASON_LENGTH)


def _exchanged(request: Return) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("Exchange %(number)s") % {"number": request.number}
