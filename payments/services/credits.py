"""Store credit, which the shop owes in goods: grant, spend, return and write it off."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.ids import uuid7
from core.money import quantize
from orders.models import Order
from orders.selectors import locked
from outbox.services import publish
from payments.events import StoreCreditGranted
from payments.exceptions import CreditRefused, CreditTooLow, SecondPersonNeeded
from payments.models import (
    CreditRequest,
    EntryKind,
    Gateway,
    Payment,
    StoreCredit,
    StoreCreditEntry,
)
from payments.numbers import next_number
from payments.services.ledger import record_capture
from payments.services.settle import settle_order
from payments.states import CreditRequestState

# One person's grants to a customer are added up over this time.
GRANT_WINDOW = timedelta(days=30)
# Credit that is returned to an expired grant can be used for this long.
EXTENSION = timedelta(days=30)


@transaction.atomic
def grant_credit(
    user_id: UUID,
    amount: Decimal,
    currency: str,
    *,
    reference: UUID,
    note: str,
    actor_id: UUID | None,
) -> StoreCredit:
    """
    Grant a customer store credit, once for each `reference`, which identifies its cause. It
    expires after CREDIT_DAYS.

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


@transaction.atomic
def grant_by_hand(
    customer: User, amount: Decimal, currency: str, *, reference: UUID, note: str, actor: User
) -> StoreCredit | CreditRequest:
    """
    Grant credit by staff, for example as an apology. From CREDIT_SECOND_PERSON_FROM on it becomes
    a request, which another person approves or declines.

    :raises CreditRefused: if the amount is not above zero, or the actor is the customer
    """
    amount = quantize(amount, currency)
    User.objects.select_for_update().get(pk=customer.pk)
    if customer.pk == actor.pk:
        raise CreditRefused(_("You cannot grant credit to yourself: ask a colleague."))
    if request := CreditRequest.objects.filter(pk=reference).first():
        return request
    is_given = StoreCredit.objects.filter(reference=reference).exists()
    if amount <= 0 or is_given or _is_within_limit(customer, amount, actor):
        return _grant_by_staff(
            customer.pk, amount, currency, reference=reference, note=note, actor=actor
        )
    return CreditRequest.objects.create(
        id=reference,
        number=next_number("CRR"),
        user=customer,
        amount=amount,
        currency=currency,
        reason=note[:255],
        requested_by=actor,
    )


@transaction.atomic
def approve_credit(request_id: UUID, *, actor: User) -> StoreCredit:
    """
    Approve a colleague's request and grant its credit.

    :raises SecondPersonNeeded: if the same person asked for it, or is the customer
    :raises CreditRefused: if the customer's account is closed
    :raises InvalidTransition: if it was decided before
    """
    asked = CreditRequest.objects.select_for_update().get(pk=request_id)
    if actor.pk in (asked.requested_by_id, asked.user_id):
        raise SecondPersonNeeded(_("Somebody else has to approve this credit."))
    if not User.objects.filter(pk=asked.user_id, is_active=True).exists():
        raise CreditRefused(_("The account of this customer is closed."))
    _decide(asked, CreditRequestState.APPROVED, actor)
    return _grant_by_staff(
        asked.user_id,
        asked.amount,
        asked.currency,
        reference=asked.pk,
        note=asked.reason,
        actor=asked.requested_by,
    )


@transaction.atomic
def decline_credit(request_id: UUID, *, actor: User) -> None:
    """
    Decline a colleague's request, or withdraw one's own.

    :raises InvalidTransition: if it was decided before
    """
    asked = CreditRequest.objects.select_for_update().get(pk=request_id)
    _decide(asked, CreditRequestState.DECLINED, actor)


@transaction.atomic
def pay_with_credit(order_id: UUID, amount: Decimal) -> Payment:
    """
    Pay this amount of an order with its customer's credit; the rest stays due.

    Call it in the transaction that places the order. The credit is locked last, after orders,
    payments and stock.

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
    record_capture(payment, amount, payment.number)
    settle_order(order_id)
    _spend(payment, order)
    return payment


def return_credit(payment: Payment, amount: Decimal, *, reference: UUID, note: str) -> None:
    """
    Return some of what a payment has spent to the credits it came from, the longest-lived first;
    once for each `reference`. Order and payment are locked.
    """
    if StoreCreditEntry.objects.filter(kind=EntryKind.RETURNED, reference=reference).exists():
        return
    spent = _still_spent(payment)
    now = timezone.now()
    for credit in sorted(StoreCredit.objects.filter(pk__in=spent).locked(), key=_end)[::-1]:
        part = min(amount, spent[credit.pk])
        if part > 0:
            _extend(credit, now)
            _entry(credit, EntryKind.RETURNED, part, reference=reference, note=note).save()
            amount -= part
    if amount:
        raise ValueError(f"{payment} has not spent so much")


@transaction.atomic
def write_off_credit(credit_id: UUID) -> None:
    """Write off the rest of an expired credit; idempotent."""
    credit = StoreCredit.objects.ended(timezone.now()).filter(pk=credit_id).locked().first()
    if credit:
        _entry(credit, EntryKind.EXPIRED, -credit.balance).save()


def _spend(payment: Payment, order: Order) -> None:
    """Spend the credits that expire first."""
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
    """What the payment has spent of each credit and not returned. One query."""
    refunds = payment.refunds.values("pk")
    moved = StoreCreditEntry.objects.filter(
        Q(kind=EntryKind.SPENT, reference=payment.pk)
        | Q(kind=EntryKind.RETURNED, reference__in=refunds)
    )
    sums = moved.order_by().values_list("credit").annotate(total=Sum("amount"))
    return {credit_id: -total for credit_id, total in sums}


def _extend(credit: StoreCredit, now: datetime) -> None:
    """Make an expired credit usable again, after writing off its rest."""
    if credit.expires_at is None or credit.expires_at > now:
        return
    if credit.balance:
        _entry(credit, EntryKind.EXPIRED, -credit.balance).save()
    credit.expires_at = now + EXTENSION
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
    """Sort key of spending: the first to expire, then the oldest."""
    return credit.expires_at is None, credit.expires_at or credit.created_at, credit.pk


def _grant_by_staff(
    customer_id: UUID, amount: Decimal, currency: str, *, reference: UUID, note: str, actor: User
) -> StoreCredit:
    """Grant it and publish it: the customer gets a mail."""
    credit = grant_credit(
        customer_id, amount, currency, reference=reference, note=note, actor_id=actor.pk
    )
    publish(StoreCreditGranted(credit_id=str(credit.pk)))
    return credit


def _is_within_limit(customer: User, amount: Decimal, actor: User) -> bool:
    """Small sums are added up, so that they do not bypass the second person."""
    limit = config.CREDIT_SECOND_PERSON_FROM
    if not limit or actor.is_superuser:
        return True
    given = StoreCreditEntry.objects.filter(
        kind=EntryKind.GRANTED,
        actor=actor,
        credit__user=customer,
        created_at__gt=timezone.now() - GRANT_WINDOW,
    ).exclude(reference__in=CreditRequest.objects.filter(user=customer).values("pk"))
    total: Decimal = given.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return bool(total + amount < limit)


def _decide(asked: CreditRequest, state: CreditRequestState, actor: User) -> None:
    asked.decided_by, asked.decided_at = actor, timezone.now()
    asked.move_to(state)
