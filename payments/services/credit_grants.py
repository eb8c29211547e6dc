"""Store credit on the word of staff: small sums at once, larger ones when somebody else agrees."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.money import quantize
from outbox.services import publish
from payments.events import StoreCreditGranted
from payments.exceptions import CreditRefused, SecondPersonNeeded
from payments.models import CreditRequest, EntryKind, StoreCredit, StoreCreditEntry
from payments.numbers import next_number
from payments.services.credits import grant
from payments.states import CreditRequestState

# For so long what somebody has given a customer counts.
GIVEN_ALONE_WITHIN = timedelta(days=30)


@transaction.atomic
def grant_by_hand(
    customer: User, amount: Decimal, currency: str, *, reference: UUID, note: str, actor: User
) -> StoreCredit | CreditRequest:
    """
    What staff give a customer on their own word, such as for an apology. `grant` says the rest.

    From the shop's limit on it becomes a request, which somebody else approves or declines.

    :raises CreditRefused: if the amount is not above zero, or who gives it is the customer
    """
    amount = quantize(amount, currency)
    User.objects.select_for_update().get(pk=customer.pk)
    if customer.pk == actor.pk:
        raise CreditRefused(_("You cannot grant credit to yourself: ask a colleague."))
    asked = CreditRequest.objects.filter(pk=reference).first()
    if asked:
        return asked
    is_given = StoreCredit.objects.filter(reference=reference).exists()
    if amount <= 0 or is_given or _may_alone(customer, amount, actor):
        return _give(customer.pk, amount, currency, reference=reference, note=note, actor=actor)
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
    Give what a colleague has asked for a customer.

    :raises SecondPersonNeeded: if the same person asked for it, or is the customer
    :raises CreditRefused: if the customer's account is closed
    :raises InvalidTransition: if it does not wait for an answer any more
    """
    asked = CreditRequest.objects.select_for_update().get(pk=request_id)
    if actor.pk in (asked.requested_by_id, asked.user_id):
        raise SecondPersonNeeded(_("Somebody else has to approve this credit."))
    if not User.objects.filter(pk=asked.user_id, is_active=True).exists():
        raise CreditRefused(_("The account of this customer is closed."))
    _decide(asked, CreditRequestState.APPROVED, actor)
    return _give(
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
    Say no to it, or take back what one has asked for oneself. Nothing is given.

    :raises InvalidTransition: if it does not wait for an answer any more
    """
    asked = CreditRequest.objects.select_for_update().get(pk=request_id)
    _decide(asked, CreditRequestState.DECLINED, actor)


def _give(
    customer_id: UUID, amount: Decimal, currency: str, *, reference: UUID, note: str, actor: User
) -> StoreCredit:
    """Grant it, and let the customer know."""
    credit = grant(customer_id, amount, currency, reference=reference, note=note, actor_id=actor.pk)
    publish(StoreCreditGranted(credit_id=str(credit.pk)))
    return credit


def _may_alone(customer: User, amount: Decimal, actor: User) -> bool:
    """What one person gives alone is added up: nobody gives a large sum in small ones."""
    limit = config.CREDIT_SECOND_PERSON_FROM
    if not limit or actor.is_superuser:
        return True
    given = StoreCreditEntry.objects.filter(
        kind=EntryKind.GRANTED,
        actor=actor,
        credit__user=customer,
        created_at__gt=timezone.now() - GIVEN_ALONE_WITHIN,
    ).exclude(reference__in=CreditRequest.objects.filter(user=customer).values("pk"))
    total: Decimal = given.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return bool(total + amount < limit)


def _decide(asked: CreditRequest, state: CreditRequestState, actor: User) -> None:
    asked.decided_by, asked.decided_at = actor, timezone.now()
    asked.move_to(state)
