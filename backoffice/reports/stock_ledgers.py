"""Stock movements and active holds, with the documents that caused them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.lookups import localized
from core.reports.base import Filters, Report
from inventory.models import Movement, MovementKind, ReferenceKind, Reservation
from inventory.report_filters import select
from orders.models import Order
from returns.models import Return
from shipping.models import Shipment

CHUNK = 2000
HOUR = 3600
# Where the numbers stand by which people know the documents.
_NUMBERS: Mapping[str, QuerySet[Any, Any]] = {
    ReferenceKind.ORDER: Order.objects.values("number"),
    ReferenceKind.SHIPMENT: Shipment.objects.values("number"),
    ReferenceKind.RETURN: Return.objects.values("number"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MovementRow:
    """One line of the stock ledger."""

    at: datetime
    sku: str
    name: str
    warehouse: str
    kind: str
    quantity: int
    on_hand_delta: int
    on_hand_after: int
    document: str
    number: str
    by: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRow:
    """Units that are held for somebody now."""

    sku: str
    name: str
    warehouse: str
    units: int
    document: str
    number: str
    held_since: datetime
    expires_at: datetime

    @property
    def hours(self) -> int:
        """How long they are held by now, in whole hours."""
        return int((timezone.now() - self.held_since).total_seconds() // HOUR)


def movements(filters: Filters) -> Iterator[MovementRow]:
    """
    What moved in these days, the newest first. One query, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    by = Coalesce(F("actor__email"), Value(""))
    same = ("kind", "quantity", "on_hand_delta", "on_hand_after", "note")
    kinds = {kind.value: str(kind.label) for kind in MovementKind}
    newest_first = _moved(filters).order_by("-pk")[: filters.most]
    for row in _read(newest_first, *same, at=F("created_at"), by=by):
        yield MovementRow(**{**row, "kind": kinds[row["kind"]]})


def count_movements(filters: Filters) -> int:
    """How many `movements` gives. One query, and those of the filters."""
    return _moved(filters).count()


def reservations(filters: Filters) -> Iterator[HeldRow]:
    """
    Active holds, longest held first; with a period, all holds of that time. One query, and those
    of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    held = Reservation.objects.active().filter(
        chosen.of_goods("variant__"), chosen.of_place(), chosen.of_days("held_since")
    )
    longest_first = held.order_by("held_since", "pk")
    for row in _read(longest_first, "held_since", "expires_at", units=F("quantity")):
        yield HeldRow(**row)


def _moved(filters: Filters) -> "QuerySet[Movement]":
    chosen = select(filters)
    return Movement.objects.filter(
        chosen.of_goods("variant__"), chosen.of_place(), chosen.of_days("created_at")
    )


def _read(rows: "QuerySet[Any]", *names: str, **columns: Any) -> Iterator[dict[str, Any]]:
    """The columns of both ledgers, and these: of the model, or worked out."""
    asked = {
        "sku": F("variant__sku"),
        "name": localized("variant__name"),
        "warehouse": F("warehouse__code"),
        "document": F("reference_kind"),
        "number": _number(),
        **{name: F(name) for name in names},
        **columns,
    }
    documents = {kind.value: str(kind.label) for kind in ReferenceKind}
    # Not by their names: some are those of the models' own fields.
    found = rows.annotate(**{f"row_{name}": column for name, column in asked.items()})
    values = found.values_list(*(f"row_{name}" for name in asked))
    for row in values.iterator(chunk_size=CHUNK):
        said = dict(zip(asked, row, strict=True))
        yield {**said, "document": documents[said["document"]]}


def _number() -> Case:
    """The ledgers know a document by its key alone."""
    whens = [
        When(reference_kind=kind, then=Subquery(numbers.filter(pk=OuterRef("reference"))))
        for kind, numbers in _NUMBERS.items()
    ]
    return Case(*whens, default=Value(""), output_field=CharField())


_COLUMNS = {"sku": _("SKU"), "name": _("name"), "warehouse": _("warehouse")}
_DOCUMENT = {"document": _("document"), "number": _("number")}
MOVEMENTS = Report(
    name="stock-movements",
    title=_("Stock movements"),
    purpose=_(
        "Lists what came, left and was sold, the newest first: what it did to the shelf, to what "
        "can be sold, and by which document."
    ),
    permissions=("inventory.view_movement",),
    is_for_sellers=True,
    hidden_from_sellers=("by", "note"),
    is_long=True,
    days_shown=30,
    days_mean=_("what moved in these days"),
    rows=movements,
    count=count_movements,
    columns={
        "at": _("when"),
        **_COLUMNS,
        "kind": _("kind"),
        "quantity": _("effect on what can be sold"),
        "on_hand_delta": _("effect on the shelf"),
        "on_hand_after": _("on hand after"),
        **_DOCUMENT,
        "by": _("by"),
        "note": _("note"),
    },
)
RESERVATIONS = Report(
    name="reservations",
    title=_("Reservations now"),
    purpose=_("Lists the units that are held for carts, orders and others at this moment."),
    permissions=("inventory.view_reservation",),
    is_for_sellers=True,
    days_mean=_("what has been held since these days"),
    rows=reservations,
    columns={
        **_COLUMNS,
        "units": _("units"),
        **_DOCUMENT,
        "held_since": _("held since"),
        "hours": _("hours until now"),
        "expires_at": _("expires"),
    },
    totals=("units",),
)
