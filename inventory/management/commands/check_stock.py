from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.commands import ReportCommand
from core.reports import Filters
from inventory.audit import Difference, differences_in
from inventory.services import repair


@dataclass(frozen=True, kw_only=True)
class Row:
    """A difference, and whether it is put right now."""

    difference: Difference
    repaired: bool

    def __getattr__(self, name: str) -> object:
        return getattr(self.difference, name)


class Command(ReportCommand):
    help = (
        "Proves that every stock level agrees with the ledger, the holds and the sales: on hand, "
        "committed and reserved. Ends with 1 when a number is wrong, also when --fix mends it."
    )
    is_check = True
    days_mean = "what moved in these days"
    columns = {
        "sku": gettext_lazy("SKU"),
        "warehouse": gettext_lazy("warehouse"),
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
        found = differences_in(filters)
        if not options["fix"]:
            return [Row(difference=row, repaired=False) for row in found]
        repair(found)
        left = {(row.place, row.what) for row in differences_in(filters)}
        return [Row(difference=row, repaired=(row.place, row.what) not in left) for row in found]

    def closing(self, rows: Sequence[Any]) -> str:
        text = ngettext("%(count)s difference.", "%(count)s differences.", len(rows))
        repaired = sum(row.repaired for row in rows)
        mended = _("Repaired: %(repaired)s.") if repaired else ""
        return f"{text} {mended}".strip() % {"count": len(rows), "repaired": repaired}
