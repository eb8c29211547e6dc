import sys
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from backoffice.imports.stock import units_of
from catalog.models import Variant
from catalog.spreadsheets.exports import csv_lines, write_workbook
from core.exceptions import DomainError


class Command(BaseCommand):
    help = "Writes all products as a spreadsheet that import_products reads back unchanged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="Ends in .csv or .xlsx.")
        parser.add_argument("--seller", default="", metavar="SLUG", help="Only this seller's.")

    def handle(self, *args: Any, **options: Any) -> None:
        variants = Variant.objects.all()
        if options["seller"]:
            variants = variants.filter(product__seller__slug=options["seller"])
        path: Path | None = options["output"]
        try:
            if path and path.suffix.lower() == ".xlsx":
                with path.open("wb") as book:
                    write_workbook(variants, units_of, book)
            elif path:
                with path.open("w", encoding="utf-8", newline="") as file:
                    self._write(variants, file)
            else:
                self._write(variants, sys.stdout)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _write(self, variants: Any, file: IO[str]) -> None:
        for line in tqdm(csv_lines(variants, units_of), unit=" rows", disable=None):
            file.write(line)
