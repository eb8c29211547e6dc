"""A person's data, and what prevents its erasure."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import SellerMember, User
from orders.models import Order
from orders.states import OrderStatus
from payments.models import Dispute, Refund
from payments.states import DISPUTES_OPEN, RefundState
from privacy.people import Person
from privacy.personal_data import HELD, Held
from returns.models import Return
from returns.states import ReturnStatus

OPEN_ORDERS = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING)
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
    found = {held.name: list(rows_of(held, person).values(*held.shown)) for held in HELD}
    found["mails"] = list(mails_to(person).order_by("pk").values("created", "subject"))
    return {name: rows for name, rows in found.items() if rows}


def mails_to(person: Person) -> QuerySet[Email]:
    mails: QuerySet[Email] = Email.objects.filter(to__iexact=person.email)
    return mails


def obstacles(person: Person) -> list[str]:
    """Why the person cannot be forgotten yet, in sentences; empty where nothing is under way."""
    if person.user_id is None:
        return []
    reasons = []
    if User.objects.filter(pk=person.user_id, is_staff=True).exists():
        reasons.append(_("The account works for the shop. Take its rights away first."))
    if SellerMember.objects.filter(user=person.user_id).exists():
        reasons.append(_("The account works for a seller. End that first."))
    for sentence, rows, name in _under_way(person):
        if numbers := list(rows.values_list(name, flat=True)[:10]):
            reasons.append(sentence % {"numbers": ", ".join(numbers)})
    return reasons


def _under_way(person: Person) -> list[tuple[str, QuerySet[Any], str]]:
    mine = {"payment__order__customer": person.user_id}
    return [
        (
            _("These orders are not finished: %(numbers)s."),
            Order.objects.filter(customer=person.user_id, status__in=OPEN_ORDERS),
            "number",
        ),
        (
            _("These returns are not finished: %(numbers)s."),
            Return.objects.filter(order__customer=person.user_id, status__in=OPEN_RETURNS),
            "number",
        ),
        (
            _("These refunds are not finished: %(numbers)s."),
            Refund.objects.filter(**mine, state__in=OPEN_REFUNDS),
            "number",
        ),
        (
            _("The bank has not decided these disputes: %(numbers)s."),
            Dispute.objects.filter(**mine, state__in=DISPUTES_OPEN),
            "reference",
        ),
    ]


def counts(person: Person) -> list[tuple[str, int]]:
    """The person's number of rows per table, by its verbose name. A query each."""
    found = [
        (str(held.model._meta.verbose_name_plural), rows_of(held, person).count()) for held in HELD
    ]
    found.append((_("mails"), mails_to(person).count()))
    return [(name, number) for name, number in found if number]
