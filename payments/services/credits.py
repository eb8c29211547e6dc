"""Store credit: what the shop owes a customer in goods, granted, spent and given back."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ids import uuid7
from core.money import quantize
from orders.models import Order
from orders.selectors import locked
from payments import selectors
from payments.exceptions import CreditRefused, CreditTooLow
from payments.models import EntryKind, Gateway, Payment, StoreCredit, StoreCreditEntry
from payments.numbers import next_number
from payments.services.confirm import note_capture
from payments.services.payment_status import recompute

# What comes back to a credit that has run out meanwhile can be used for so long.
SECOND_LIFE = timedelta(days=30)


@transaction.atomic
def grant(
    user_id: UUID,
    amount: Decimal,
    currency: str,
    *,
    reference: UUID,
    note: str,
    actor_id: UUID | None,
) -> StoreCredit:
    """
    Owe a customer so much in goods. `reference` is its cause: the same one grants once, and who
    asks again gets what it granted. It runs out after the days of the shop's setting.

    :raises CreditRefused: if the amount is not above zero
    """
    amount = quantize(amount, currency)
    if amount <= 0:
        raise CreditRefused(_("Write an amount above zero."))
    days = config.CREDIT_DAYS
    credit, is_new = StoreCredit.objects.get_or_create(
        reference=reference,
        defaults={
            "number": next_number("CRE"),
            "user_id": user_id,
            "currency": currency,
            "expires_at": timezone.now() + timedelta(days=days) if days > 0 else None,
        },
    )
    if is_new:
        entry = _entry(credit, EntryKind.GRANTED, amount, reference=reference, note=note)
        entry.actor_id = actor_id
        entry.save(force_insert=True)
        credit.refresh_from_db()
    return credit


def balance_of(user_id: UUID, currency: str) -> Decimal:
    """What the customer can pay with now; what has run out does not count. One query."""
    return selectors.wallet_of(user_id, currency).balance


@transaction.atomic
def pay_with_credit(order_id: UUID, amount: Decimal) -> Payment:
    """
    Pay so much of an order with its customer's credit, at once; the rest stays due.

    Call it where the order is placed. The credit is locked last, after orders, payments and stock.

    :raises CreditTooLow: if the customer has less by now; nothing is paid then
    """
    order = locked(order_id)
    key = uuid7()
    payment = Payment.objects.create(
        id=key,
        number=next_number("TXN"),
        order=order,
        gateway=Gateway.STORE_CREDIT,
        idempotency_key=f"payment-{key}",
        amount=amount,
        currency=order.currency,
    )
    note_capture(payment, amount, payment.number)
    recompute(order_id)
    _spend(payment, order)
    return payment


def put_back(payment: Payment, amount: Decimal, *, reference: UUID, note: str) -> None:
    """
    Give back some of what a payment has spent to the credits it came from, the longest-lived
    first. Call it under the locks of the order and the payment; the same `reference` gives once.
    """
    if StoreCreditEntry.objects.filter(kind=EntryKind.RETURNED, reference=reference).exists():
        return
    spent = _still_spent(payment)
    now = timezone.now()
    for credit in sorted(StoreCredit.objects.filter(pk__in=spent).locked(), key=_end)[::-1]:
        part = min(amount, spent[credit.pk])
        if part > 0:
            _revive(credit, now)
            _entry(credit, EntryKind.RETURNED, part, reference=reference, note=note).save()
            amount -= part
    if amount:
        raise ValueError(f"{payment} has not spent so much")


@transaction.atomic
def write_off(credit_id: UUID) -> None:
    """Take what is left of a credit that has run out. Twice is once."""
    credit = StoreCredit.objects.ended(timezone.now()).filter(pk=credit_id).locked().first()
    if credit:
        _entry(credit, EntryKind.EXPIRED, -credit.balance).save()


def _spend(payment: Payment, order: Order) -> None:
    """Take it from what ends first."""
    usable = StoreCredit.objects.usable(order.customer_id, timezone.now())
    left = payment.amount
    for credit in sorted(usable.filter(currency=payment.currency).locked(), key=_end):
        part = min(left, credit.balance)
        if part > 0:
            _entry(credit, EntryKind.SPENT, -part, reference=payment.pk, note=order.number).save()
            left -= part
    if left:
        raise CreditTooLow(_("Your store credit has changed. Look at the total and confirm."))


def _still_spent(payment: Payment) -> dict[UUID, Decimal]:
    """What the payment has taken from each credit and not given back. One query."""
    refunds = payment.refunds.values("pk")
    moved = StoreCreditEntry.objects.filter(
        Q(kind=EntryKind.SPENT, reference=payment.pk)
        | Q(kind=EntryKind.RETURNED, reference__in=refunds)
    )
    sums = moved.order_by().values_list("credit").annotate(total=Sum("amount"))
    return {credit_id: -total for credit_id, total in sums}


def _revive(credit: StoreCredit, now: datetime) -> None:
    """Expired credit is not given back."""
    if credit.expires_at is None or credit.expires_at > now:
        return
    if credit.balance:
        _entry(credit, EntryKind.EXPIRED, -credit.balance).save()
    credit.expires_at = now + SECOND_LIFE
    credit.save(update_fields=["expires_at"])


def _entry(
    credit: StoreCredit,
    kind: EntryKind,
    amount: Decimal,
    *,
    reference: UUID | None = None,
    note: str = "",
) -> StoreCreditEntry:
    return StoreCreditEntry(
        credit=credit, kind=kind, amount=amount, reference=reference, note=note[:255]
    )


def _end(credit: StoreCredit) -> tuple[bool, datetime, UUID]:
    """The order in which credits are spent: what ends first, then what is older."""
    return credit.expires_at is None, credit.expires_at or credit.created_at, credit.pk
