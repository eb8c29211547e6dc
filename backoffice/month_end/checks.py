"""Book checks that staff request: run by a worker, with a record of the findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from backoffice.models import BooksCheck, CheckKind
from core.database.leases import claim
from core.reports.base import Filters, Tally, days_in_words
from core.reports.tables import Columns
from orders import stock_consistency
from payments import comparisons

# A provider with a long list takes its time.
_LEASE = timedelta(hours=1)
_AMOUNTS = ("ours", "theirs")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a check has found, in words: for its page and its file."""

    columns: Columns
    rows: list[Any]

    @property
    def left(self) -> int:
        """Findings that were not repaired."""
        return sum(not row.is_mended for row in self.rows)


@transaction.atomic
def begin(
    kind: CheckKind, *, user: User, since: date | None = None, until: date | None = None
) -> BooksCheck:
    """Ask for a check; one of the same kind and days that is not finished is the same."""
    same = BooksCheck.objects.filter(kind=kind, since=since, until=until, finished_at=None)
    return same.first() or BooksCheck.objects.create(kind=kind, since=since, until=until, user=user)


def work_off() -> int:
    """Run the requested checks, oldest first; returns their number."""
    done = 0
    waiting = BooksCheck.objects.filter(finished_at=None).order_by("created_at")
    while check := claim(waiting, _LEASE):
        if check.is_exhausted:
            check.error = _("It was interrupted several times.")
        else:
            check.rows = [_kept(row, _columns(check)) for row in _rows(check)]
        check.finished_at, check.claimed_until = timezone.now(), None
        check.save()
        done += 1
    return done


def found(check: BooksCheck) -> Found:
    """Its differences in words. No query."""
    return Found(columns=_columns(check), rows=[_told(check, row) for row in check.rows])


def days_of(check: BooksCheck) -> str:
    return days_in_words(check.since, check.until) if check.since else ""


def foot_of(check: BooksCheck, said: Found) -> Any:
    """The footer of its file: how many rows, and as of when."""
    number = _("Differences: %(number)s") % {"number": len(said.rows)}
    return Tally().foot(said.columns, number, days_of(check))


def _rows(check: BooksCheck) -> Iterator[Any] | Sequence[Any]:
    if check.kind == CheckKind.STOCK:
        return stock_consistency.prove(Filters())
    since, until = check.since or timezone.localdate(), check.until or timezone.localdate()
    return comparisons.compare(_midnight(since), _midnight(until + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _columns(check: BooksCheck) -> Columns:
    return stock_consistency.COLUMNS if check.kind == CheckKind.STOCK else comparisons.COLUMNS


def _kept(row: Any, columns: Columns) -> dict[str, Any]:
    """The row as it is written down; advice is looked up when it is read."""
    return {name: getattr(row, name) for name in columns if name != "advice"}


def _told(check: BooksCheck, row: dict[str, Any]) -> SimpleNamespace:
    is_mended = bool(row["repaired"])
    told = row | {"repaired": _("yes") if is_mended else _("no"), "is_mended": is_mended}
    if check.kind == CheckKind.STOCK:
        told["what"] = stock_consistency.NUMBERS.get(row["what"], row["what"])
        return SimpleNamespace(**told)
    told["kind"] = comparisons.KINDS.get(row["kind"], row["kind"])
    told["advice"] = "" if is_mended else comparisons.advice(row["kind"])
    told |= {name: Decimal(row[name]) for name in _AMOUNTS if row[name] is not None}
    return SimpleNamespace(**told)
