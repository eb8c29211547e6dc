from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.reports import add_report_arguments, write_report
from inventory.audit import differences


class Command(BaseCommand):
    help = "Proves that every stock level agrees with the ledger, the holds and the sales."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_report_arguments(parser)
        for name in ("warehouse", "seller", "category", "since", "until"):
            parser.add_argument(f"--{name}", help="Accepted, but the whole stock is checked.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 1 when a number is wrong."""
        found = differences()
        write_report(
            ["sku", "warehouse", "what", "stored", "proven"],
            [[row.sku, row.warehouse, row.what, row.stored, row.proven] for row in found],
            options["format"],
            options["output"],
            self.stdout,
        )
        self.stderr.write(f"{len(found)} differences.")
        if found:
            raise SystemExit(1)
