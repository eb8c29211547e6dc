from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import F

from core.reports import add_report_arguments, write_report
from inventory.selectors import levels_for_report

COLUMNS = ["sku", "name", "warehouse", "sellable", "held", "minimum", "maximum"]


class Command(BaseCommand):
    help = "Lists the levels whose sellable units are below their minimum."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_report_arguments(parser)
        parser.add_argument("--warehouse", metavar="CODE")
        parser.add_argument("--seller", metavar="SLUG")
        parser.add_argument("--category", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        levels = levels_for_report(
            warehouse=options["warehouse"],
            seller=options["seller"],
            category=options["category"],
        ).filter(on_hand__lt=F("minimum") + F("committed"), warehouse__is_active=True)
        rows = (
            [
                level.variant.sku,
                level.variant.name,
                level.warehouse.code,
                level.on_hand - level.committed,
                level.reserved,
                level.minimum,
                level.maximum,
            ]
            for level in levels
        )
        write_report(COLUMNS, rows, options["format"], options["output"], self.stdout)
