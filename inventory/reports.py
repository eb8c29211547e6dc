"""The stock reports, for commands and pages alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import starmap
from typing import Any

from constance import config
from django.db.models import (
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.lookups import localized
from catalog.models import ProductKind, Variant
from core.fields import MoneyField
from core.money import ZERO
from core.reports.base import Filters, Report
from inventory.models import BackInStockRequest, Reservation, StockLevel
from inventory.models.level import StockLevelQuerySet
from inventory.report_filters import Selection, select

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class StockRow:
    """The units of a variant in one warehouse, and their cost if known."""

    sku: str
    name: str
    category: str
    seller: str
    warehouse: str
    bin: str
    on_hand: int
    committed: int
    reserved: int
    minimum: int
    maximum: int | None
    unit_cost: Decimal | None
    currency: str

    @property
    def sellable(self) -> int:
        """Unsold units, held or not."""
        return self.on_hand - self.committed

    @property
    def available(self) -> int:
        """What can be sold now. Below zero where a count has left the level short."""
        return self.sellable - self.reserved

    @property
    def missing(self) -> int:
        """Units up to the maximum, or to the minimum where there is none; never below nothing."""
        return max((self.maximum or self.minimum) - self.sellable, 0)

    @property
    def value(self) -> Decimal | None:
        return None if self.unit_cost is None else self.unit_cost * self.on_hand


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A sold-out variant."""

    sku: str
    name: str
    category: str
    seller: str
    on_hand: int
    committed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What the units on the shelves of one group have cost."""

    code: str
    name: str
    skus: int
    units: int
    without_cost: int
    value: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldRow:
    """Units that somebody held until their time ran out."""

    sku: str
    warehouse: str
    quantity: int
    document: str
    reference: str
    expired_at: datetime


def stock(filters: Filters) -> Iterator[StockRow]:
    """
    The stock by warehouse and SKU; of days, the levels that moved in them. One query, and those
    of the filters.

    :raises UnknownName: if a filter names nothing
    """
    return _rows(_levels(select(filters)))


def low_stock(filters: Filters) -> Iterator[StockRow]:
    """The levels below their minimum, in the same way."""
    return _rows(_levels(select(filters)).below_minimum())


def out_of_stock(filters: Filters) -> Iterator[GoneRow]:
    """
    Active variants without an unsold unit in any active warehouse; held units are unsold.

    Bundles count as their components. One query, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    levels = StockLevel.objects.filter(
        chosen.of_place(), variant=OuterRef("pk"), warehouse__is_active=True
    ).order_by()
    waiting = BackInStockRequest.objects.waiting().filter(variant=OuterRef("pk")).order_by()
    rows = (
        Variant.objects.filter(
            chosen.of_goods(),
            ~Exists(levels.filter(on_hand__gt=F("committed"))),
            is_active=True,
            product__is_active=True,
            product__kind=ProductKind.PHYSICAL,
        )
        .annotate(waiting=_of_variant(waiting, Count("pk")))
        .order_by("-waiting", "sku")
        .values_list(
            "sku",
            localized("name"),
            Coalesce(localized("category__name"), localized("product__category__name")),
            "product__seller__name",
            _of_variant(levels, Sum("on_hand")),
            _of_variant(levels, Sum("committed")),
            "waiting",
        )
    )
    return starmap(GoneRow, rows.iterator(chunk_size=CHUNK))


def valuation(filters: Filters) -> Iterator[ValueRow]:
    """
    What lies on the shelves, at today's cost: units sold and not sent yet lie there too.

    One query, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    category = Coalesce("variant__category__slug", "variant__product__category__slug")
    code, name = {
        "warehouse": (F("warehouse__code"), F("warehouse__name")),
        "seller": (F("variant__product__seller__slug"), F("variant__product__seller__name")),
        "category": (category, _category()),
        "variant": (F("variant__sku"), localized("variant__name")),
    }[filters.by or "warehouse"]
    cost = ExpressionWrapper(F("on_hand") * F("variant__cost"), MoneyField())
    chosen = select(filters)
    rows = (
        StockLevel.objects.filter(chosen.of_goods("variant__"), chosen.of_place(), on_hand__gt=0)
        .annotate(code=code, label=name)
        .values_list("code", "label")
        .annotate(
            skus=Count("variant", distinct=True),
            units=Sum("on_hand"),
            without_cost=Sum("on_hand", filter=Q(variant__cost=None), default=0),
            value=Sum(cost, default=ZERO),
            currency=Value(config.CURRENCY),
        )
        .order_by("-value", "code")
    )
    return starmap(ValueRow, rows.iterator(chunk_size=CHUNK))


def hold_rows(holds: list[Reservation]) -> list[HoldRow]:
    """The holds as a report shows them. Two queries."""
    prefetch_related_objects(holds, "variant", "warehouse")
    return [
        HoldRow(
            sku=hold.variant.sku,
            warehouse=hold.warehouse.code,
            quantity=hold.quantity,
            document=hold.get_reference_kind_display(),
            reference=str(hold.reference),
            expired_at=hold.expires_at,
        )
        for hold in holds
    ]


def expired_holds(filters: Filters) -> Q:
    """
    The holds that the filters mean, by the moment they ran out.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    return chosen.of_goods("variant__") & chosen.of_place() & chosen.of_days("expires_at")


