"""The proof of the stock: what does not agree with the ledger, the holds and the orders."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.database.roles import as_owner
from core.reports.base import Filters
from core.reports.tables import Columns
from inventory import consistency as stock
from inventory.services import repair
from orders import consistency as orders
from orders.consistency import ConsistencyCheck, record_result

COLUMNS: Columns = {
    "sku": _("SKU"),
    "warehouse": _("warehouse"),
    "order": _("order"),
    "what": _("number"),
    "stored": _("shown"),
    "proven": _("proven"),
    "repaired": _("repaired"),
}
NUMBERS: dict[str, StrOrPromise] = {
    "on hand": _("on hand"),
    "reserved": _("held"),
    "committed": _("sold, to dispatch"),
    "sold and not dispatched": _("sold and not dispatched"),
    "dispatched more than sold": _("dispatched more than sold"),
    "units of the order": _("units of the order"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A number that differs from the sum of its causes, and whether it was repaired."""

    sku: str
    warehouse: str = ""
    order: str = ""
    what: str
    stored: int
    proven: int
    repaired: bool = False


def prove(filters: Filters, *, fix: bool = False) -> list[Row]:
    """
    Every number that is wrong. A proof of everything is noted for anyone who watches the shop.

    With `fix` the stock's numbers are repaired; what the ledger does not explain, by adjustments.
    """
    found = [*_levels(filters, fix=fix), *_orders(filters)]
    if filters == Filters():
        record_result(ConsistencyCheck.STOCK, sum(not row.repaired for row in found))
    return found


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
        with as_owner():  # only the owner may bypass the triggers
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
