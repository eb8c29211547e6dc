"""The causes of a stock level's figures: movements, sales, holds, transfers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Min, Q, Sum
from django.utils import timezone

from inventory.models import (
    Movement,
    MovementKind,
    ReferenceKind,
    Reservation,
    StockLevel,
    TransferLine,
)
from inventory.states import TransferStatus

MAX_SHOWN = 50
MAX_POINTS = 120
WIDTH, HEIGHT = 600, 100


@dataclass(frozen=True)
class Effect:
    """What all movements of one kind did to a level."""

    kind: MovementKind
    times: int
    sellable: int
    shelf: int

    @property
    def sold(self) -> int:
        """Units that are sold and wait by it: Σ of these is `committed`."""
        return self.shelf - self.sellable


@dataclass(frozen=True)
class Claim:
    """Units of a level that a document speaks for: sold and not dispatched, or held."""

    reference: UUID | None
    units: int
    since: datetime
    kind: str = ReferenceKind.ORDER
    until: datetime | None = None

    @property
    def has_run_out(self) -> bool:
        """Whether somebody else may take these units by now."""
        if self.until is None or self.kind == ReferenceKind.ORDER:
            return False
        return self.until <= timezone.now()

    @property
    def kind_label(self) -> str:
        return str(ReferenceKind(self.kind).label)


@dataclass(frozen=True)
class Course:
    """Units on hand and unsold ones over time, as lines to draw."""

    starts_at: datetime
    most: int
    shelf: str
    unsold: str
    minimum_y: int


@dataclass(frozen=True)
class Explanation:
    """The causes of a level's figures. Of long lists the first; the pages of each kind have all."""

    level: StockLevel
    effects: list[Effect]
    sold: list[Claim]
    held: list[Claim]
    coming: list[TransferLine]
    latest: list[Movement]
    course: Course | None

    @property
    def has_more_sold(self) -> bool:
        return sum(claim.units for claim in self.sold) < self.level.committed

    @property
    def references(self) -> set[tuple[str, UUID | None]]:
        """The documents that it names, by kind and key."""
        claims = {(claim.kind, claim.reference) for claim in (*self.sold, *self.held)}
        coming = {(str(ReferenceKind.TRANSFER), line.transfer_id) for line in self.coming}
        return (
            claims
            | coming
            | {(movement.reference_kind, movement.reference) for movement in self.latest}
        )


def explain(level: StockLevel) -> Explanation:
    """List the causes of a level's figures. Six queries, however many there are."""
    here = _here(level)
    rows = (
        Movement.objects.filter(here)
        .values_list("kind")
        .annotate(times=Count("pk"), sellable=Sum("quantity"), shelf=Sum("on_hand_delta"))
        .order_by("kind")
    )
    latest = Movement.objects.filter(here).select_related("actor").order_by("-pk")
    return Explanation(
        level=level,
        effects=[Effect(MovementKind(kind), *numbers) for kind, *numbers in rows],
        sold=_sold(level),
        held=_held(level),
        coming=_coming(level),
        latest=list(latest[:MAX_SHOWN]),
        course=_course(level),
    )


def _here(level: StockLevel) -> Q:
    return Q(variant=level.variant_id, warehouse=level.warehouse_id)


def _sold(level: StockLevel) -> list[Claim]:
    """Paid units that are not dispatched, longest waiting first."""
    rows = Movement.objects.filter(_here(level)).to_dispatch("reference")
    rows = rows.annotate(first=Min("created_at")).order_by("first", "reference")
    return [Claim(*row) for row in rows[:MAX_SHOWN]]


def _held(level: StockLevel) -> list[Claim]:
    held = Reservation.objects.active().filter(_here(level)).order_by("pk")
    return [
        Claim(hold.reference, hold.quantity, hold.held_since, hold.reference_kind, hold.expires_at)
        for hold in held[:MAX_SHOWN]
    ]


def _coming(level: StockLevel) -> list[TransferLine]:
    """Units on their way from another warehouse to this one."""
    lines = TransferLine.objects.filter(
        variant=level.variant_id,
        transfer__destination=level.warehouse_id,
        transfer__status=TransferStatus.IN_TRANSIT,
        received__lt=F("quantity"),
    )
    return list(lines.select_related("transfer__origin").order_by("pk")[:MAX_SHOWN])


COURSE = """
SELECT DISTINCT ON (part) created_at, on_hand_after, on_hand_after - committed_after
FROM (
    SELECT id, created_at, on_hand_after, committed_after,
           width_bucket(EXTRACT(epoch FROM created_at), EXTRACT(epoch FROM MIN(created_at) OVER ()),
                        EXTRACT(epoch FROM now()) + 1, %(parts)s) AS part
    FROM inventory_movement
    WHERE variant_id = %(variant)s AND warehouse_id = %(warehouse)s
) AS parted
ORDER BY part, id DESC
"""


def _course(level: StockLevel) -> Course | None:
    """The level's numbers at the end of each of 120 equal parts of its life; None if it is new."""
    place: dict[str, UUID | int] = {
        "variant": level.variant_id,
        "warehouse": level.warehouse_id,
        "parts": MAX_POINTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(COURSE, place)
        rows = cursor.fetchall()
    if not rows:
        return None
    # The end is what the level shows.
    times = [row[0] for row in rows] + [max(timezone.now(), rows[-1][0])]
    shelf = [row[1] for row in rows] + [level.on_hand]
    unsold = [row[2] for row in rows] + [level.sellable]
    most = max(level.minimum, 1, *shelf)
    return Course(
        starts_at=times[0],
        most=most,
        shelf=_line(times, shelf, most),
        unsold=_line(times, unsold, most),
        minimum_y=_y(level.minimum, most),
    )


def _line(times: list[datetime], numbers: list[int], most: int) -> str:
    """Steps from left to right, as an SVG polyline has them."""
    whole = (times[-1] - times[0]).total_seconds() or 1
    points, before = [], numbers[0]
    for time, number in zip(times, numbers, strict=True):
        x = round(WIDTH * (time - times[0]).total_seconds() / whole)
        points += [f"{x},{_y(before, most)}", f"{x},{_y(number, most)}"]
        before = number
    return " ".join(points)


def _y(number: int, most: int) -> int:
    """The greatest number leaves some room above it."""
    return HEIGHT - round(HEIGHT * 0.94 * max(number, 0) / most)
