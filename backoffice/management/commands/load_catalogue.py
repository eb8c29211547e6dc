from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from tqdm import tqdm

from backoffice.imports.catalogue_loader import CatalogueLoader, Loaded, make_sellable, open_lines
from catalog.services import count_search_words
from core.reports.commands import add_language

_MAX_NOTES = 50


def _rate(text: str) -> tuple[str, Decimal]:
    """`USD=3.75` as the price of one unit in the shop's currency."""
    code, _equals, number = text.partition("=")
    try:
        rate = Decimal(number)
    except InvalidOperation as error:
        raise ValueError(f"{text} is not CURRENCY=RATE") from error
    if not code or not rate.is_finite() or rate <= 0:
        raise ValueError(f"{text} is not CURRENCY=RATE")
    return code.upper(), rate


class Command(BaseCommand):
    help = (
        "Loads products from a file of JSON lines, plain or gzipped. The same id changes its "
        "product. Bad lines are listed and skipped; the exit code is then 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--images", type=Path, help="The folder that pictures are named in.")
        parser.add_argument(
            "--rate",
            action="append",
            default=[],
            type=_rate,
            metavar="CUR=X",
            help="What one unit of another currency is worth: --rate USD=3.75.",
        )
        parser.add_argument("--stock", type=int, help="Units where the file gives none.")
        add_language(parser, "Of what is said; the products have the languages of the file.")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            path = self._path(options)
            make_sellable()
        with translation.override(options["language"]):
            result = self._load(path, options)
            self._tell(result)
        if result.bad:
            raise SystemExit(1)

    def _path(self, options: dict[str, Any]) -> Path:
        path: Path = options["file"]
        with translation.override(options["language"]):
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path})
            if options["stock"] is not None and options["stock"] < 0:
                raise CommandError(_("--stock is below 0."))
        return path

    def _load(self, path: Path, options: dict[str, Any]) -> Loaded:
        with open_lines(path) as stream, tqdm(unit="", desc=path.name) as bar:
            loader = CatalogueLoader(
                rates=dict(options["rate"]),
                stock=options["stock"],
                images=options["images"],
                step=bar.update,
            )
            try:
                result = loader.load(stream)
            except (OSError, EOFError) as error:
                text = _("%(path)s cannot be read to its end: %(error)s")
                raise CommandError(text % {"path": path, "error": error}) from error
        count_search_words()
        # Plans made for an empty shop would be slow in a full one.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return result

    def _tell(self, result: Loaded) -> None:
        for number, reason in result.bad:
            self.stderr.write(
                _("line %(number)s: %(reason)s") % {"number": number, "reason": reason}
            )
        for key, note in result.notes[:_MAX_NOTES]:
            self.stdout.write(f"{key}: {note}")
        if (more := len(result.notes) - _MAX_NOTES) > 0:
            self.stdout.write(_("… and more remarks: %(count)s") % {"count": more})
        counts = {**vars(result), "bad": len(result.bad), "notes": len(result.notes)}
        self.stdout.write(
            _(
                "Lines: %(lines)s. Products added: %(added)s, changed: %(changed)s, as they were:"
                " %(unchanged)s. Bad lines skipped: %(bad)s."
            )
            % counts
        )
        self.stdout.write(
            _(
                "Units received: %(units)s. Pictures added: %(pictures)s, not there:"
                " %(missing_pictures)s (addresses are not fetched). Remarks: %(notes)s."
            )
            % counts
        )
