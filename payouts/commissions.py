"""The sellers' balances, and the commission rates of their sales."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from constance import config
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from catalog.models import Category
from core.money import ZERO, quantize
from orders.models import OrderLine
from payments.models import Dispute, LedgerEntry, LedgerKind
from payments.selectors import money_kept
from payouts.models import Commission, Statement, StatementLine, StatementStatus
from payouts.refund_shares import given_back, part_of

HUNDRED = Decimal(100)
# Of a statement's file: the attribute of a row, and its heading for people.
COLUMNS = {
    "order": _("Order"),
    "due_on": _("Owed since"),
    "sku": _("SKU"),
    "name": _("Product"),
    "amount": _("Sales"),
    "refunded": _("Given back"),
    "percent": _("Percent"),
    "commission": _("Commission"),
    "net": _("Net"),
}


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """Changes of a line since the previous statement, for the next one."""

    line: OrderLine
    amount: Decimal
    refunded: Decimal
    commission: Decimal

    @property
    def net(self) -> Decimal:
        return self.amount - self.refunded - self.commission


@dataclass(frozen=True, kw_only=True)
class Account:
    """The open balance between the house and a seller."""

    currency: str
    lines: Sequence[OpenLine]
    carried_from: Statement | None

    @property
    def sales(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def refunds(self) -> Decimal:
        return sum((line.refunded for line in self.lines), ZERO)

    @property
    def commission(self) -> Decimal:
        return sum((line.commission for line in self.lines), ZERO)

    @property
    def carried(self) -> Decimal:
        return self.carried_from.payout if self.carried_from else ZERO

    @property
    def payout(self) -> Decimal:
        return sum((line.net for line in self.lines), self.carried)

    @property
    def is_empty(self) -> bool:
        return not self.lines and self.carried_from is None


def account(seller: Seller, *, currency: str, until: datetime) -> Account:
    """
    What is owed for lines that were due before that moment. Four queries.

    What went back of them counts up to now. Lines of disputed orders wait for the bank.
    """
    orders = _touched(seller, currency, until).order_by().values("order")
    lines = _with_money(orders)
    mine = [line for line, _refunded in lines if line.seller_id == seller.pk]
    stated = _stated(mine)
    changes = (
        _since_last_statement(line, refunded, stated[line.pk])
        for line, refunded in lines
        if line.seller_id == seller.pk and _is_due(line, until)
    )
    return Account(
        currency=currency,
        lines=[change for change in changes if change.amount or change.refunded],
        carried_from=_left_below_zero(seller, currency),
    )


def currencies_of(seller: Seller) -> list[str]:
    """Currencies in which the seller has sold, the shop's own first. One query."""
    lines = OrderLine.objects.filter(seller=seller, seller_sale__due_at__isnull=False)
    found = set(lines.values_list("order__currency", flat=True).distinct())
    return sorted(found | {config.CURRENCY}, key=lambda code: (code != config.CURRENCY, code))


def percents(lines: Sequence[OrderLine]) -> dict[UUID, Decimal]:
    """
    What the house keeps of each line by the rates of today, in percent. At most two queries.

    The first that there is: of the seller in the nearest category, of the seller, of the nearest
    category, of the settings. The lines have their variants and products with them.
    """
    rates = {(each.seller_id, each.category_id): each.percent for each in Commission.objects.all()}
    usual = Decimal(config.COMMISSION_PERCENT)
    if not rates:
        return {line.pk: usual for line in lines}
    above = dict(Category.objects.order_by().values_list("pk", "parent_id"))
    found = {}
    for line in lines:
        shelves = _upwards(line.variant.category_id or line.variant.product.category_id, above)
        places = [(seller, shelf) for seller in (line.seller_id, None) for shelf in shelves]
        found[line.pk] = next((rates[place] for place in places if place in rates), usual)
    return found


def _upwards(category_id: UUID, above: Mapping[UUID, UUID | None]) -> list[UUID | None]:
    """The category, those above it, then none."""
    chain: list[UUID | None] = [category_id]
    while (last := chain[-1]) is not None:
        chain.append(above.get(last))
    return chain


def _touched(seller: Seller, currency: str, until: datetime) -> QuerySet[Any]:
    """The seller's lines that may differ from their statements."""
    stated = StatementLine.objects.filter(order_line=OuterRef("pk")).order_by()
    sums = stated.values("order_line").values(sum=Sum("amount"))
    facts = LedgerEntry.objects.filter(payment__order=OuterRef("order"))
    disputes = Dispute.objects.open().filter(payment__order=OuterRef("order"))
    lines = OrderLine.objects.filter(
        ~Exists(disputes), seller=seller, order__currency=currency, seller_sale__due_at__lt=until
    ).annotate(
        stated=Subquery(sums),
        worth=Case(
            When(order__prices_include_tax=True, then=F("total")), default=F("total") + F("tax")
        ),
    )
    return lines.filter(
        Q(stated=None, worth__gt=0)
        | ~Q(stated=F("worth"))
        | Q(cancelled_quantity__gt=0)
        | Exists(facts.exclude(kind=LedgerKind.CAPTURE))
    )


