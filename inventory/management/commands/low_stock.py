from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.commands import ReportCommand
from core.reports import Filters
from inventory import reports


class Command(ReportCommand):
    help = (
        "Lists what has to be ordered: levels with fewer unsold units than their minimum. "
        "“missing” is what fills them to their maximum, or to the minimum where there is none."
    )
    days_mean = "what moved in these days"
    columns = {
        "sku": _("SKU"),
        "name": _("name"),
        "seller": _("seller"),
        "warehouse": _("warehouse"),
        "sellable": _("unsold"),
        "reserved": _("reserved"),
        "minimum": _("minimum"),
        "maximum": _("maximum"),
        "missing": _("missing"),
    }

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return reports.low_stock(filters)
