from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation
from tqdm import tqdm

from accounts.models import Seller
from backoffice.imports import services
from catalog.models import RowOutcome, SheetImport, SheetStatus
from catalog.services import count_search_words
from core.exceptions import DomainError
from core.reports.commands import REFUSED, add_language

_MAX_SHOWN = 100


class Command(BaseCommand):
    help = (
        "Imports products from a spreadsheet (CSV or XLSX): Vitrina's own columns, or an export of "
        "Shopify or WooCommerce. Ends with 1 if rows were left out, with 2 if nothing was imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--images", type=Path, metavar="ZIP", help="Pictures that it names.")
        parser.add_argument("--seller", default="", metavar="SLUG", help="Whose products they are.")
        add_language(parser, "Of texts in columns that name no language.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change.")
        parser.add_argument(
            "--leave-out-refused", action="store_true", help="Import the good rows beside bad ones."
        )
        parser.add_argument(
            "--take-doubtful", action="store_true", help="Prices of 0 or far below the last too."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                sheet = self._receive(options)
                self._work(sheet, "checked")
                self._tell(sheet)
                if options["dry_run"]:
                    services.drop(sheet.pk)
                    return
                self._take_in(sheet, options)
            except DomainError as error:
                raise CommandError(str(error), returncode=REFUSED) from error
        if services.problems_of(sheet).exists():
            raise SystemExit(1)

    def _receive(self, options: dict[str, Any]) -> SheetImport:
        seller = Seller.objects.filter(slug=options["seller"]).first()
        if options["seller"] and seller is None:
            raise CommandError(f"There is no seller {options['seller']}.", returncode=REFUSED)
        for path in filter(None, (options["file"], options["images"])):
            if not path.is_file():
                raise CommandError(f"There is no file {path}.", returncode=REFUSED)
        with options["file"].open("rb") as file:
            pictures = options["images"].open("rb") if options["images"] else None
            return services.receive(
                file=File(file),
                pictures=File(pictures) if pictures else None,
                seller=seller,
                text_language=options["language"],
                is_claimed=True,
            )

    def _work(self, sheet: SheetImport, what: str) -> None:
        with tqdm(unit=" rows", desc=what, disable=None) as bar:
            services.work(sheet, bar.update)

    def _take_in(self, sheet: SheetImport, options: dict[str, Any]) -> None:
        services.approve(
            sheet.pk,
            leaves_out_refused=options["leave_out_refused"],
            takes_doubtful=options["take_doubtful"],
            is_claimed=True,
        )
        sheet.refresh_from_db()
        self._work(sheet, "imported")
        count_search_words()
        # Plans made for an empty shop would be slow in a full one.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{services.progress(sheet).applied} rows were imported.")

    def _tell(self, sheet: SheetImport) -> None:
        if sheet.status == SheetStatus.REFUSED:
            raise CommandError(sheet.refusal, returncode=REFUSED)
        for remark in sheet.remarks:
            self.stderr.write(remark)
        for row in services.problems_of(sheet)[:_MAX_SHOWN]:
            self.stderr.write(f"line {row.line}: {' '.join(row.problems)}")
        counts = services.progress(sheet).outcomes
        self.stdout.write(", ".join(f"{counts[each]} {each.label}" for each in RowOutcome) + ".")
