"""
Imports of carriers' files: tracking numbers and statuses of parcels.

The whole file is read and tried in a dry run before it is carried out. Importing a file again
changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import DateField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError
from core.reports.csv_files import EXTRA, Problem, rows_of, too_many_cells
from core.reports.tables import unquoted
from core.web.uploads import FileRefused
from shipping.models import Carrier, Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import dispatching, planning, tracking
from shipping.states import ShipmentStatus

MAX_ROWS = 500
# The columns of the file, for ever, with their headings for people.
COLUMNS = {
    "shipment": gettext_lazy("shipment"),
    "carrier": gettext_lazy("carrier"),
    "tracking_number": gettext_lazy("tracking number"),
    "status": gettext_lazy("status"),
    "date": gettext_lazy("date"),
}
STATUSES = ("shipped", "in_transit", "delivered", "lost")
_DATE = DateField(required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"])


@dataclass(frozen=True, kw_only=True)
class Step:
    """A row of the file: what to record about a parcel."""

    line: int
    shipment_id: UUID
    number: str
    carrier_id: UUID | None
    tracking_number: str
    status: str
    on: date | None

    @property
    def note(self) -> str:
        if self.on is None:
            return _("By the carrier’s file.")
        return _("By the carrier’s file, on %s.") % date_format(self.on)


@dataclass
class Table:
    """The rows of a file. With a problem none is carried out."""

    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Outcome:
    """The result: numbers of changed shipments, and of unchanged ones."""

    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Wrong(ValueError):
    """A cell that cannot be read."""


def read(content: bytes, parcels: ShipmentQuerySet) -> Table:
    """
    The file's rows about these parcels, with their errors. Two queries.

    :raises FileRefused: if it is too large, or not a table
    """
    rows = rows_of(content, COLUMNS, needed=("shipment",), most=MAX_ROWS)
    if not rows:
        raise FileRefused(_("There are no rows in this file, only its heading."))
    numbers = {unquoted(cells["shipment"]).upper() for _line, cells in rows}
    known = {parcel.number: parcel for parcel in parcels.filter(number__in=numbers)}
    carriers = _carriers()
    table = Table()
    for line, cells in rows:
        try:
            table.steps.append(_step(line, cells, known, carriers))
        except _Wrong as error:
            table.problems.append(Problem(line, str(error)))
    table.problems += _repeated(table.steps)
    return table


def carry_out(steps: Sequence[Step], *, actor_id: UUID, is_dry: bool = False) -> Outcome:
    """
    Bring each parcel to where its row says, each in a transaction of its own; dry runs change none.

    A row that is refused by now changes nothing of its parcel. Call it outside of any transaction.
    """
    outcome = Outcome()
    for step in sorted(steps, key=lambda step: step.shipment_id):
        try:
            with transaction.atomic():
                has_changed = _take(step, actor_id)
                transaction.set_rollback(is_dry)
        except DomainError as refusal:
            outcome.problems.append(Problem(step.line, f"{step.number}: {refusal}"))
        else:
            (outcome.changed if has_changed else outcome.unchanged).append(step.number)
    outcome.problems.sort()
    return outcome


def _take(step: Step, actor_id: UUID) -> bool:
    """Carry out one row; returns whether it told anything new."""
    parcel = planning.lock(step.shipment_id)
    if step.status == ShipmentStatus.SHIPPED and not parcel.has_left:
        dispatching.dispatch_one(
            parcel.pk,
            actor_id=actor_id,
            carrier_id=step.carrier_id,
            tracking_number=step.tracking_number,
        )
        return True
    is_new = _says_more(step, parcel)
    if is_new:
        dispatching.relabel(
            parcel.pk, carrier_id=step.carrier_id, tracking_number=step.tracking_number
        )
    return _moved(step, parcel, actor_id) or is_new


def _says_more(step: Step, parcel: Shipment) -> bool:
    other_carrier = step.carrier_id and step.carrier_id != parcel.carrier_id
    other_number = step.tracking_number and step.tracking_number != parcel.tracking_number
    return bool(other_carrier or other_number)


def _moved(step: Step, parcel: Shipment, actor_id: UUID) -> bool:
    """An earlier status of a parcel is ignored."""
    over = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)
    if step.status in ("", ShipmentStatus.SHIPPED, parcel.status) or parcel.status in over:
        return False
    take = {
        "in_transit": tracking.note_transit,
        "delivered": tracking.deliver,
        "lost": tracking.lose,
    }[step.status]
    take(parcel.pk, actor_id=actor_id, note=step.note)
    return True


def _carriers() -> dict[str, UUID]:
    """By code and by name, in lower case. One query."""
    found = {}
    for carrier in Carrier.objects.filter(is_active=True):
        found[carrier.name.casefold()] = carrier.pk
        found[carrier.code.casefold()] = carrier.pk
    return found


def _step(
    line: int,
    cells: Mapping[str, str],
    known: Mapping[str, Shipment],
    carriers: Mapping[str, UUID],
) -> Step:
    """:raises _Wrong: saying what to do"""
    if EXTRA in cells:
        raise _Wrong(too_many_cells(cells))
    number = unquoted(cells["shipment"]).upper()
    parcel = known.get(number)
    if parcel is None:
        raise _Wrong(
            _("There is no shipment “%s” of yours: write its number as on the label, ENV-…")
            % number[:40]
        )
    step = Step(
        line=line,
        shipment_id=parcel.pk,
        number=number,
        carrier_id=_carrier(unquoted(cells.get("carrier", "")), carriers),
        tracking_number=_tracking_number(unquoted(cells.get("tracking_number", ""))),
        status=_status(cells.get("status", ""), parcel),
        on=_date(cells.get("date", "")),
    )
    if not (step.status or step.tracking_number):
        raise _Wrong(_("Write a tracking number or a status."))
    return step


def _carrier(text: str, carriers: Mapping[str, UUID]) -> UUID | None:
    if text and text.casefold() not in carriers:
        raise _Wrong(
            _("There is no carrier “%s”: write the code or the name of one, or make it first.")
            % text[:50]
        )
    return carriers.get(text.casefold()) if text else None


def _tracking_number(text: str) -> str:
    longest = Shipment._meta.get_field("tracking_number").max_length or 0
    if len(text) > longest or not text.isprintable():
        raise _Wrong(_("A tracking number has at most %s signs.") % longest)
    return text


def _status(text: str, parcel: Shipment) -> str:
    status = text.lower()
    if status and status not in STATUSES:
        raise _Wrong(
            _("“%(text)s” is no status. Write one of these, or nothing: %(known)s.")
            % {"text": text[:30], "known": ", ".join(STATUSES)}
        )
    if status not in ("", "shipped") and not parcel.has_left:
        raise _Wrong(_("This parcel has not been sent: write “shipped”, or send it on its page."))
    return status


def _date(text: str) -> date | None:
    try:
        found = _DATE.to_python(text)
    except ValidationError as error:
        raise _Wrong(
            _("“%s” is no date. Write it as 2026-11-30 or 30/11/2026.") % text[:30]
        ) from error
    if found and found > timezone.localdate():
        raise _Wrong(_("%s is in the future: write the day on which it happened.") % text)
    return found


def _repeated(steps: Sequence[Step]) -> list[Problem]:
    """A parcel or tracking number that occurs in several rows."""
    problems, lines = [], dict[object, int]()
    for step in steps:
        marks: list[object] = [step.shipment_id]
        if step.tracking_number:
            marks.append((step.carrier_id, step.tracking_number))
        before = [lines[mark] for mark in marks if mark in lines]
        if before:
            text = _("The same shipment or tracking number stands in line %s: keep one of them.")
            problems.append(Problem(step.line, text % before[0]))
        lines |= {mark: step.line for mark in marks if mark not in lines}
    return problems
