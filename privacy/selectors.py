"""A person's data, and what prevents its erasure."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import SellerMember, User
from orders.models import Order
from orders.states import UNDER_WAY
from payments.models import Dispute, Refund
from payments.states import DISPUTES_OPEN, RefundState
from privacy.people import Person
from privacy.personal_data import HELD, Held
from returns.models import Return
from returns.states import ReturnStatus

OPEN_REFUNDS = (
    *(RefundState.REQUESTED, RefundState.APPROVED, RefundState.SUBMITTED, RefundState.PENDING),
)
OPEN_RETURNS = (ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED)


def rows_of(held: Held, person: Person) -> QuerySet[Any]:
    """The person's rows of one table, the oldest first."""
    return QuerySet(held.model).filter(held.of(person)).order_by("pk")


def copy_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """
    All that the shop holds about the person, by table: only what is there. A query for each table.

    Mails are named by their subjects: their texts say nothing that the tables do not.
    """
    found = {held.name: list(rows_of(held, person).values(*held.shown.split())) for held in HELD}
    found["mails"] = list(mails_to(person).order_by("pk").values("created", "subject"))
    return {name: rows for name, rows in found.items() if rows}


def mails_to(person: Person) -> QuerySet[Email]:
    """And what the person wrote on the contact page, which is answered to them."""
    is_theirs = Q(to__iexact=person.email) | Q(**{"headers__Reply-To__iexact": person.email})
    return QuerySet(Email).filter(is_theirs)


def obstacles(person: Person) -> list[str]:
    """Why the person cannot be forgotten yet, in sentences; empty where nothing is under way."""
    if person.user_id is None:
        return []
    reasons = []
    if User.objects.filter(pk=person.user_id, is_staff=True).exists():
        reasons.append(_("The account works for the shop. Take its rights away first."))
    if SellerMember.objects.filter(user=person.user_id).exists():
        reasons.append(_("The account works for a seller. End that first."))
    for sentence, rows in _under_way(person):
        if numbers := list(rows[:10]):
            reasons.append(sentence % {"numbers": ", ".join(numbers)})
    return reasons


def _under_way(person: Person) -> list[tuple[str, QuerySet[Any, str]]]:
    customer = person.user_id
    orders = Order.objects.filter(customer=customer, status__in=UNDER_WAY)
    returns = Return.objects.filter(order__customer=customer, status__in=OPEN_RETURNS)
    refunds = Refund.objects.filter(payment__order__customer=customer, state__in=OPEN_REFUNDS)
    disputes = Dispute.objects.filter(payment__order__customer=customer, state__in=DISPUTES_OPEN)
    numbers = [rows.values_list("number", flat=True) for rows in (orders, returns, refunds)]
    references = disputes.values_list("reference", flat=True)
    return [
        (_("These orders are not finished: %(numbers)s."), numbers[0]),
        (_("These returns are not finished: %(numbers)s."), numbers[1]),
        (_("These refunds are not finished: %(numbers)s."), numbers[2]),
        (_("The bank has not decided these disputes: %(numbers)s."), references),
    ]


def counts(person: Person) -> list[tuple[str, int]]:
    """The person's number of rows per table, by its verbose name. A query each."""
    found = [
        (str(held.model._meta.verbose_name_plural), rows_of(held, person).count()) for held in HELD
    ]
    found.append((_("mails"), mails_to(person).count()))
    return [(name, number) for name, number in found if number]
