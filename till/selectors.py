"""What a till has taken, and who stands at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import User
from core.money import ZERO
from till.models import EntryKind, TillSession, Way


@dataclass(frozen=True, kw_only=True)
class Sums:
    """A session in figures."""

    opening: Decimal
    sales: Mapping[Way, Decimal]
    number: int
    cash_in: Decimal
    cash_out: Decimal

    @property
    def expected(self) -> Decimal:
        """The cash that has to be in the drawer: change given back is no part of a sale."""
        return self.opening + self.sales[Way.CASH] + self.cash_in - self.cash_out

    @property
    def total(self) -> Decimal:
        return sum(self.sales.values(), ZERO)


def open_session_of(user: User) -> TillSession | None:
    """Where the person stands now. 1 query."""
    sessions = TillSession.objects.filter(cashier=user, closed_at=None)
    return sessions.select_related("till__shop__pickup_warehouse").first()


def sums_of(session: TillSession) -> Sums:
    """1 query."""
    rows = session.entries.values_list("kind", "way").annotate(sum=Sum("amount"), units=Count("pk"))
    found = {(kind, way): (amount, number) for kind, way, amount, number in rows}
    none = (ZERO, 0)
    sales = {way: found.get((EntryKind.SALE, way), none) for way in Way}
    return Sums(
        opening=session.opening,
        sales={way: amount for way, (amount, _number) in sales.items()},
        number=sum(number for _amount, number in sales.values()),
        cash_in=found.get((EntryKind.IN, Way.CASH), none)[0],
        cash_out=found.get((EntryKind.OUT, Way.CASH), none)[0],
    )
