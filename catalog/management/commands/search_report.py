from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from catalog import reports
from core.commands import ReportCommand
from core.reports import Filters


class Command(ReportCommand):
    help = (
        "Lists what shoppers have searched for, most often first. “results” is what the last of "
        "these searches found. Searches that may name a person are not among them."
    )
    without = ("warehouse", "seller", "category")
    days_mean = "what was searched for on these days"
    columns = reports.SEARCH_COLUMNS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--empty", action="store_true", help="Only what found nothing.")

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return reports.searches(filters, only_empty=options["empty"])
