"""Reads of payments: methods on offer, balances, open attempts, store credit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from core.database.compiled import compiled
from core.fields import MoneyField
from core.money import ZERO
from orders.models import Order
from orders.states import OrderStatus
from payments import gateways
from payments.balances import Balance, Sums, balance
from payments.eligibility import UNKNOWN, Handover, ineligible_because
from payments.exceptions import MethodUnavailable
from payments.gateways.base import Gateway
from payments.models import (
    Dispute,
    LedgerEntry,
    LedgerKind,
    MethodType,
    Payment,
    PaymentMethod,
    Refund,
    RefundDestination,
    StoreCredit,
    StoreCreditEntry,
)
from payments.quotes import quote
from payments.states import PaymentState, RefundState

_COUNTS = Q(is_accepted=True) | Q(payment__state=PaymentState.CAPTURED)
_AREA = JSONObject(
    country="zone__country", ubigeo_prefixes="zone__ubigeo_prefixes", regions="zone__regions"
)
_OUT, _MONEY = (LedgerKind.REFUND, LedgerKind.CHARGEBACK), MoneyField()
ASK_AGAIN_AFTER = timedelta(seconds=45)


@dataclass(frozen=True)
class Wallet:
    """A customer's store credit in one currency; `ending` of it can be used until `ends_at`."""

    balance: Decimal = ZERO
    ending: Decimal = ZERO
    ends_at: datetime | None = None


def wallet_of(user_id: UUID, currency: str) -> Wallet:
    """A customer's usable store credit; expired credit does not count. One query."""
    return wallets_of(user_id).get(currency, Wallet())


def wallets_of(user_id: UUID) -> dict[str, Wallet]:
    """A customer's wallets by currency, those with something in them. One query."""
    found: dict[str, list[StoreCredit]] = {}
    for credit in StoreCredit.objects.usable(user_id, timezone.now()).order_by("currency", "pk"):
        found.setdefault(credit.currency, []).append(credit)
    return {currency: _wallet(some) for currency, some in found.items()}


def _wallet(usable: Sequence[StoreCredit]) -> Wallet:
    first = min((each.expires_at for each in usable if each.expires_at), default=None)
    ending = (each.balance for each in usable if first and each.expires_at == first)
    return Wallet(
        balance=sum((each.balance for each in usable), ZERO),
        ending=sum(ending, ZERO),
        ends_at=first,
    )


def credit_entries(user_id: UUID) -> QuerySet[StoreCreditEntry]:
    """The entries of a customer's store credit, newest first. One query when read."""
    entries = StoreCreditEntry.objects.filter(credit__user=user_id).select_related("credit")
    return entries.order_by("-created_at", "-pk")


def methods_for(
    *, amount: Decimal, currency: str, handover: Handover = UNKNOWN
) -> list[PaymentMethod]:
    """
    The ways to pay that the shop offers for this, in its order. One query.

    Where a provider does not take the currency, `quote` is what it asks for instead.
    """
    methods = []
    for method in _active():
        if ineligible_because(method, amount, currency, handover):
            continue
        with suppress(MethodUnavailable):
            method.quote = quote(working_gateway(method), amount, currency)
            methods.append(method)
    return methods


def working_gateway(method: PaymentMethod) -> Gateway:
    """:raises MethodUnavailable: while its provider is not set up"""
    gateway = gateways.find(method.gateway)
    if gateway is None:
        raise MethodUnavailable(_("This payment method is not available. Choose another."))
    return gateway


def active_method(code: str) -> PaymentMethod:
    """
    A way to pay that is switched on, with its zones. One query.

    :raises MethodUnavailable: if there is none
    """
    found = next((method for method in _active() if method.code == code), None)
    if found is None:
        raise MethodUnavailable(_("This payment method is not available. Choose another."))
    return found


def why_not_offered(code: str, *, amount: Decimal, currency: str, handover: Handover) -> str:
    """A sentence on why `methods_for` has not got this way to pay. One query."""
    try:
        method = active_method(code)
    except MethodUnavailable as refusal:
        return str(refusal)
    return ineligible_because(method, amount, currency, handover) or _(
        "“%(name)s” is not for this order. Choose another way to pay."
    ) % {"name": method.name}


