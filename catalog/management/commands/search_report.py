from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from catalog import reports
from core.reports.base import Filters
from core.reports.commands import ReportCommand


class Command(ReportCommand):
    report = reports.SEARCHES

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--empty", action="store_true", help="Only what found nothing.")

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return reports.searches(filters, only_empty=options["empty"])
