from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from core.reports.base import Filters
from core.reports.commands import ReportCommand
from shipping.models import ShippingRate
from shipping.rate_tables import COLUMNS, entries_of


class Command(ReportCommand):
    help = (
        "Writes the rates of the delivery methods. With --format csv, import_shipping_rates reads "
        "them back as they were."
    )
    columns = COLUMNS
    without = ("warehouse", "seller", "category", "since", "until")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--method", metavar="CODE", default="", help="Only this method.")

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        rates = ShippingRate.objects.all()
        if options["method"]:
            rates = rates.filter(method__code=options["method"])
        return entries_of(rates)
