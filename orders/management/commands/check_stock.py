from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.commands import ReportCommand
from core.reports import Filters, Tally
from inventory import audit as stock
from inventory.services import repair
from orders import audit as orders
from orders import proofs
from orders.proofs import Proven


@dataclass(frozen=True, kw_only=True)
class Row:
    """A number that is not what its causes add up to, and whether it is put right now."""

    sku: str
    warehouse: str = ""
    order: str = ""
    what: str
    stored: int
    proven: int
    repaired: bool = False


class Command(ReportCommand):
    help = (
        "Proves that the stock agrees with the ledger, the holds and the orders: on hand, "
        "reserved, committed. Ends with 1 when a number is wrong, also when --fix mends it."
    )
    is_check = True
    days_mean = "what moved in these days"
    totals = ("repaired",)
    columns = {
        "sku": gettext_lazy("SKU"),
        "warehouse": gettext_lazy("warehouse"),
        "order": gettext_lazy("order"),
        "what": gettext_lazy("number"),
        "stored": gettext_lazy("shown"),
        "proven": gettext_lazy("proven"),
        "repaired": gettext_lazy("repaired"),
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--fix",
            action="store_true",
            help="Explain units on hand by an adjustment in the ledger, count the others anew.",
        )

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        found = [*_levels(filters, fix=options["fix"]), *_orders(filters)]
        if filters == Filters():
            proofs.note(Proven.STOCK, sum(not row.repaired for row in found))
        return found

    def closing(self, tally: Tally) -> str:
        text = ngettext("%(count)s difference.", "%(count)s differences.", tally.count)
        repaired = sum(number for number, _currency in tally.total("repaired"))
        mended = _("Repaired: %(repaired)s.") if repaired else ""
        return f"{text} {mended}".strip() % {"count": tally.count, "repaired": repaired}


def _orders(filters: Filters) -> list[Row]:
    return [
        Row(
            sku=row.sku,
            order=row.order,
            what="units of the order",
            stored=row.stored,
            proven=row.proven,
        )
        for row in orders.differences_in(filters)
    ]


def _levels(filters: Filters, *, fix: bool) -> list[Row]:
    found = stock.differences_in(filters)
    left = set(found)
    if fix:
        repair(found)
        left = set(stock.differences_in(filters))
    return [
        Row(
            sku=row.sku,
            warehouse=row.warehouse,
            what=row.what,
            stored=row.stored,
            proven=row.proven,
            repaired=row not in left,
        )
        for row in found
    ]