@compiled
def _active() -> QuerySet[PaymentMethod]:
    zones = PaymentMethod.zones.through.objects.filter(paymentmethod=OuterRef("pk"))
    areas = {"areas": ArraySubquery(zones.values(area=_AREA))}
    rows = PaymentMethod.objects.filter(is_active=True).annotate(**areas)
    return rows.order_by("position", "code")


def reconcilable() -> list[str]:
    """The providers that are set up and keep a list of their own. No query."""
    found = ((code, gateways.find(code)) for code in gateways.codes())
    return [code for code, gateway in found if gateway and not gateway.is_offline]


def sums_of(order_id: UUID) -> Sums:
    """
    The ledger of an order, added up. One query.

    Facts that did not fit what was asked count only once staff have accepted the payment.
    """
    kinds = _facts(order_id).order_by().values_list("kind")
    return _sums(dict(kinds.annotate(total=Sum("amount"))))


def captures_of(order_id: UUID) -> QuerySet[LedgerEntry]:
    """The money of an order that has come and counts."""
    return _facts(order_id).filter(kind=LedgerKind.CAPTURE)


def _facts(order_id: UUID) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(_COUNTS, payment__order=order_id)


def _sums(totals: Mapping[str, Decimal]) -> Sums:
    def total(kind: LedgerKind) -> Decimal:
        return Decimal(totals.get(kind, ZERO))

    return Sums(
        captured=total(LedgerKind.CAPTURE),
        refunded=total(LedgerKind.REFUND) - total(LedgerKind.REFUND_REVERSAL),
        charged_back=total(LedgerKind.CHARGEBACK) - total(LedgerKind.CHARGEBACK_REVERSAL),
    )


def balance_of(order: Order) -> Balance:
    """
    The amount paid for an order and kept. One query if no money has arrived, three after refunds
    at a provider, otherwise two.
    """
    refunds = Refund.objects.filter(payment__order=order)
    return balance(order.total, sums_of(order.pk), captures_of(order.pk), refunds)


def sums_read(order: Order) -> Sums:
    """The ledger of an order whose payments are read, each with its own. No query."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for fact in _facts_read(order):
        totals[fact.kind] += fact.amount
    return _sums(totals)


def _facts_read(order: Order) -> Iterator[LedgerEntry]:
    for payment in order.payments.all():
        for fact in payment.ledger.all():
            if fact.is_accepted or payment.state == PaymentState.CAPTURED:
                yield fact


def balance_read(order: Order) -> Balance:
    """The balance of an order whose payments are read, with ledger and refunds. No query."""
    refunds = (refund for payment in order.payments.all() for refund in payment.refunds.all())
    captures = (fact for fact in _facts_read(order) if fact.kind == LedgerKind.CAPTURE)
    return balance(order.total, sums_read(order), captures, refunds)


def due_of(order: Order) -> Decimal:
    """The order's balance due. Two queries, one if no money has arrived."""
    return balance_of(order).due(order.total)


def money_kept(order: str) -> Subquery:
    """The `net` of `sums_of` as part of another query, of the order that the field names."""
    sign = Case(When(kind__in=_OUT, then=-F("amount")), default=F("amount"), output_field=_MONEY)
    return _of_ledger(order, Sum(sign))


def money_back(order: str) -> Subquery:
    """What went out of it, by refund or chargeback, and did not come back, in the same way."""
    sign = Case(When(kind__in=_OUT, then=F("amount")), default=-F("amount"), output_field=_MONEY)
    return _of_ledger(order, Sum(sign, filter=~Q(kind=LedgerKind.CAPTURE)))


def with_money_back() -> QuerySet[LedgerEntry, Any]:
    """The keys of the orders of whose money something went back, ever."""
    return LedgerEntry.objects.exclude(kind=LedgerKind.CAPTURE).values("payment__order")


def _of_ledger(order: str, sum_: Sum) -> Subquery:
    facts = LedgerEntry.objects.filter(_COUNTS, payment__order=OuterRef(order)).order_by()
    return Subquery(facts.values("payment__order").values(sum=sum_))


def newest_payment_of(number: str) -> Payment | None:
    """The attempt that the shopper made last for the order of this number. One query."""
    if not number.isprintable():
        return None
    return Payment.objects.filter(order__number=number).order_by("-pk").first()


