"""All exports of a month with a cover in one ZIP file, made by a worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

from constance import config
from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from accounts.models import User
from backoffice.models import MonthFile
from backoffice.month_end.months import Month
from backoffice.reports.registry import sees_all
from backoffice.reports.sales import SALES
from core.brand.stationery import current_stationery
from core.database.leases import claim
from core.documents.pdf import Column, Document
from core.formats import totals
from core.reports.base import Filters, Report, Tally, days_in_words
from core.reports.tables import spreadsheet
from inventory.reports import VALUATION
from invoicing.reports import DOCUMENTS
from payments.reports import CREDITS, FEES
from returns.reports import RETURNS

# A sheet with a year's movements takes its time.
_LEASE = timedelta(minutes=30)
# It names customers, and can be made again.
KEPT = timedelta(days=120)


@dataclass(frozen=True)
class Part:
    """A sheet of the file: a report, and what it is asked for."""

    report: Report
    by: str = ""

    @property
    def title(self) -> str:
        words = [str(self.report.title), str(self.report.groupings.get(self.by, ""))]
        return " · ".join(filter(None, words))

    def filters(self, month: Month) -> Filters:
        if not self.report.has_days:
            return Filters(by=self.by)
        return Filters(since=month.first, until=month.last, by=self.by)


@dataclass(frozen=True)
class Sheet:
    """What the cover says of a sheet; `total` is the sum of its main column."""

    name: str
    title: str
    rows: int
    total: str


PARTS = (
    Part(SALES, "day"),
    Part(SALES, "method"),
    Part(FEES, "gateway"),
    Part(DOCUMENTS),
    Part(VALUATION, "category"),
    Part(CREDITS),
    Part(RETURNS, "reason"),
)


def parts_for(user: User) -> list[Part]:
    """The sheets whose rows the person may see."""
    return [part for part in PARTS if sees_all(user, part.report)]


def latest(month: Month) -> MonthFile | None:
    return MonthFile.objects.filter(first_on=month.first).order_by("-created_at").first()


def of_whole(month: Month) -> MonthFile | None:
    """The last finished file that was asked for when the month was over."""
    finished = MonthFile.objects.filter(first_on=month.first, error="").exclude(finished_at=None)
    file = finished.order_by("-created_at").first()
    is_whole = file and timezone.localdate(file.created_at) > month.last
    return file if is_whole else None


@transaction.atomic
def begin(month: Month, *, user: User) -> MonthFile:
    """Ask for a month's file; one that this person waits for is the same."""
    same = MonthFile.objects.filter(first_on=month.first, user=user, finished_at=None)
    return same.first() or MonthFile.objects.create(
        first_on=month.first,
        user=user,
        language=translation.get_language(),
        total=len(parts_for(user)),
    )


def work_off() -> int:
    """Make the files that were asked for, oldest first; returns their number."""
    done = 0
    waiting = MonthFile.objects.filter(finished_at=None).order_by("created_at")
    while file := claim(waiting, _LEASE):
        with translation.override(file.language):
            _make(file)
        done += 1
    return done


def forget_old() -> int:
    """Delete files of long ago, with their links; returns how many."""
    old = list(MonthFile.objects.filter(created_at__lt=timezone.now() - KEPT))
    for month_file in old:
        month_file.file.delete(save=False)
        month_file.delete()
    return len(old)


def name_of(file: MonthFile) -> str:
    """What the ZIP file is called."""
    return f"{slugify(config.STORE_NAME) or 'shop'}-{file.first_on:%Y-%m}.zip"


def _make(file: MonthFile) -> None:
    if file.is_exhausted or file.user is None:
        file.error = _("It was interrupted several times.")
    else:
        with TemporaryFile() as target:
            _write(file, parts_for(file.user), target)
            target.seek(0)
            file.file.save(f"{file.pk}.zip", File(target), save=False)
    file.finished_at, file.claimed_until = timezone.now(), None
    file.save()


def _write(file: MonthFile, parts: Sequence[Part], target: "TemporaryFile[bytes]") -> None:
    """Each sheet is written while its rows are read; the page sees how many are done."""
    month, sheets = Month(file.first_on), []
    file.reports = []
    with ZipFile(target, "w", ZIP_DEFLATED) as pack:
        for place, part in enumerate(parts, start=1):
            sheets.append(_add(pack, part, month, place))
            file.reports = [*file.reports, part.report.name]
            file.claimed_until = timezone.now() + _LEASE
            file.save(update_fields=["reports", "claimed_until"])
        pack.writestr(f"0-{slugify(_('Cover'))}.pdf", _cover(file, month, sheets))


def _add(pack: ZipFile, part: Part, month: Month, place: int) -> Sheet:
    report, filters = part.report, part.filters(month)
    tally = Tally(report.totals)
    foot = tally.foot(report.columns, days_in_words(filters.since, filters.until))
    rows = tally.over(report.rows(filters))
    name = f"{place}-{slugify(part.title)}.xlsx"
    with pack.open(name, "w") as member:
        for block in spreadsheet(report.columns, rows, name=str(report.title), foot=foot):
            member.write(block)
    main = report.totals[-1]
    is_money = "currency" in report.columns and tally.sums
    return Sheet(name, part.title, tally.count, totals(tally.total(main)) if is_money else "")


def _cover(file: MonthFile, month: Month, sheets: Sequence[Sheet]) -> bytes:
    paper = Document(f"{month} · {config.STORE_NAME}", current_stationery())
    number = config.TAX_ID and f"{_('Tax number')}: {config.TAX_ID}"
    paper.letterhead(
        config.LEGAL_NAME or config.STORE_NAME,
        [number, config.LEGAL_ADDRESS],
        kind=capfirst(_("month-end")),
        number=date_format(month.first, "YEAR_MONTH_FORMAT"),
        sign=paper.logo,
    )
    made = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    paper.blocks(
        [
            (_("Period"), [days_in_words(month.first, month.last)]),
            (_("Made"), [made, str(file.user or "")]),
        ]
    )
    columns = [
        Column(_("File"), 0.4),
        Column(_("What it holds"), 0.3),
        Column(_("Rows"), 0.1, is_number=True),
        Column(_("In all"), 0.2, is_number=True),
    ]
    paper.rows(columns, [[each.name, each.title, str(each.rows), each.total] for each in sheets])
    paper.paragraph(
        _(
            "Amounts of credit notes are negative. Stock and store credit are those of the moment "
            "at which this file was made."
        )
    )
    return paper.finished()
