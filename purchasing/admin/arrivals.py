"""Goods scanned as they are unpacked: counted with the person's session until they are received."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.line_lists import by_code
from purchasing import selectors
from purchasing.exceptions import WrongArrival
from purchasing.models import PurchaseOrder
from purchasing.selectors import OrderLineRow

MAX_CODE = 120


def scanned(request: HttpRequest, order: PurchaseOrder) -> Counter[UUID]:
    """Units by line that the person has scanned and not received yet."""
    kept: Mapping[str, int] = request.session.get(_name(order), {})
    return Counter({UUID(key): units for key, units in kept.items()})


def scan(request: HttpRequest, order: PurchaseOrder) -> str:
    """
    Count one unit of the scanned goods.

    :raises WrongArrival: if they were not ordered, or all of them have come
    """
    rows = selectors.order_lines(order)
    counted = scanned(request, order)
    line = _line(rows, counted, request.POST.get("code", "").replace("\0", "")[:MAX_CODE]).line
    counted[line.pk] += 1
    request.session[_name(order)] = {str(key): units for key, units in counted.items()}
    come = line.received_quantity + counted[line.pk]
    shown = {"sku": line.variant.sku, "counted": come, "wanted": line.quantity}
    return _("%(sku)s: %(counted)s of %(wanted)s.") % shown


def forget(request: HttpRequest, order: PurchaseOrder) -> None:
    request.session.pop(_name(order), None)


def _line(rows: Sequence[OrderLineRow], counted: Counter[UUID], code: str) -> OrderLineRow:
    """The row of the scanned goods, one that still lacks units if there are several."""
    ordered = Variant.objects.filter(pk__in=[row.line.variant_id for row in rows])
    variant = by_code(ordered, code)
    if variant is None:
        raise WrongArrival(_("“%s” is not on this order: put it aside.") % code[:60])
    found = [row for row in rows if row.line.variant_id == variant.pk]
    for row in found:
        if row.line.received_quantity + counted[row.line.pk] < row.line.quantity:
            return row
    text = _("%(sku)s: all %(units)s have come. If more were sent, type the number.")
    units = sum(row.line.quantity for row in found)
    raise WrongArrival(text % {"sku": variant.sku, "units": units})


def _name(order: PurchaseOrder) -> str:
    return f"arriving-{order.pk}"
