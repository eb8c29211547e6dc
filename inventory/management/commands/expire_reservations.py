from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports.base import Filters
from core.reports.commands import ReportCommand, whole_number
from inventory import reports, services


class Command(ReportCommand):
    help = (
        "Releases expired holds of carts, as the worker does every minute, and lists them. "
        "Orders keep theirs until they expire themselves."
    )
    days_mean = "what ran out in these days"
    columns = {
        "sku": _("SKU"),
        "warehouse": _("warehouse"),
        "quantity": _("units"),
        "document": _("held for"),
        "reference": _("reference"),
        "expired_at": _("expired"),
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--batch", type=whole_number, default=500, help="Holds in one transaction."
        )

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        only = reports.expired_holds(filters)
        for released in services.release_in_batches(options["batch"], only):
            yield from reports.hold_rows(released)