def _levels(chosen: Selection) -> StockLevelQuerySet:
    wanted = chosen.of_goods("variant__") & chosen.of_place() & chosen.that_moved()
    return StockLevel.objects.filter(wanted).order_by("warehouse__code", "variant__sku")


def _rows(levels: StockLevelQuerySet) -> Iterator[StockRow]:
    rows = levels.values_list(
        "variant__sku",
        localized("variant__name"),
        _category(),
        "variant__product__seller__name",
        "warehouse__code",
        "bin",
        "on_hand",
        "committed",
        "reserved",
        "minimum",
        "maximum",
        "variant__cost",
        Value(config.CURRENCY),
    )
    return starmap(StockRow, rows.iterator(chunk_size=CHUNK))


def _category() -> Coalesce:
    """A variant's own category, or its product's, in the language of the moment."""
    return Coalesce(
        localized("variant__category__name"), localized("variant__product__category__name")
    )


def _of_variant(rows: QuerySet[Any], sum_: Any) -> Coalesce:
    """A sum over the rows of each variant; 0 where there are none."""
    found = rows.values("variant").values(sum=sum_)
    return Coalesce(Subquery(found), 0, output_field=IntegerField())


_STOCK_DAYS = _("what moved in these days")
_SKU, _NAME, _SELLER, _WAREHOUSE = _("SKU"), _("name"), _("seller"), _("warehouse")
_CATEGORY = _("category")
STOCK = Report(
    name="stock",
    title=_("Stock"),
    purpose=_("Stock by warehouse: on hand, sold, held and available, and its cost."),
    permissions=("inventory.view_stocklevel",),
    days_mean=_STOCK_DAYS,
    is_for_sellers=True,
    is_long=True,
    rows=stock,
    columns={
        "sku": _SKU,
        "name": _NAME,
        "category": _CATEGORY,
        "seller": _SELLER,
        "warehouse": _WAREHOUSE,
        "bin": _("bin"),
        "on_hand": _("on hand"),
        "committed": _("sold, to dispatch"),
        "reserved": _("held"),
        "available": _("available"),
        "minimum": _("minimum"),
        "maximum": _("maximum"),
        "unit_cost": _("cost"),
        "value": _("value"),
    },
    costs=("unit_cost", "value"),
    totals=("on_hand", "committed", "reserved", "available", "value"),
)
LOW_STOCK = Report(
    name="low-stock",
    title=_("Below the minimum"),
    purpose=_(
        "Stock to reorder: levels with fewer unsold units than their minimum. “missing” is "
        "the quantity up to their maximum, or to the minimum if there is none."
    ),
    permissions=("inventory.view_stocklevel",),
    days_mean=_STOCK_DAYS,
    is_for_sellers=True,
    rows=low_stock,
    columns={
        "sku": _SKU,
        "name": _NAME,
        "seller": _SELLER,
        "warehouse": _WAREHOUSE,
        "sellable": _("unsold"),
        "reserved": _("held"),
        "minimum": _("minimum"),
        "maximum": _("maximum"),
        "missing": _("missing"),
    },
    totals=("missing",),
)
OUT_OF_STOCK = Report(
    name="out-of-stock",
    title=_("Out of stock"),
    purpose=_(
        "Products on sale without an unsold unit in any warehouse; those with waiting "
        "shoppers first."
    ),
    permissions=("inventory.view_stocklevel",),
    without=("since", "until"),
    is_for_sellers=True,
    rows=out_of_stock,
    columns={
        "sku": _SKU,
        "name": _NAME,
        "category": _CATEGORY,
        "seller": _SELLER,
        "on_hand": _("on hand"),
        "committed": _("sold, to dispatch"),
        "waiting": _("waiting shoppers"),
    },
    totals=("waiting",),
)
VALUATION = Report(
    name="stock-valuation",
    title=_("Stock valuation"),
    purpose=_(
        "Cost of the units on hand: units times the current cost of their variant. Units "
        "without a known cost are counted separately."
    ),
    permissions=("inventory.view_stocklevel",),
    is_of_costs=True,
    without=("since", "until"),
    is_for_sellers=True,
    rows=valuation,
    groupings={
        "warehouse": _WAREHOUSE,
        "category": _CATEGORY,
        "seller": _SELLER,
        "variant": _("variant"),
    },
    columns={
        "code": _("code"),
        "name": _NAME,
        "skus": _("SKUs"),
        "units": _("units"),
        "without_cost": _("units without a cost"),
        "value": _("value"),
        "currency": _("currency"),
    },
    totals=("units", "without_cost", "value"),
    chart="value",
)
