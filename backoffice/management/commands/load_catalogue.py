from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation
from tqdm import tqdm

from backoffice.loading import CatalogueLoader, Loaded, make_sellable, open_lines
from catalog.services import count_search_words

_MOST_NOTES = 50


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

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        if options["stock"] is not None and options["stock"] < 0:
            raise CommandError("--stock is below 0.")
        with translation.override(settings.LANGUAGE_CODE):
            make_sellable()
            result = self._load(path, options)
        self._tell(result)
        if result.bad:
            raise SystemExit(1)

    def _load(self, path: Path, options: dict[str, Any]) -> Loaded:
        with open_lines(path) as stream, tqdm(unit=" lines", desc=path.name) as bar:
            loader = CatalogueLoader(
                rates=dict(options["rate"]),
                stock=options["stock"],
                images=options["images"],
                step=bar.update,
            )
            try:
                result = loader.load(stream)
            except (OSError, EOFError) as error:
                raise CommandError(f"{path} cannot be read to its end: {error}") from error
        count_search_words()
        # Plans made for an empty shop would be slow in a full one.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return result

    def _tell(self, result: Loaded) -> None:
        for number, reason in result.bad:
            self.stderr.write(f"line {number}: {reason}")
        for key, note in result.notes[:_MOST_NOTES]:
            self.stdout.write(f"{key}: {note}")
        if len(result.notes) > _MOST_NOTES:
            self.stdout.write(f"… and {len(result.notes) - _MOST_NOTES} remarks more")
        self.stdout.write(
            f"{result.lines} lines: {result.added} products added, {result.changed} changed,"
            f" {result.unchanged} as they were; {len(result.bad)} bad lines skipped."
        )
        self.stdout.write(
            f"{result.units} units received, {result.pictures} pictures added,"
            f" {result.missing_pictures} not there (addresses are not fetched),"
            f" {len(result.notes)} remarks."
        )
