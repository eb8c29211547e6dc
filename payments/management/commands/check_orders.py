from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.reports.base import Filters, Tally
from core.reports.commands import ReportCommand
from orders.consistency import ConsistencyCheck, record_result
from payments import consistency


class Command(ReportCommand):
    help = (
        "Checks that the orders agree with their lines and with the money ledger, and that their "
        "events were delivered. Exits with 1 if something is wrong."
    )
    is_check = True
    without = ("warehouse", "seller", "category")
    days_mean = "orders that were placed in these days"
    columns = {
        "order": _("order"),
        "what": _("fact"),
        "stored": _("shown"),
        "proven": _("proven"),
    }

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        found = list(consistency.differences_in(filters))
        if filters == Filters():
            record_result(ConsistencyCheck.ORDERS, len(found))
        return found

    def closing(self, tally: Tally) -> str:
        text = ngettext("%(count)s difference.", "%(count)s differences.", tally.count)
        return text % {"count": tally.count}
