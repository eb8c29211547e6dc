"""The sales, by day, region, seller, category or variant, for commands and pages alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
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
)
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import formats
from django.utils.translation import gettext_lazy

from catalog.models import Category
from core.money import ZERO, allocate, quantize
from core.reports import Filters
from inventory.models import Movement, MovementKind
from inventory.selection import Selection, select
from orders.models import AddressKind, OrderAddress, OrderLine
from payments.selectors import money_kept

# What belongs to the sellers' goods alone: delivery, tax and refunds are the orders'.
GOODS_COLUMNS = {
    "code": gettext_lazy("code"),
    "name": gettext_lazy("name"),
    "orders": gettext_lazy("orders"),
    "units": gettext_lazy("units"),
    "units_back": gettext_lazy("units back"),
    "goods": gettext_lazy("goods"),
    "discount": gettext_lazy("discount"),
    "currency": gettext_lazy("currency"),
}
GROUPS = ("day", "region", "seller", "category", "variant")
EXACT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=40, decimal_places=20)


@dataclass(frozen=True, kw_only=True)
class SalesRow:
    """
    What was sold of one group in one currency.

    Each order's delivery, tax and refunds are shared among its lines by their prices, so that
    every grouping adds up to the same money.
    """

    code: str
    name: str
    orders: int
    units: int
    units_back: int
    goods: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    refunded: Decimal
    currency: str

    @property
    def net(self) -> Decimal:
        return self.total - self.refunded


def sales(filters: Filters, by: str = "day") -> list[SalesRow]:
    """
    The orders whose money came in these days: days in their order, others by their total.

    What went back later, by refund or chargeback, is shown beside the sale it belongs to. An
    order counts once in each group it has a line of. One query, one more for categories, and
    those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    keys = {f"group_{name}": expression for name, expression in _keys(by).items()}
    money = {f"sum_{name}": expression for name, expression in _money().items()}
    groups = list(
        _shared(_sold(select(filters)))
        .annotate(**keys)
        .values(*keys, "order__currency")
        .annotate(
            orders=Count("order", distinct=True),
            units=Sum("quantity"),
            units_back=Sum(F("cancelled_quantity") + F("returned_quantity")),
            **money,
        )
        .order_by()
    )
    _round(groups, list(money))
    rows = [_row(by, group) for group in groups]
    named = _named(rows) if by == "category" else rows
    return sorted(named, key=(lambda row: row.code) if by == "day" else _by_total)


def _sold(chosen: Selection) -> QuerySet[OrderLine]:
    """The lines of orders that are sales: their money came in."""
    lines = OrderLine.objects.filter(
        chosen.of_goods("variant__", seller="seller"),
        chosen.of_days("order__paid_at"),
        order__paid_at__isnull=False,
    )
    if place := chosen.of_place():
        sold = Movement.objects.filter(
            place,
            Q(variant=OuterRef("variant"))
            | Q(variant__bundled_in__bundle=OuterRef("variant__product")),
            reference=OuterRef("order"),
            kind=MovementKind.SALE,
        )
        lines = lines.filter(Exists(sold))
    return lines


def _shared(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Each line with its share of its order, and with what of the order's money went back."""
    siblings = OrderLine.objects.filter(order=OuterRef("order")).order_by().values("order")
    return lines.annotate(
        order_goods=Subquery(siblings.values(sum=Sum("total"))),
        order_lines=Subquery(siblings.values(number=Count("pk"))),
        gone_back=_exact(Greatest(F("order__total") - Coalesce(money_kept("order"), ZERO), ZERO)),
        share=Case(
            When(order_goods__gt=0, then=_exact(F("total") / F("order_goods"))),
            default=_exact(Value(Decimal(1)) / F("order_lines")),
        ),
    )


def _money() -> dict[str, Sum]:
    def share_of(field: str) -> Sum:
        return Sum(_exact(F(field) * F("share")))

    return {
        "goods": Sum("total"),
        "discount": Sum("discount"),
        "shipping": share_of("order__shipping_total"),
        "tax": share_of("order__tax_total"),
        "total": share_of("order__total"),
        "refunded": share_of("gone_back"),
    }


def _exact(expression: Any) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(expression, output_field=EXACT)


def _keys(by: str) -> Mapping[str, Any]:
    """What makes a group: a code that scripts can rely on, and what people call it."""
    address = OrderAddress.objects.filter(order=OuterRef("order"), kind=AddressKind.SHIPPING)
    known: dict[str, dict[str, Any]] = {
        "day": {"code": TruncDate("order__paid_at")},
        "region": {
            "code": Subquery(address.values("country")[:1]),
            "name": Subquery(address.values("region")[:1]),
        },
        "seller": {"code": F("seller__slug"), "name": F("seller__name")},
        "category": {"code": Coalesce("variant__category", "variant__product__category")},
        "variant": {"code": F("sku"), "name": F("name")},
    }
    return known[by]


def _round(groups: Sequence[dict[str, Any]], sums: Sequence[str]) -> None:
    """Give the fractions of a cent to the groups in such a way that each currency adds up."""
    for currency in {group["order__currency"] for group in groups}:
        same = [group for group in groups if group["order__currency"] == currency]
        for name in sums:
            shares = [group[name] for group in same]
            whole = quantize(sum(shares, ZERO), currency)
            parts = allocate(whole, shares, currency) if whole else [ZERO] * len(same)
            for group, part in zip(same, parts, strict=True):
                group[name] = part


def _row(by: str, group: Mapping[str, Any]) -> SalesRow:
    code = group["group_code"]
    name = formats.date_format(code, "l") if by == "day" else group.get("group_name")
    sums = {key.removeprefix("sum_"): group[key] for key in group if key.startswith("sum_")}
    return SalesRow(
        code=str(code or ""),
        name=name or "",
        orders=group["orders"],
        units=group["units"],
        units_back=group["units_back"],
        currency=group["order__currency"],
        **sums,
    )


def _named(rows: Sequence[SalesRow]) -> list[SalesRow]:
    """Rows whose code is a category's key, with its slug and its path instead."""
    keys = {row.code for row in rows}
    found = Category.objects.select_related("family").filter(pk__in=keys)
    known = {str(category.pk): category for category in found}
    return [
        replace(row, code=category.slug, name=f"{category.family.name} · {category.name}")
        for row, category in ((row, known[row.code]) for row in rows)
    ]


def _by_total(row: SalesRow) -> tuple[Decimal, str, str]:
    return (-row.total, row.code, row.name)
