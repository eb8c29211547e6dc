"""The rows that explain an order's total and the state of its money."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, Sum
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from core.formats import money
from core.money import ZERO
from orders.models import Order, OrderLine
from orders.selectors import awaits_money
from orders.states import CALLED_OFF
from payments.balances import Balance
from payments.models import Gateway, LedgerEntry, LedgerKind, Payment, Refund
from payments.states import ARRIVED, GIVEN_UP, PaymentState
from promotions.models import Redemption

OUT = (LedgerKind.REFUND, LedgerKind.CHARGEBACK)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why an order costs less, and by how much over all its lines, or over its delivery."""

    words: str
    code: str
    promotion: UUID | None
    is_delivery: bool
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Row:
    """An amount with its reason, negative if deducted. A sum closes the rows above it."""

    words: StrOrPromise
    amount: Decimal
    why: StrOrPromise = ""
    at: datetime | None = None
    is_sum: bool = False
    counts: bool = True
    reason: Reason | None = None
    use: Redemption | None = None
    payment: Payment | None = None
    refund: Refund | None = None


def reasons_of(order: Order) -> list[Reason]:
    """The order's discounts, each reason once. One query."""
    names = ("reason", "code", "promotion", "is_gift")
    is_gift = ExpressionWrapper(Q(line=None), output_field=BooleanField())
    rows = order.discounts.annotate(is_gift=is_gift).values_list(*names).annotate(sum=Sum("amount"))
    return [
        Reason(words=words, code=code, promotion=promotion, is_delivery=is_gift, amount=total)
        for words, code, promotion, is_gift, total in rows.order_by(*names)
    ]


def rows_of(order: Order, lines: Iterable[OrderLine], balance: Balance) -> list[Row]:
    """
    From the subtotal to the total, then to what is kept, still to be paid or to be refunded.

    Wants the order's payments with their ledger and refunds. Two queries.
    """
    moved = list(_moved(order))
    kept = [Row(words=_("Kept"), amount=balance.kept, is_sum=True)] if moved else []
    return [*_price(order, lines), *moved, *kept, *_open(order, balance)]


def _price(order: Order, lines: Iterable[OrderLine]) -> Iterator[Row]:
    reasons = reasons_of(order)
    gifts = [each for each in reasons if each.is_delivery]
    kits = {line.kit for line in lines}
    uses = order.redemptions.filter(coupon__isnull=False).select_related("coupon")
    by_code = {use.coupon.code: use for use in uses.order_by("pk") if use.coupon}

    def less(reason: Reason) -> Row:
        why = _("kit") if reason.words in kits else ""
        use = by_code.get(reason.code)
        return Row(words=reason.words, why=why, amount=-reason.amount, reason=reason, use=use)

    yield Row(words=_("Subtotal"), amount=order.subtotal)
    yield from (less(each) for each in reasons if not each.is_delivery)
    price = order.shipping_total + sum((each.amount for each in gifts), ZERO)
    why = [order.shipping_method_name, "" if price else _why_free(order)]
    yield Row(words=_("Delivery"), why=" · ".join(filter(None, why)), amount=price)
    yield from map(less, gifts)
    if not order.prices_include_tax:
        yield Row(words=_("Tax"), amount=order.tax_total)
    yield Row(words=_("Total"), amount=order.total, is_sum=True)
    if order.prices_include_tax:
        yield Row(words=_("Tax, included"), amount=order.tax_total, counts=False)


def _why_free(order: Order) -> str:
    """The amount that the method asked for when the order was placed, if that was why."""
    free_from = order.pricing.get("shipping_free_from")
    if not free_from:
        return _("free of charge")
    return _("free from %s on") % money(Decimal(free_from), order.currency)


def _moved(order: Order) -> Iterator[Row]:
    """Every fact of the ledger, then the refunds that have not arrived."""
    payments = list(order.payments.all())
    facts = [(fact, payment) for payment in payments for fact in payment.ledger.all()]
    for fact, payment in sorted(facts, key=lambda each: each[0].occurred_at):
        yield _fact(fact, payment)
    for payment in payments:
        for refund in payment.refunds.all():
            if refund.state not in (*ARRIVED, *GIVEN_UP):
                yield Row(
                    words=LedgerKind.REFUND.label,
                    why=refund.reason,
                    amount=-refund.amount,
                    at=refund.created_at,
                    refund=refund,
                )


def _fact(fact: LedgerEntry, payment: Payment) -> Row:
    refund = _refund_of(fact, payment)
    return Row(
        words=fact.get_kind_display(),
        why=refund.reason if refund else _way(payment),
        amount=-fact.amount if fact.kind in OUT else fact.amount,
        at=fact.occurred_at,
        # As `sums_of` reckons.
        counts=fact.is_accepted or payment.state == PaymentState.CAPTURED,
        payment=payment,
        refund=refund,
    )


def _way(payment: Payment) -> str:
    if payment.gateway == Gateway.STORE_CREDIT:
        return str(Gateway.STORE_CREDIT.label)
    return str(payment.method or payment.gateway)


def _refund_of(fact: LedgerEntry, payment: Payment) -> Refund | None:
    if fact.kind not in (LedgerKind.REFUND, LedgerKind.REFUND_REVERSAL):
        return None
    known = payment.refunds.all()
    found = (each for each in known if fact.reference in (each.gateway_reference, each.number))
    return next(found, None)


def _open(order: Order, balance: Balance) -> Iterator[Row]:
    """The balance due to one of the two sides."""
    due = balance.due(order.total) if awaits_money(order) or order.awaits_rest else ZERO
    if due:
        why = _("to be collected on delivery") if order.collects_on_delivery else ""
        yield Row(words=_("Still to pay"), why=why, amount=due, is_sum=True)
    is_over = order.status in CALLED_OFF
    left = balance.kept - (ZERO if is_over else order.total)
    if left > 0:
        yield Row(words=_("To give back"), amount=left, is_sum=True)
