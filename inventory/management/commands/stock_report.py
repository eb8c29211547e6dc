from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.commands import ReportCommand
from core.reports import Filters
from inventory import reports


class Command(ReportCommand):
    help = "Lists what lies where: on the shelf, sold, held and free, and what it has cost."
    days_mean = "what moved in these days"
    columns = {
        "sku": _("SKU"),
        "name": _("name"),
        "category": _("category"),
        "seller": _("seller"),
        "warehouse": _("warehouse"),
        "bin": _("bin"),
        "on_hand": _("on hand"),
        "committed": _("committed"),
        "reserved": _("reserved"),
        "available": _("available"),
        "minimum": _("minimum"),
        "maximum": _("maximum"),
        "unit_cost": _("cost"),
        "value": _("value"),
    }

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return reports.stock(filters)
