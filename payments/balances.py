"""The balance of an order, computed from its ledger and its refunds."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from payments.models import LedgerEntry, Refund
from payments.states import ARRIVED, GIVEN_UP, RefundState


@dataclass(frozen=True)
class Sums:
    """An order's money, by what happened to it."""

    captured: Decimal = ZERO
    refunded: Decimal = ZERO
    charged_back: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.captured - self.refunded - self.charged_back


@dataclass(frozen=True)
class Balance:
    """
    An order's money, as needed by changes of the order.

    `kept` is what remains after all requested refunds. `counted` is the amount paid for the goods;
    goodwill refunds do not reduce it, so that nobody pays them again. `undecided` was requested
    back for earlier changes and awaits approval; a new change replaces it. `refused` and
    `refused_changes` are automatic and change refunds that failed: staff decide on them.
    """

    kept: Decimal = ZERO
    counted: Decimal = ZERO
    charged_back: Decimal = ZERO
    undecided: Decimal = ZERO
    refused: Decimal = ZERO
    refused_changes: Decimal = ZERO

    def due(self, total: Decimal) -> Decimal:
        """The amount due of this total."""
        return max(total - self.counted, ZERO)

    def surplus(self, total: Decimal) -> Decimal:
        """The amount to refund if a change reduces the order to this total."""
        return max(min(self.kept + self.undecided, self._over(total)), ZERO)

    def excess(self, total: Decimal) -> Decimal:
        """The amount paid beyond this total and not yet in a refund."""
        over = self._over(total) - self.undecided - self.refused_changes
        return max(min(self.kept, over), ZERO)

    def _over(self, total: Decimal) -> Decimal:
        return self.counted - self.charged_back - self.refused - total


def balance(
    total: Decimal, sums: Sums, captures: Iterable[LedgerEntry], asked: Iterable[Refund]
) -> Balance:
    """
    The balance of an order of this total, with all refunds that were asked of its money.

    The captures are looked at only where somebody has given money back at its provider.
    """
    if not sums.captured:
        return Balance()
    refunds = list(asked)
    live = [each for each in refunds if each.state not in GIVEN_UP]
    undecided = [
        each for each in live if each.follows_change and each.state == RefundState.REQUESTED
    ]
    unneeded = [each for each in live if each.is_automatic or each.follows_change]
    elsewhere = ZERO
    if any(each.state == RefundState.EXTERNAL for each in live):
        elsewhere = _given_elsewhere(total, captures, refunds)
    given_up = [each for each in refunds if each.state in GIVEN_UP]
    return Balance(
        kept=sums.net - _total(each for each in live if each.state not in ARRIVED),
        counted=sums.captured - _total(unneeded) + _total(undecided) - elsewhere,
        charged_back=sums.charged_back,
        undecided=_total(undecided),
        refused=_total(each for each in given_up if each.is_automatic),
        refused_changes=_total(each for each in given_up if each.follows_change),
    )


def _given_elsewhere(
    total: Decimal, captures: Iterable[LedgerEntry], refunds: Iterable[Refund]
) -> Decimal:
    """
    What of the money on top of this total was given back at the provider before the shop did so.

    In the order in which the shop heard of it all: what was given back there while there was
    nothing on top was goodwill, or made up for what `left_to_staff` names.
    """
    over, given, before = -total, ZERO, list[Refund]()
    facts: list[LedgerEntry | Refund] = [*captures, *refunds]
    for each in sorted(facts, key=_heard):
        if isinstance(each, LedgerEntry):
            over += each.amount
            continue
        if each.is_automatic or each.follows_change:
            over -= each.amount
        elif each.state == RefundState.EXTERNAL:
            part = min(max(each.amount - left_to_staff(before), ZERO), max(over, ZERO))
            over, given = over - part, given + part
        before.append(each)
    return given


def _heard(fact: LedgerEntry | Refund) -> tuple[int, bool]:
    """The millisecond in which its key was made; money that came in it comes first."""
    return fact.pk.int >> 80, isinstance(fact, Refund)


def left_to_staff(refunds: Iterable[Refund]) -> Decimal:
    """
    Automatic and change refunds that staff or the provider refused.

    They are not retried; later refunds by other ways settle them. Sorted by request time.
    """
    left = ZERO
    for each in refunds:
        asked_by_shop = each.is_automatic or each.follows_change
        if each.state in GIVEN_UP:
            left += each.amount if asked_by_shop else ZERO
        elif not asked_by_shop:
            left = max(left - each.amount, ZERO)
    return left


def _total(refunds: Iterable[Refund]) -> Decimal:
    return sum((each.amount for each in refunds), ZERO)
