"""What to fetch from the shelves for many parcels, in the order in which one walks along them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Variant
from core.brand.stationery import current_stationery
from core.documents.pdf import LINE, SOFT, Box, Document, leading
from inventory.models import StockLevel, Warehouse
from shipping import parcels
from shipping.barcodes import draw_bars, draw_square
from shipping.models import Shipment

TICK = 5.0
BIN, UNITS, CODE = 26.0, 16.0, 52.0
GAP = 3.0
LOWEST = 14.0
MAX_NAMED = 24


@dataclass
class Pick:
    """One variant in one bin: how many units of it, and for which parcels."""

    variant: Variant
    warehouse: Warehouse
    bin: str
    parcels: dict[str, int] = field(default_factory=dict)

    @property
    def units(self) -> int:
        return sum(self.parcels.values())

    @property
    def place(self) -> tuple[object, ...]:
        """Warehouses by name; then along the bins, A-2 before A-10, no bin last."""
        numbers = [part.zfill(8) if part.isdigit() else part.casefold() for part in _parts(self)]
        return (self.warehouse.name, not self.bin, numbers, self.variant.sku)


def picks_for(shipments: Sequence[Shipment]) -> list[Pick]:
    """Where to pick the units of these parcels, summed by variant and bin. At most six queries."""
    drawn = parcels.units_to_pick(shipments)
    units: dict[tuple[UUID, UUID], Counter[str]] = defaultdict(Counter)
    for parcel in shipments:
        for place, number in drawn[parcel.pk].items():
            units[place][parcel.number] += number
    levels = _levels(units)
    picks = [
        Pick(levels[place].variant, levels[place].warehouse, levels[place].bin, dict(numbers))
        for place, numbers in units.items()
    ]
    return sorted(picks, key=lambda pick: pick.place)


def missing_for(shipments: Sequence[Shipment]) -> dict[str, int]:
    """Units, by parcel, that the ledger does not have for it. At most five queries."""
    drawn, wanted = parcels.units_to_pick(shipments), parcels.units_in(shipments)
    short = {
        parcel.number: wanted[parcel.pk].total() - sum(drawn[parcel.pk].values())
        for parcel in shipments
        if parcel.pk in wanted
    }
    return {number: units for number, units in short.items() if units}


def in_walking_order(shipments: Sequence[Shipment], picks: Sequence[Pick]) -> list[Shipment]:
    """The parcels by the first of these picks that each needs; those without any come last."""
    first: dict[str, int] = {}
    for place, pick in enumerate(picks):
        for number in pick.parcels:
            first.setdefault(number, place)
    return sorted(shipments, key=lambda row: (first.get(row.number, len(picks)), row.number))


def pick_list(shipments: Sequence[Shipment]) -> bytes:
    """The walk along the shelves on paper, in the shop's language."""
    with translation.override(settings.LANGUAGE_CODE):
        picks = picks_for(shipments)
        paper = _headed(len(shipments), sum(pick.units for pick in picks))
        warehouse = None
        for pick in picks:
            if pick.warehouse != warehouse:
                warehouse = pick.warehouse
                _head(paper, warehouse)
            _draw(paper, pick)
        _tell_missing(paper, missing_for(shipments))
        return paper.finished()


def _headed(parcels_number: int, units: int) -> Document:
    title, now = _("Pick list"), date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    count = ngettext("%(number)s parcel", "%(number)s parcels", parcels_number)
    whole = ngettext("%(number)s unit", "%(number)s units", units)
    paper = Document(f"{title} · {now}", current_stationery())
    paper.letterhead(
        title, [now], kind=count % {"number": parcels_number}, number=whole % {"number": units}
    )
    return paper


def _parts(pick: Pick) -> Iterable[str]:
    return re.split(r"(\d+)", pick.bin)


def _levels(places: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], StockLevel]:
    variants = {variant_id for variant_id, _warehouse in places}
    warehouses = {warehouse_id for _variant, warehouse_id in places}
    rows = StockLevel.objects.filter(Q(variant__in=variants) & Q(warehouse__in=warehouses))
    found = rows.select_related("variant", "warehouse")
    return {(level.variant_id, level.warehouse_id): level for level in found}


def _head(paper: Document, warehouse: Warehouse) -> None:
    if paper.will_page_break(3 * LOWEST):
        paper.add_page()
    paper.pen(12, "B")
    paper.cell(0, 8, warehouse.name, new_x="LMARGIN", new_y="NEXT")


def _draw(paper: Document, pick: Pick) -> None:
    """A row: box to tick, bin, how many, what, for which parcels, and the SKU for the scanner."""
    wide = paper.epw - TICK - BIN - UNITS - CODE - 4 * GAP
    for_whom = _for_whom(pick)
    name = f"{pick.variant.name}\n{pick.variant.sku}"
    high = max(LOWEST, _height(paper, name, wide, 9.5) + _height(paper, for_whom, wide, 7.5) + 3)
    high = min(high, paper.eph - 10)
    if paper.will_page_break(high):
        paper.add_page()
    left, top = paper.l_margin, paper.get_y() + 1.5
    paper.set_draw_color(SOFT)
    paper.rect(left, top, TICK, TICK)
    left += TICK + GAP
    paper.pen(13)
    paper.fit(pick.bin or "–", Box(left, top - 0.5, BIN, high - 3), 13, "B")
    left += BIN + GAP
    paper.fit(f"{pick.units:,}", Box(left, top - 1, UNITS, 8), 16, "B", align="R")
    left += UNITS + GAP
    used = paper.fit(name, Box(left, top - 0.5, wide, high - 3), 9.5)
    paper.pen(7.5, shade=SOFT)
    paper.fit(for_whom, Box(left, top + used, wide, max(high - used - 3, 3.5)), 7.5)
    _draw_code(paper, pick.variant.sku, Box(left + wide + GAP, top, CODE, 9))
    paper.set_draw_color(LINE)
    paper.line(paper.l_margin, top + high - 1.5, paper.l_margin + paper.epw, top + high - 1.5)
    paper.set_y(top + high - 1.5)


def _for_whom(pick: Pick) -> str:
    """Its parcels, at most the first few."""
    shares = [_share(number, units) for number, units in pick.parcels.items()]
    more = len(shares) - MAX_NAMED
    return " · ".join([*shares[:MAX_NAMED], *([f"+ {more}"] if more > 0 else [])])


def _share(number: str, units: int) -> str:
    """Where a single unit is meant, nothing is said."""
    return number if units == 1 else f"{number}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{units}"


def _height(paper: Document, text: str, width: float, size: float) -> float:
    return len(paper.broken(text, width, size)) * leading(size)


def _draw_code(paper: Document, sku: str, box: Box) -> None:
    """Bars; a square where the SKU is too long for them."""
    if not draw_bars(paper, sku, box):
        draw_square(paper, sku, Box(box.left + box.width - 12, box.top - 1, 12, 12))


def _tell_missing(paper: Document, missing: dict[str, int]) -> None:
    if not missing:
        return
    paper.ln(4)
    text = " · ".join(f"{number}: {units}" for number, units in missing.items())
    paper.paragraph(text, heading=_("Units that the stock’s ledger does not have for them"))