def _with_money(orders: QuerySet[Any]) -> list[tuple[OrderLine, Decimal]]:
    """All lines of those orders, each with what it bears of the money that went back. One query."""
    lines = (
        OrderLine.objects.filter(order__in=orders)
        .select_related("order", "seller_sale")
        .annotate(kept=Coalesce(Subquery(money_kept("order")), ZERO))
        .order_by("order", "position")
    )
    by_order: dict[UUID, list[Any]] = defaultdict(list)
    for line in lines:
        by_order[line.order_id].append(line)
    return [pair for own in by_order.values() for pair in _sharing(own)]


def _sharing(lines: Sequence[Any]) -> Iterable[tuple[OrderLine, Decimal]]:
    order = lines[0].order
    parts = [part_of(line, order) for line in lines]
    goods = sum((part.worth + part.cancelled for part in parts), ZERO)
    gone = max(order.total - lines[0].kept, ZERO)
    shares = given_back(parts, gone, delivery=order.total - goods, currency=order.currency)
    return zip(lines, shares, strict=True)


def _is_due(line: OrderLine, until: datetime) -> bool:
    sale = getattr(line, "seller_sale", None)
    return sale is not None and sale.due_at is not None and sale.due_at < until


class _Stated(NamedTuple):
    """What the statements say of a line by now."""

    amount: Decimal = ZERO
    refunded: Decimal = ZERO
    commission: Decimal = ZERO


def _stated(lines: Sequence[OrderLine]) -> dict[UUID, _Stated]:
    """By line. One query."""
    found: dict[UUID, _Stated] = defaultdict(_Stated)
    rows = (
        StatementLine.objects.filter(order_line__in=lines)
        .order_by()
        .values_list("order_line")
        .annotate(Sum("amount"), Sum("refunded"), Sum("commission"))
    )
    for key, *sums in rows:
        found[key] = _Stated(*sums)
    return found


def _since_last_statement(line: OrderLine, refunded: Decimal, stated: _Stated) -> OpenLine:
    worth = part_of(line, line.order).worth
    share = line.seller_sale.percent / HUNDRED
    commission = quantize((worth - refunded) * share, line.order.currency)
    return OpenLine(
        line=line,
        amount=worth - stated.amount,
        refunded=refunded - stated.refunded,
        commission=commission - stated.commission,
    )


def _left_below_zero(seller: Seller, currency: str) -> Statement | None:
    """The oldest statement whose loss no other has taken over. One query."""
    closed = Statement.objects.filter(
        seller=seller,
        currency=currency,
        status=StatementStatus.CLOSED,
        payout__lt=0,
        carried_to=None,
    )
    return closed.order_by("period").first()


@dataclass(frozen=True, kw_only=True)
class StatementRow:
    """A line of a statement as it is shown and written down."""

    order: str
    due_on: date
    sku: str
    name: str
    amount: Decimal
    refunded: Decimal
    percent: Decimal
    commission: Decimal
    net: Decimal


def rows_of(lines: Iterable[StatementLine | OpenLine]) -> list[StatementRow]:
    """Lines with their orders and sales, as rows. No query."""
    return [_row(each, each.line) for each in lines]


def lines_of(statement: Statement) -> QuerySet[StatementLine]:
    """By order. One query."""
    related = ("order_line__order", "order_line__seller_sale")
    return statement.lines.select_related(*related).order_by(
        "order_line__order", "order_line__position"
    )


def disputed_order(statement: Statement) -> str:
    """The number of an order on it whose money a bank asks for; empty if there is none. 1 query."""
    orders = statement.lines.values("order_line__order")
    disputes = Dispute.objects.open().filter(payment__order__in=orders)
    return disputes.values_list("payment__order__number", flat=True).first() or ""


def _row(each: StatementLine | OpenLine, line: OrderLine) -> StatementRow:
    return StatementRow(
        order=line.order.number,
        due_on=timezone.localdate(line.seller_sale.due_at),
        sku=line.sku,
        name=line.name,
        amount=each.amount,
        refunded=each.refunded,
        percent=line.seller_sale.percent,
        commission=each.commission,
        net=each.net,
    )
