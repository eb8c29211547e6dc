from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.reports.base import Filters, Tally
from core.reports.commands import ReportCommand
from orders import stock_consistency


class Command(ReportCommand):
    help = (
        "Checks that the stock agrees with the ledger, the holds and the orders: on hand, "
        "reserved, committed. Exits with 1 if a number is wrong, also if --fix repairs it."
    )
    is_check = True
    days_mean = "what moved in these days"
    totals = ("repaired",)
    columns = stock_consistency.COLUMNS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--fix",
            action="store_true",
            help="Explain units on hand by an adjustment in the ledger, count the others again.",
        )

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        return stock_consistency.prove(filters, fix=options["fix"])

    def closing(self, tally: Tally) -> str:
        text = ngettext("%(count)s difference.", "%(count)s differences.", tally.count)
        repaired = sum(number for number, _currency in tally.total("repaired"))
        mended = _("Repaired: %(repaired)s.") if repaired else ""
        return f"{text} {mended}".strip() % {"count": tally.count, "repaired": repaired}
