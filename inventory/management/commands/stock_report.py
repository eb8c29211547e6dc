from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.reports import add_report_arguments, write_report
from inventory.selectors import levels_for_report

COLUMNS = [
    "sku", "name", "warehouse", "seller", "on_hand", "committed", "reserved", "available",
    "minimum", "bin",
]  # fmt: skip


class Command(BaseCommand):
    help = "Lists what lies where: on the shelf, sold, held and free."

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
        )
        rows = (
            [
                level.variant.sku,
                level.variant.name,
                level.warehouse.code,
                level.warehouse.seller.name,
                level.on_hand,
                level.committed,
                level.reserved,
                level.available,
                level.minimum,
                level.bin,
            ]
            for level in levels.iterator(chunk_size=2000)
        )
        write_report(COLUMNS, rows, options["format"], options["output"], self.stdout)
