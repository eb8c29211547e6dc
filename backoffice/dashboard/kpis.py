"""The sales of thirty days as the first page of the back office shows them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from constance import config
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from backoffice.charts import Chart, chart
from cart.models import Cart, CartStatus
from catalog.models import Category
from core.exceptions import ServiceUnavailable
from core.ids import first_id_at
from core.money import ZERO
from orders.models import Order, OrderLine
from orders.states import PAID_FOR, PaymentStatus
from payments.gateway_log import reader
from payments.models import Payment
from payments.states import PaymentState

DAYS_SHOWN = 30
WEEKS_COMPARED = 4
MAX_SHARES = 5
LOST = [PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELLED]
LOG_READ = timedelta(days=1)
ByDay = Mapping[date, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Trade:
    """The figures of a day up to this hour, or the mean of several such days."""

    sales: Decimal
    orders: float
    carts: float
    carts_ordered: float

    @property
    def ticket(self) -> Decimal:
        return self.sales / Decimal(self.orders) if self.orders else ZERO

    @property
    def conversion(self) -> float:
        """In percent: of the carts begun, how many have become orders."""
        return 100 * self.carts_ordered / self.carts if self.carts else 0


@dataclass(frozen=True, kw_only=True)
class Share:
    name: str
    total: Decimal
    percent: int


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """How payments end at a provider, and what its log says of the last day."""

    name: str
    paid: int
    lost: int
    log: reader.Summary

    @property
    def success(self) -> int:
        return round(100 * self.paid / (self.paid + self.lost)) if self.paid + self.lost else 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    today: Trade
    usual: Trade
    chart: Chart
    categories: list[Share]
    sellers: list[Share]
    gateways: list[Gateway]
    log_is_away: bool


def figures() -> Figures:
    """
    Today against the mean of the last same weekdays at the same hour, and thirty days beside the
    thirty before.

    Five queries and one question to MongoDB; without its answer the log is said to be away.
    """
    now = timezone.localtime()
    since = timezone.make_aware(
        datetime.combine(now.date() - timedelta(days=DAYS_SHOWN - 1), time.min)
    )
    orders = _orders_by_day(since - timedelta(days=DAYS_SHOWN), now.time())
    carts = _carts_by_day(since, now.time())
    before = [now.date() - timedelta(weeks=weeks) for weeks in range(1, WEEKS_COMPARED + 1)]
    lines = _lines_since(since)
    gateways, log_is_away = _gateways(since, now)
    return Figures(
        today=_trade([now.date()], orders, carts),
        usual=_trade(before, orders, carts),
        chart=_chart(since.date(), orders),
        categories=_named(_shares(lines, "group")),
        sellers=_shares(lines, "seller__name"),
        gateways=gateways,
        log_is_away=log_is_away,
    )


def owing(order: str = "") -> Q:
    """A sale that became more expensive: the difference is still to be paid."""
    return Q(
        (f"{order}payment_status", PaymentStatus.PARTIALLY_PAID), (f"{order}paid_at__isnull", False)
    )


def _sold(order: str = "") -> Q:
    """An order whose money has come, in the shop's currency."""
    has_come = Q((f"{order}payment_status__in", PAID_FOR)) | owing(order)
    return has_come & Q((f"{order}currency", config.CURRENCY))


def _orders_by_day(since: datetime, hour: time) -> ByDay:
    by_now = Q(placed_at__time__lte=hour)
    return _by_day(
        Order.objects.filter(_sold(), placed_at__gte=since),
        "placed_at",
        sum=Sum("total"),
        number=Count("pk"),
        sum_by_now=Sum("total", filter=by_now, default=ZERO),
        number_by_now=Count("pk", filter=by_now),
    )


def _carts_by_day(since: datetime, hour: time) -> ByDay:
    by_now = Q(created_at__time__lte=hour) & ~Q(status=CartStatus.MERGED)
    return _by_day(
        Cart.objects.filter(pk__gte=first_id_at(since), created_at__gte=since),
        "created_at",
        begun=Count("pk", filter=by_now),
        ordered=Count("pk", filter=by_now & Q(status=CartStatus.ORDERED)),
    )


def _by_day(rows: QuerySet[Any], moment: str, **figures: Any) -> ByDay:
    found = rows.annotate(day=TruncDate(moment)).values("day").annotate(**figures)
    return {row["day"]: row for row in found}


def _trade(days: list[date], orders: ByDay, carts: ByDay) -> Trade:
    def mean(rows: ByDay, name: str) -> Any:
        return sum(rows[day][name] for day in days if day in rows) / len(days)

    return Trade(
        sales=Decimal(mean(orders, "sum_by_now")),
        orders=mean(orders, "number_by_now"),
        carts=mean(carts, "begun"),
        carts_ordered=mean(carts, "ordered"),
    )


def _chart(first: date, found: ByDay) -> Chart:
    totals = {day: row["sum"] for day, row in found.items()}
    return chart(
        first,
        DAYS_SHOWN,
        now=_from(first, totals),
        before=totals,
        currency=config.CURRENCY,
        by="placed_at",
    )


def _from(first: date, by_day: Mapping[date, Any]) -> dict[date, Any]:
    return {day: value for day, value in by_day.items() if day >= first}


def _lines_since(since: datetime) -> list[Any]:
    """The goods sold, by shelf and seller. One query."""
    return list(
        OrderLine.objects.filter(_sold("order__"), order__placed_at__gte=since)
        .values("seller__name", group=Coalesce("variant__category", "variant__product__category"))
        .annotate(sum=Sum("total"))
        .order_by()
    )


def _shares(lines: Iterable[Mapping[str, Any]], key: str) -> list[Share]:
    """The largest shares, and all others together as one without a name."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[str(line[key])] += line["sum"]
    whole = sum(sums.values(), ZERO)
    parts = sorted(sums.items(), key=lambda part: -part[1])
    rest = sum((total for _name, total in parts[MAX_SHARES:]), ZERO)
    shown = [*parts[:MAX_SHARES], *([("", rest)] if rest else [])]
    return [
        Share(name=name, total=total, percent=round(100 * total / whole))
        for name, total in shown
        if whole
    ]


def _named(shares: list[Share]) -> list[Share]:
    """The shares with names of categories in place of keys. One query."""
    keys = [share.name for share in shares if share.name]
    names = {str(category.pk): category.name for category in Category.objects.filter(pk__in=keys)}
    return [replace(share, name=names.get(share.name, "")) for share in shares]


def _gateways(since: datetime, now: datetime) -> tuple[list[Gateway], bool]:
    """Each provider with how its payments end, and whether the log is away. One query."""
    rows = (
        Payment.objects.filter(pk__gte=first_id_at(since), created_at__gte=since)
        .exclude(gateway="store_credit")
        .values("gateway")
        .annotate(
            paid=Count("pk", filter=Q(state=PaymentState.CAPTURED)),
            lost=Count("pk", filter=Q(state__in=LOST)),
        )
        .order_by("gateway")
    )
    try:
        log, is_away = reader.summary(now - LOG_READ), False
    except ServiceUnavailable:
        log, is_away = {}, True
    quiet = reader.Summary()
    return [
        Gateway(
            name=row["gateway"],
            paid=row["paid"],
            lost=row["lost"],
            log=log.get(row["gateway"], quiet),
        )
        for row in rows
    ], is_away
