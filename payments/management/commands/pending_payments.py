from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.commands import ReportCommand
from core.formats import totals
from core.reports import Filters
from payments import reports


class Command(ReportCommand):
    help = (
        "Lists the orders that wait for money, oldest first: payments under way or under review, "
        "then orders without an attempt."
    )
    days_mean = "what began in these days"
    columns = {
        "order": _("order"),
        "payment": _("payment"),
        "method": _("method"),
        "gateway": _("gateway"),
        "state": _("status"),
        "amount": _("amount"),
        "currency": _("currency"),
        "created_at": _("created"),
        "expires_at": _("expires"),
        "error": _("error"),
    }

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return reports.pending(filters)

    def closing(self, rows: Sequence[Any]) -> str:
        return f"{super().closing(rows)} {totals((row.amount, row.currency) for row in rows)}"