def awaited_transfer(order_id: UUID) -> Payment | None:
    """The attempt whose money a customer sends to the shop's bank account. One query."""
    return (
        Payment.objects.live()
        .filter(order=order_id, method__type=MethodType.BANK_TRANSFER, captured=0)
        .prefetch_related("proofs")
        .first()
    )


def voucher_page(order_id: UUID) -> str:
    """The address of the voucher to pay in cash; empty without one. One query."""
    attempts = Payment.objects.live().filter(
        order=order_id, method__type=MethodType.CASH_VOUCHER, captured=0
    )
    return attempts.order_by("-pk").values_list("redirect_url", flat=True).first() or ""


def is_being_checked(order_id: UUID) -> bool:
    """Whether a transfer was reported or seen, so that the order is not paid twice."""
    is_told = Q(proofs__isnull=False) | Q(transfer_confirmation__isnull=False)
    return Payment.objects.live().filter(is_told, order=order_id, captured=0).exists()


def is_under_way(order_id: UUID) -> bool:
    """Whether money for the order is on its way or being looked at: nothing to pay meanwhile."""
    states = (PaymentState.PROCESSING, PaymentState.AUTHORIZED, PaymentState.REVIEW)
    return Payment.objects.filter(order=order_id, state__in=states).exists()


def to_ask(limit: int = 100) -> Sequence[UUID]:
    """Open attempts not fetched lately, oldest first. One query."""
    before = timezone.now() - ASK_AGAIN_AFTER
    return list(
        Payment.objects.live()
        .exclude(gateway__in=["manual", "store_credit"])
        .filter(Q(checked_at=None, created_at__lt=before) | Q(checked_at__lt=before))
        .order_by("checked_at")
        .values_list("pk", flat=True)[:limit]
    )


def overdue_orders(limit: int = 100) -> Sequence[UUID]:
    """Orders whose time to pay is over, oldest first. One query."""
    return list(
        Order.objects.filter(status=OrderStatus.PENDING, expires_at__lte=timezone.now())
        .order_by("expires_at")
        .values_list("pk", flat=True)[:limit]
    )


def refunds_to_send(limit: int = 100) -> Sequence[UUID]:
    """
    Approved refunds, and sent ones whose answer is missing. One query.

    Those to be sent by hand wait for staff unless the bank has taken their money; those of disputed
    payments wait for the bank.
    """
    taken = F("payment__refund_reserved") + F("payment__charged_back")
    stale = timezone.now() - ASK_AGAIN_AFTER
    return list(
        Refund.objects.filter(
            Q(state=RefundState.APPROVED)
            | Q(state=RefundState.SUBMITTED, submitted_at__lt=stale)
            | Q(state=RefundState.PENDING, updated_at__lt=stale)
        )
        .exclude(
            payment__gateway="manual",
            destination=RefundDestination.PAYMENT,
            payment__captured__gte=taken,
        )
        .exclude(
            ~Q(state=RefundState.PENDING),
            payment__in=Dispute.objects.open().values("payment"),
            despite_dispute="",
        )
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )


def ended_credits(limit: int = 1000) -> Sequence[UUID]:
    """Store credit that has run out with something left. One query."""
    ended = StoreCredit.objects.ended(timezone.now()).order_by("pk")
    return list(ended.values_list("pk", flat=True)[:limit])


def disputed_payments(order_id: UUID) -> list[UUID]:
    """The order's payments whose money a bank is asking back. One query."""
    found = Dispute.objects.open().filter(payment__order=order_id)
    return list(found.values_list("payment_id", flat=True))


def refunded_of(refund: Refund) -> Decimal:
    """What its payment's other refunds gave back, or will, as the provider counts. One query."""
    others = Refund.objects.filter(
        payment=refund.payment_id,
        destination=RefundDestination.PAYMENT,
        state__in=[RefundState.PENDING, RefundState.SUCCEEDED, RefundState.EXTERNAL],
    ).exclude(pk=refund.pk)
    asked = Coalesce("provider_amount", "amount")
    return Decimal(others.aggregate(total=Sum(asked))["total"] or ZERO)
