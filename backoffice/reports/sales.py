"""The sales, by day, region, seller, category, variant or way to pay, for commands and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, Least, NullIf, Round, TruncDate
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from catalog.models import Category
from core.money import WHOLE_CURRENCIES, ZERO
from core.reports.base import Filters, Report
from inventory.models import Movement, MovementKind
from inventory.report_filters import Selection, select
from orders.models import AddressKind, OrderAddress, OrderLine
from payments.models import PaymentMethod
from payments.selectors import money_back, money_kept, with_money_back

EXACT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=40, decimal_places=20)
# Of the lines that `_shared` describes. The caller names the figures to sum.
_ADD_UP = """
    SELECT "code", "label", "money",
        count(DISTINCT "order_key"), sum("quantity"), sum("units_back"),
        sum("goods"), sum("taken_off"), sum("delivery"), sum("taxes"),
        sum("upto" - "before"), sum("back")
    FROM ({lines}) AS "line" WHERE "is_meant" GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class SalesRow:
    """Sales of one group in one currency, in the order of `_ADD_UP`."""

    code: str
    name: str
    currency: str
    orders: int
    units: int
    units_back: int
    goods: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    refunded: Decimal

    @property
    def net(self) -> Decimal:
        return self.total - self.refunded


def sales(filters: Filters) -> list[SalesRow]:
    """
    The orders whose money came in these days: days in their order, others by their total.

    What went back later, by refund or chargeback, is shown beside the sale it belongs to. An
    order counts once in each group it has a line of. One query, one more for categories and ways
    to pay, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    by = filters.by or "day"
    lines = _shared(select(filters)).annotate(**_keys(by))
    sql, values = lines.values(*_keys(by), *_SHARES).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP.format(lines=sql), values)
        rows = [_row(by, group) for group in cursor.fetchall()]
    names = {"category": _with_categories, "method": _with_methods}.get(by, list)
    return sorted(names(rows), key=(lambda row: row.code) if by == "day" else _by_total)


_SHARES = (
    "money", "order_key", "quantity", "units_back", "goods", "taken_off", "delivery", "taxes",
    "before", "upto", "back", "is_meant",
)  # fmt: skip


def _shared(chosen: Selection) -> QuerySet[OrderLine]:
    """
    The lines of the sales of these days, each with its cents of what belongs to its order.

    Delivery goes by the lines' prices, a gift counting as a cent; tax is the line's own, and that
    of the delivery goes with it; what went back goes by what the line bears of the total. Each
    line gets the difference of two rounded sums, up to it and before it: all lines together give
    the order's figure, whatever they are added up by.
    """
    weight = Greatest(F("total"), Value(Decimal("0.01")))
    is_added = Q(order__prices_include_tax=False)
    added = Case(When(is_added, then=F("tax")), default=Value(ZERO), output_field=EXACT)
    own = _exact(F("total") + added)
    lines = OrderLine.objects.filter(
        chosen.of_days("order__paid_at"), order__paid_at__isnull=False
    ).annotate(
        weighed=_so_far(weight),
        weight=_of_order(weight),
        rest=_exact(F("order__total") - _of_order(own)),
        rest_of_tax=_exact(F("order__tax_total") - _of_order(F("tax"))),
    )
    before = F("weighed") - weight

    def share(amount: str) -> Any:
        return _part(amount, F("weighed"), "weight") - _part(amount, before, "weight")

    delivery = share("order__shipping_total")
    tax_of_delivery = Case(
        When(is_added, then=share("rest") - delivery), default=share("rest_of_tax")
    )
    return lines.annotate(
        money=F("order__currency"),
        order_key=F("order_id"),
        units_back=F("cancelled_quantity") + F("returned_quantity"),
        goods=F("total"),
        taken_off=F("discount"),
        delivery=_exact(delivery),
        taxes=_exact(F("tax") + tax_of_delivery),
        upto=_exact(_so_far(own) + _part("rest", F("weighed"), "weight")),
        before=_exact(_so_far(own) - own + _part("rest", before, "weight")),
        gone=_gone(),
        back=_back(),
        is_meant=_is_meant(chosen),
    )


def _gone() -> Any:
    """
    The part of an order's money that was refunded, without overpayments and without the balance
    due after an order became more expensive.
    """
    missing = F("order__total") - Coalesce(money_kept("order"), ZERO)
    return _exact(Least(Greatest(missing, ZERO), Coalesce(money_back("order"), ZERO)))


def _back() -> Case:
    """The line's cents of it. Few orders have any: the others need not be looked at one by one."""
    upto, before = (_part("gone", F(name), "order__total") for name in ("upto", "before"))
    is_any = Q(order__in=with_money_back())
    return Case(When(is_any, then=_exact(upto - before)), default=Value(ZERO), output_field=EXACT)


