from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice import reports
from core.commands import ReportCommand
from core.formats import totals
from core.reports import Filters


class Command(ReportCommand):
    help = (
        "Adds up what was sold: orders whose money came in. “refunded” is what of it went back "
        "since; delivery, tax and refunds of an order are shared among its lines by their prices."
    )
    days_mean = "what was paid in these days"
    columns = {
        "code": gettext_lazy("code"),
        "name": gettext_lazy("name"),
        "orders": gettext_lazy("orders"),
        "units": gettext_lazy("units"),
        "units_back": gettext_lazy("units back"),
        "goods": gettext_lazy("goods"),
        "discount": gettext_lazy("discount"),
        "shipping": gettext_lazy("shipping"),
        "tax": gettext_lazy("tax"),
        "total": gettext_lazy("total"),
        "refunded": gettext_lazy("refunded"),
        "net": gettext_lazy("net"),
        "currency": gettext_lazy("currency"),
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by", choices=reports.GROUPS, default="day")

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return reports.sales(filters, options["by"])

    def closing(self, rows: Sequence[Any]) -> str:
        text = super().closing(rows)
        if not rows:
            return text
        sold = totals((row.total, row.currency) for row in rows)
        kept = totals((row.net, row.currency) for row in rows)
        summary = _("Sold: %(sold)s, of which %(kept)s were kept.") % {"sold": sold, "kept": kept}
        return f"{text} {summary}"
