"""Receives returned goods: units, condition, and where they were stored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory import services as inventory
from inventory.models import ReferenceKind
from inventory.services.ledger import Cause
from orders import fulfilment
from orders import services as orders
from orders.models import Order, OrderEventKind, OrderLine
from orders.selectors import parts_of
from outbox.services import publish
from returns import selectors
from returns.events import ReturnReceived
from returns.exceptions import NotThisStep, ReturnRefused
from returns.models import ItemCondition, Return, ReturnItem, ReturnPhoto
from returns.services.asking import MAX_PHOTOS, too_many
from returns.services.steps import locked
from returns.states import CALLED_OFF, ReturnStatus


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Units of a line in one condition. New ones are sold again, damaged ones are not."""

    line_id: UUID
    condition: ItemCondition
    quantity: int
    sell_again: bool = True

    @property
    def restocked(self) -> int:
        if self.condition == ItemCondition.DAMAGED:
            return 0
        is_sold_again = self.sell_again or self.condition == ItemCondition.NEW
        return self.quantity if is_sold_again else 0


@transaction.atomic
def receive(
    return_id: UUID,
    arrived: Sequence[Arrived],
    *,
    warehouse_id: UUID,
    actor_id: UUID,
    note: str = "",
    photos: Sequence[ContentFile[bytes]] = (),
) -> Return:
    """
    Record the received units, which may differ from the requested ones, and put them into stock.

    All units are restocked; those not fit for sale are written off immediately.

    :raises NotThisStep: if it is not awaited, perhaps because another person received it
    :raises ReturnRefused: if nothing arrived, or more of a line than was delivered and not returned
    """
    order, request = locked(return_id)
    if request.status != ReturnStatus.APPROVED:
        raise NotThisStep(_("This return is not awaited: it is received already, or not approved."))
    arrived = [each for each in arrived if each.quantity > 0]
    if not arrived:
        raise ReturnRefused(_("Say how many units came."))
    request.warehouse_id = warehouse_id
    request.receipt_note = note.strip()
    request.received_at = timezone.now()
    request.save(update_fields=["warehouse", "receipt_note", "received_at"])
    items = _write(order, request, arrived)
    _keep_photos(request, photos)
    _stock(request, warehouse_id, items, actor_id)
    units = _by_line(items)
    fulfilment.count_returned(order.pk, units)
    request.move_to(ReturnStatus.RECEIVED)
    orders.record(
        order.pk,
        OrderEventKind.RETURNED,
        actor_id=actor_id,
        note=request.number,
        details={"return": request.number, "units": sum(units.values())},
    )
    publish(ReturnReceived(return_id=str(request.pk)))
    return request


@transaction.atomic
def add_photos(return_id: UUID, photos: Sequence[ContentFile[bytes]]) -> None:
    """
    Keep photos that staff have taken of the goods.

    :raises ReturnRefused: if that would be more than a return has room for
    """
    _order, request = locked(return_id)
    _keep_photos(request, photos)


def _keep_photos(request: Return, photos: Sequence[ContentFile[bytes]]) -> None:
    if not photos:
        return
    if request.photos.filter(is_by_shop=True).count() + len(photos) > MAX_PHOTOS:
        raise ReturnRefused(_("Keep at most %(most)s photos.") % {"most": MAX_PHOTOS})
    for photo in photos:
        ReturnPhoto.objects.create(return_request=request, picture=photo, is_by_shop=True)


def give_back(order: Order, request: Return, *, actor_id: UUID) -> None:
    """
    The customer gets the goods themselves back: they leave the stock, and count as delivered.

    Call it under the locks of the order and the return.

    :raises NotThisStep: if money is on its way for them
    :raises NotOnShelf: if they are no longer there
    """
    if selectors.live_refunds(request):
        raise NotThisStep(_("Money is on its way for this return: stop that refund first."))
    items = selectors.items_of(request)
    if request.warehouse_id:
        leaving = ((item.line, item.restocked) for item in items)
        cause = _cause(request, actor_id, _("Sent back to the customer"))
        inventory.write_off(_on_shelves(request.warehouse_id, leaving), **cause)
    fulfilment.count_kept(order.pk, _by_line(items))
    request.items.update(places=[], restocked=0)


def _write(order: Order, request: Return, arrived: Sequence[Arrived]) -> list[ReturnItem]:
    """Received units replace the requested ones; a line's first row keeps the requested number."""
    asked = {item.line_id: item for item in request.items.all()}
    request.items.all().update(quantity=0)
    rows = {row.line.pk: row for row in selectors.returnable(order)}
    units = Counter[UUID]()
    for each in arrived:
        units[each.line_id] += each.quantity
    for line_id, number in units.items():
        row = rows.get(line_id)
        if row is None or row.line.seller_id != request.seller_id or row.left < number:
            raise ReturnRefused(too_many(row.left if row else 0), line_id)
    free = {line_id: _free_places(rows[line_id].line) for line_id in units}
    items = []
    for each in arrived:
        item = asked.pop(each.line_id, None) or ReturnItem(
            return_request=request, line_id=each.line_id
        )
        item.line = rows[each.line_id].line
        item.quantity, item.condition = each.quantity, each.condition
        item.restocked = each.restocked
        item.places = [free[each.line_id].pop() for _unit in range(each.quantity)]
        item.save()
        items.append(item)
    return items


def _free_places(line: OrderLine) -> list[int]:
    """The units of a line that are not back, the last to be taken first."""
    back = ReturnItem.objects.filter(line=line).exclude(return_request__status__in=CALLED_OFF)
    taken = {place for places in back.values_list("places", flat=True) for place in places}
    sold = line.quantity - line.cancelled_quantity
    return [place for place in range(sold) if place not in taken]


def _stock(
    request: Return, warehouse_id: UUID, items: Sequence[ReturnItem], actor_id: UUID
) -> None:
    cause = _cause(request, actor_id, request.number)
    inventory.restock(
        _on_shelves(warehouse_id, ((item.line, item.quantity) for item in items)), **cause
    )
    spoilt = ((item.line, item.quantity - item.restocked) for item in items)
    inventory.write_off(_on_shelves(warehouse_id, spoilt), **cause)


def _cause(request: Return, actor_id: UUID, note: str) -> Cause:
    return {
        "reference": request.pk,
        "reference_kind": ReferenceKind.RETURN,
        "actor_id": actor_id,
        "note": note,
    }


def _on_shelves(
    warehouse_id: UUID, units: Iterable[tuple[OrderLine, int]]
) -> dict[tuple[UUID, UUID], int]:
    found = in_stock((line.variant, number) for line, number in units)
    return {(variant_id, warehouse_id): number for variant_id, number in found.items()}


def in_stock(units: Iterable[tuple[Variant, int]]) -> dict[UUID, int]:
    """What units are on a shelf: a bundle's parts lie there, not it. At most one query."""
    pairs = [(variant, number) for variant, number in units if number]
    parts = parts_of(variant for variant, _number in pairs)
    found = Counter[UUID]()
    for variant, number in pairs:
        for part in parts.get(variant.pk, ()):
            found[part.variant_id] += part.quantity * number
        if variant.pk not in parts:
            found[variant.pk] += number
    return dict(found)


def _by_line(items: Iterable[ReturnItem]) -> dict[UUID, int]:
    found = Counter[UUID]()
    for item in items:
        found[item.line_id] += item.quantity
    return {key: number for key, number in found.items() if number}