def _is_meant(chosen: Selection) -> ExpressionWrapper[Any]:
    """Whether the line is one of those goods, and its units were taken from that place."""
    meant = Q(pk__isnull=False) & chosen.of_goods("variant__", seller="seller")
    if place := chosen.of_place():
        sold = Movement.objects.filter(
            place,
            Q(variant=OuterRef("variant"))
            | Q(variant__bundled_in__bundle=OuterRef("variant__product")),
            reference=OuterRef("order"),
            kind=MovementKind.SALE,
        )
        meant &= Q(Exists(sold))
    return ExpressionWrapper(meant, BooleanField())


def _of_order(value: Any) -> Window:
    return Window(Sum(value), partition_by="order", output_field=EXACT)


def _so_far(value: Any) -> Window:
    """Of the order's lines up to this one."""
    order = ["position", "pk"]
    return Window(Sum(value), partition_by="order", order_by=order, output_field=EXACT)


def _part(amount: str, part: Any, whole: str) -> Any:
    """As much of the amount as the part is of the whole, rounded as the currency is."""
    digits: Any = Case(When(order__currency__in=sorted(WHOLE_CURRENCIES), then=0), default=2)
    exact = _exact(F(amount) * part / NullIf(F(whole), ZERO))
    return Coalesce(Round(exact, digits, output_field=EXACT), ZERO, output_field=EXACT)


def _exact(expression: Any) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(expression, output_field=EXACT)


def _keys(by: str) -> Mapping[str, Any]:
    """What makes a group: a code that scripts can rely on, and what people call it."""
    address = OrderAddress.objects.filter(order=OuterRef("order"), kind=AddressKind.SHIPPING)
    known: dict[str, tuple[Any, Any]] = {
        "day": (TruncDate("order__paid_at"), Value("")),
        "region": (Subquery(address.values("country")[:1]), Subquery(address.values("region")[:1])),
        "seller": (F("seller__slug"), F("seller__name")),
        "category": (Coalesce("variant__category", "variant__product__category"), Value("")),
        "variant": (F("sku"), F("name")),
        "method": (F("order__payment_method_code"), Value("")),
    }
    code, label = known[by]
    return {"code": code, "label": label}


def _row(by: str, group: Sequence[Any]) -> SalesRow:
    code, label, currency, orders, units, units_back, *amounts = group
    name = formats.date_format(code, "l") if by == "day" else label or ""
    sums = (amount.quantize(ZERO) for amount in amounts)
    return SalesRow(str(code or ""), name, currency, orders, units, units_back, *sums)


def _with_categories(rows: Sequence[SalesRow]) -> list[SalesRow]:
    """Rows whose code is a category's key, with its slug and its path instead."""
    keys = {row.code for row in rows}
    found = Category.objects.select_related("family").filter(pk__in=keys)
    known = {str(category.pk): category for category in found}
    return [
        replace(row, code=category.slug, name=f"{category.family.name} · {category.name}")
        for row, category in ((row, known[row.code]) for row in rows)
    ]


def _with_methods(rows: Sequence[SalesRow]) -> list[SalesRow]:
    """Rows whose code is that of a way to pay, with its name of today."""
    names = dict(PaymentMethod.objects.values_list("code", "name"))
    return [replace(row, name=names.get(row.code, "")) for row in rows]


def _by_total(row: SalesRow) -> tuple[Decimal, str, str]:
    return (-row.total, row.code, row.name)


SALES = Report(
    name="sales",
    title=_("Sales"),
    purpose=_(
        "Adds up what was sold: orders whose money came in. “refunded” is what of it went back "
        "since; delivery and refunds of an order are shared among its lines by their prices."
    ),
    permissions=("orders.view_order", "payments.view_payment"),
    is_for_sellers=True,
    # Delivery, tax and refunds are the orders', not the goods'.
    hidden_from_sellers=("shipping", "tax", "total", "refunded", "net"),
    days_mean=_("what was paid in these days"),
    groupings={
        "day": _("day"),
        "region": _("region"),
        "seller": _("seller"),
        "category": _("category"),
        "variant": _("variant"),
        "method": _("way to pay"),
    },
    days_shown=30,
    rows=sales,
    columns={
        "code": _("code"),
        "name": _("name"),
        "orders": _("orders"),
        "units": _("units"),
        "units_back": _("units back"),
        "goods": _("goods"),
        "discount": _("discount"),
        "shipping": _("shipping"),
        "tax": _("tax"),
        "total": _("total"),
        "refunded": _("refunded"),
        "net": _("net"),
        "currency": _("currency"),
    },
    totals=(
        "units", "units_back", "goods", "discount", "shipping", "tax", "total", "refunded", "net",
    ),
    chart="goods",
)  # fmt: skip
