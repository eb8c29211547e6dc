from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from backoffice.selectors import sales_lines
from core.reports import add_report_arguments, write_report

COLUMNS = ["sku", "name", "seller", "orders", "units", "discount", "tax", "total", "currency"]


class Command(BaseCommand):
    help = "Lists what was sold, by variant, in orders that are paid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_report_arguments(parser)
        parser.add_argument("--seller", metavar="SLUG")
        parser.add_argument("--category", metavar="SLUG")
        parser.add_argument("--since", metavar="YYYY-MM-DD", type=date.fromisoformat)
        parser.add_argument("--until", metavar="YYYY-MM-DD", type=date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = sales_lines(
            seller=options["seller"],
            category=options["category"],
            since=options["since"],
            until=options["until"],
        )
        write_report(COLUMNS, rows, options["format"], options["output"], self.stdout)
