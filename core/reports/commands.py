"""What the ops commands share: one report each, asked for and answered in the same way."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, ClassVar, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from core.database.models import FIRST_DAY, LAST_DAY
from core.exceptions import DomainError
from core.formats import totals
from core.reports.base import (
    CODES,
    DAYS,
    Filters,
    Report,
    Tally,
    days_in_words,
    started,
)
from core.reports.tables import FORMATS, MAX_IN_TABLE, Columns, write_spreadsheet, write_text

REFUSED = 2
_MAX = 1_000_000


def add_language(parser: ArgumentParser, about: str) -> None:
    parser.add_argument(
        "--language",
        choices=[code for code, _name in settings.LANGUAGES],
        default=settings.LANGUAGE_CODE,
        help=about,
    )


class ReportCommand(BaseCommand):
    """
    Writes one report. Subclasses name one that pages have too, or declare the columns and give
    the rows.

    Every command knows every filter; one that would have no meaning is refused, never ignored.
    Ends with 0; with 1 where a check has found something; with 2 where it could not be done.
    """

    report: ClassVar[Report]
    columns: ClassVar[Columns]
    is_check = False
    without: ClassVar[tuple[str, ...]] = ()
    days_mean = "of these days"
    # Columns to add up for `finds` and `closing`.
    totals: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        if report := cls.__dict__.get("report"):
            cls.columns, cls.without, cls.totals = report.columns, report.without, report.totals
            with translation.override("en"):
                cls.help, cls.days_mean = str(report.purpose), str(report.days_mean)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="table")
        parser.add_argument("--output", metavar="FILE", type=Path, help="Write there, not here.")
        add_language(parser, "Of headings and names. CSV and JSON keep their English keys.")
        for name in CODES:
            kind = "CODE" if name == "warehouse" else "SLUG"
            parser.add_argument(f"--{name}", metavar=kind, default="", help=self._about(name))
        for name in DAYS:
            parser.add_argument(
                f"--{name}", metavar="YYYY-MM-DD", type=_day, help=self._about(name)
            )
        if self._groupings:
            parser.add_argument("--by", choices=self._groupings, default=self._groupings[0])

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the report; a check that finds something ends with 1."""
        with translation.override(options["language"]):
            try:
                tally = self._report(options)
            except DomainError as error:
                raise CommandError(str(error), returncode=REFUSED) from error
            self.stderr.write(self._last_words(tally, options["format"]), self.style.NOTICE)
        if self.is_check and self.finds(tally):
            sys.exit(1)

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        """
        The report's rows, with the columns as attributes.

        :raises DomainError: if a filter names nothing, or the answer cannot be had
        """
        return self.report.rows(filters)

    def finds(self, tally: Tally) -> bool:
        """Whether a check with these rows has found something."""
        return tally.count > 0

    def chosen(self, options: dict[str, Any]) -> Columns:
        """The columns that these options ask for."""
        return self.columns

    def closing(self, tally: Tally) -> str:
        """Messages after the report, on the error stream: pipes and files stay clean."""
        text = ngettext("%(count)s row.", "%(count)s rows.", tally.count) % {"count": tally.count}
        return f"{text} {self.in_all(tally)}".strip()

    def in_all(self, tally: Tally) -> str:
        """The sums of money, in words."""
        sums = [(self.columns[name], tally.total(name)) for name in self.totals]
        return ", ".join(f"{name}: {totals(found)}" for name, found in sums if _is_money(found))

    def _last_words(self, tally: Tally, kind: str) -> str:
        text = self.closing(tally)
        if kind != "table" or tally.count <= MAX_IN_TABLE:
            return text
        rest = _("The table has the first %(count)s; ask for CSV to get all of them.")
        return f"{text} {rest % {'count': MAX_IN_TABLE}}"

    @property
    def _groupings(self) -> list[str]:
        return list(self.report.groupings) if hasattr(self, "report") else []

    def _report(self, options: dict[str, Any]) -> Tally:
        filters = self._filters(options)
        kind, output = options["format"], options["output"]
        if kind == "xlsx" and not output and not self._is_piped():
            raise CommandError(
                _("A spreadsheet needs --output FILE, or a pipe."), returncode=REFUSED
            )
        if output:
            # Checked before a repair or release, in case the report cannot be written.
            with _saying_why(output):
                output.open("ab").close()
        tally = Tally(self.totals)
        # No bar while a table or another bar is printed.
        with tqdm(unit=" rows", leave=False, disable=None if output else True) as progress:
            rows = _counted(started(tally.over(self.rows(filters, options))), progress)
            try:
                with _saying_why(output):
                    if kind == "xlsx":
                        self._write_workbook(rows, self.chosen(options), filters, tally, output)
                    else:
                        self._write(rows, self.chosen(options), kind, output)
            except BrokenPipeError:
                _detach_stdout()
                # A repair continues even if the reader closed the pipe.
                for _row in rows:
                    pass
        return tally

    def _write(
        self, rows: Iterable[object], columns: Columns, kind: str, output: Path | None
    ) -> None:
        if output:
            with output.open("w", encoding="utf-8", newline="") as text:
                write_text(columns, rows, kind, text)
        else:
            write_text(columns, rows, kind, cast("IO[str]", self.stdout))
            self.stdout.flush()

    def _write_workbook(
        self,
        rows: Iterable[object],
        columns: Columns,
        filters: Filters,
        tally: Tally,
        output: Path | None,
    ) -> None:
        """With the report's name on the sheet, and its sums and days below the rows."""
        title = str(self.report.title) if hasattr(self, "report") else ""
        title = title or type(self).__module__.rpartition(".")[2].replace("_", " ").capitalize()
        foot = tally.foot(columns, days_in_words(filters.since, filters.until))
        with ExitStack() as stack:
            file = cast("IO[bytes]", getattr(self.stdout, "buffer", None))
            if output:
                file = stack.enter_context(output.open("wb"))
            write_spreadsheet(columns, rows, file, name=title, foot=foot)

    def _filters(self, options: dict[str, Any]) -> Filters:
        asked = {name: options[name] for name in (*CODES, *DAYS) if options[name]}
        if refused := [f"--{name}" for name in asked if name in self.without]:
            raise CommandError(
                _("%(options)s has no meaning for this command.") % {"options": refused[0]},
                returncode=REFUSED,
            )
        filters = Filters(**asked, by=options.get("by", ""))
        if filters.since and filters.until and filters.since > filters.until:
            raise CommandError(_("--since is later than --until."), returncode=REFUSED)
        return filters

    def _is_piped(self) -> bool:
        return hasattr(self.stdout, "buffer") and not self.stdout.isatty()

    def _about(self, name: str) -> str:
        if name in self.without:
            return "Has no meaning here and is refused."
        texts = {
            "warehouse": "Only this warehouse.",
            "seller": "Only this seller's goods.",
            "category": "Only this category and those below it.",
            "since": f"Only {self.days_mean}: the first day.",
            "until": f"Only {self.days_mean}: the last day.",
        }
        return texts[name]


def whole_number(text: str) -> int:
    """An option's number of things: 1 to a million."""
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= _MAX:
        raise ArgumentTypeError(f"“{text}” is no number from 1 to {_MAX}")
    return number


def _day(text: str) -> date:
    """A day on which shops are open; the first and last years of the calendar have no time zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no day such as 2026-07-28") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ArgumentTypeError(f"“{text}” is too far from today")
    return day


@contextmanager
def _saying_why(output: Path | None) -> Iterator[None]:
    """Refuse in words what cannot be written."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be written: %(reason)s.")
            % {"file": output, "reason": error.strerror},
            returncode=REFUSED,
        ) from error


def _is_money(sums: Iterable[tuple[object, str]]) -> bool:
    return any(isinstance(amount, Decimal) for amount, _currency in sums)


def _counted(rows: Iterable[object], progress: "tqdm[Any]") -> Iterable[object]:
    for row in rows:
        progress.update()
        yield row


def _detach_stdout() -> None:
    """`… | head` has read enough; without this Python would complain once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
