"""Buying: an order is drafted, sent, received in one part or in many, or given up."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Seller
from catalog.services import set_costs
from core.money import MAX_AMOUNT, ZERO, quantize
from inventory import services as inventory
from inventory.models import ReferenceKind
from outbox.services import publish
from promotions.selectors import tax_rates
from purchasing import selectors
from purchasing.events import PurchaseOrderSent
from purchasing.exceptions import (
    DeliveryNoteMissing,
    DeliveryNoteUsed,
    NotADraft,
    NotAwaited,
    NothingOrdered,
    SupplierIsInactive,
    WrongArrival,
    WrongLine,
)
from purchasing.models import PurchaseOrder, PurchaseOrderLine, Receipt, Supplier
from purchasing.numbers import next_purchase_number
from purchasing.selectors import Suggestion
from purchasing.states import PurchaseOrderStatus


@transaction.atomic
def draft(order: PurchaseOrder, *, actor_id: UUID | None = None) -> PurchaseOrder:
    """
    Write down a new order to a supplier, with its number, in the shop's currency.

    :raises SupplierIsInactive: if we no longer buy there
    """
    check_active(order.supplier)
    order.number = next_purchase_number(timezone.now())
    order.currency = config.CURRENCY
    order.created_by_id = actor_id
    order.save(force_insert=True)
    return order


@transaction.atomic
def fill_up(order_id: UUID) -> int:
    """
    Add what should be ordered from this supplier; returns the number of lines.

    :raises NotADraft: if the order has been sent or cancelled
    """
    order = PurchaseOrder.objects.get(pk=order_id)
    _lock_supplier(order.supplier_id)
    order = lock_draft(order_id)
    found = selectors.suggestions(supplier_id=order.supplier_id, seller_id=order.seller_id)
    _add(order, found)
    return len(found)


@transaction.atomic
def propose(level_id: UUID) -> None:
    """
    Note what a level lacks in a draft for the supplier who sold it last, if there is one.

    What stands in an open order already is not lacking, so it is idempotent.
    """
    supplier_id = selectors.supplier_of(level_id)
    if supplier_id is None:
        return
    _lock_supplier(supplier_id)
    found = selectors.suggestions(supplier_id=supplier_id, level_id=level_id)
    if found:
        _add(_draft_for(supplier_id, found[0].seller_id), found)


@transaction.atomic
def send(order_id: UUID) -> None:
    """
    Close the order for changes, and mail it to the supplier if their address is known. Idempotent.

    :raises NothingOrdered: if it has no lines
    :raises SupplierIsInactive: if we no longer buy there
    :raises InvalidTransition: if it is cancelled or something of it has come
    """
    order = _locked(order_id)
    if order.status == PurchaseOrderStatus.SENT:
        return
    check_active(order.supplier)
    if order.is_draft:
        recount(order)
        if not order.lines.exists():
            raise NothingOrdered(_("This order has no lines."))
    order.sent_at = timezone.now()
    order.move_to(PurchaseOrderStatus.SENT)
    publish(PurchaseOrderSent(order_id=str(order.pk)))


@transaction.atomic
def receive(
    order_id: UUID,
    arrived: Mapping[UUID, int],
    *,
    delivery_note: str,
    actor_id: UUID | None = None,
) -> int:
    """
    Receive goods; `arrived` counts, by line, all units so far, so a repeated call adds nothing.

    Returns the number of new units. The variants' costs become those of the order, which closes
    when it is complete.

    :raises NotAwaited: if the order is not sent, is complete or is cancelled
    :raises WrongArrival: if a number is above the ordered or below the received units
    :raises DeliveryNoteMissing: without a delivery note
    :raises DeliveryNoteUsed: if the same delivery note would bring more units
    """
    order = _locked(order_id)
    lines = {line.pk: line for line in order.lines.select_related("variant").order_by("pk")}
    fresh = _fresh_units(lines, arrived)
    if not fresh:
        return 0
    if not order.is_awaited:
        raise NotAwaited(_("Nothing is awaited of this order."))
    note = delivery_note.strip()
    _write_receipts(fresh, note, actor_id)
    inventory.receive(
        {(line.variant_id, line.warehouse_id): units for line, units in fresh.items()},
        reference=order.pk,
        reference_kind=ReferenceKind.PURCHASE_ORDER,
        actor_id=actor_id,
        note=note,
    )
    if order.currency == config.CURRENCY:
        set_costs({line.variant_id: line.unit_cost for line in fresh})
    _note_progress(order, lines.values())
    return sum(fresh.values())


@transaction.atomic
def receive_everything(order_id: UUID, *, delivery_note: str, actor_id: UUID | None = None) -> int:
    """
    Receive all missing units; returns how many.

    :raises DomainError: as `receive` does
    """
    order = _locked(order_id)
    whole = {line.pk: max(line.quantity, line.received_quantity) for line in order.lines.all()}
    return receive(order_id, whole, delivery_note=delivery_note, actor_id=actor_id)


@transaction.atomic
def cancel(order_id: UUID) -> int:
    """
    Cancel the units not received; returns their number. Received ones stay. Idempotent.

    :raises InvalidTransition: if the order is complete
    """
    order = _locked(order_id)
    if order.status != PurchaseOrderStatus.CANCELLED:
        order.move_to(PurchaseOrderStatus.CANCELLED)
    return sum(line.missing for line in order.lines.all())


def check_active(supplier: Supplier) -> None:
    """:raises SupplierIsInactive: if we no longer buy there"""
    if not supplier.is_active:
        raise SupplierIsInactive(_("This supplier is no longer active."))


def lock_draft(order_id: UUID) -> PurchaseOrder:
    """
    The order, locked, so that its lines can be changed.

    :raises NotADraft: if it has been sent or cancelled
    """
    order = _locked(order_id)
    if not order.is_draft:
        raise NotADraft(_("This order has been sent or cancelled: it no longer changes."))
    return order


def recount(order: PurchaseOrder) -> None:
    """
    Add up the lines of a locked draft: each sum is rounded once.

    :raises WrongLine: if goods would go to another seller's warehouse, or cost too much
    """
    lines = list(order.lines.select_related("variant__product", "warehouse"))
    if any(line.warehouse.seller_id != order.seller_id for line in lines):
        raise WrongLine(_("A line goes to another seller’s warehouse."))
    rates = tax_rates(config.COUNTRY)
    tax = sum((line.total * selectors.rate_of(line.variant, rates) for line in lines), ZERO)
    order.subtotal = quantize(sum((line.total for line in lines), ZERO), order.currency)
    order.tax = quantize(tax, order.currency)
    order.total = order.subtotal + order.tax
    if order.total > MAX_AMOUNT:
        raise WrongLine(_("That is more than an order can come to."))
    order.save(update_fields=["subtotal", "tax", "total"])


def _locked(order_id: UUID) -> PurchaseOrder:
    return PurchaseOrder.objects.select_for_update().get(pk=order_id)


def _lock_supplier(supplier_id: UUID) -> None:
    """Suggestions for one supplier are written down one after the other, or they would double."""
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier_id)


def _draft_for(supplier_id: UUID, seller_id: UUID) -> PurchaseOrder:
    """The draft to that supplier that can take more lines, or a new one. It is locked."""
    open_draft = PurchaseOrder.objects.filter(
        supplier=supplier_id,
        seller=seller_id,
        currency=config.CURRENCY,
        status=PurchaseOrderStatus.DRAFT,
    )
    found = open_draft.order_by("pk").select_for_update().first()
    if found:
        return found
    supplier = Supplier.objects.get(pk=supplier_id)
    return draft(PurchaseOrder(supplier=supplier, seller=Seller.objects.get(pk=seller_id)))


def _add(order: PurchaseOrder, suggestions: Iterable[Suggestion]) -> None:
    """More of what the order asks for already, and lines for what it does not."""
    lines = {(line.variant_id, line.warehouse_id): line for line in order.lines.all()}
    for each in suggestions:
        line = lines.get((each.variant_id, each.warehouse_id)) or PurchaseOrderLine(
            purchase_order=order,
            variant_id=each.variant_id,
            warehouse_id=each.warehouse_id,
            quantity=0,
            unit_cost=each.unit_cost,
        )
        line.quantity += each.quantity
        line.save()
    recount(order)


def _fresh_units(
    lines: Mapping[UUID, PurchaseOrderLine], arrived: Mapping[UUID, int]
) -> dict[PurchaseOrderLine, int]:
    """The units by line that had not come before; the lines count them already."""
    if not arrived.keys() <= lines.keys():
        raise WrongArrival(_("This was not ordered."))
    fresh = {}
    for line_id, units in arrived.items():
        line = lines[line_id]
        most = max(selectors.max_acceptable(line.quantity), line.received_quantity)
        if units != int(units) or not line.received_quantity <= units <= most:
            raise WrongArrival(
                _("Of %(sku)s between %(least)s and %(most)s units can have come.")
                % {"sku": line.variant.sku, "least": line.received_quantity, "most": most}
            )
        if units > line.received_quantity:
            fresh[line] = units - line.received_quantity
            line.received_quantity = units
    return fresh


def _write_receipts(
    fresh: Mapping[PurchaseOrderLine, int], delivery_note: str, actor_id: UUID | None
) -> None:
    if not delivery_note:
        raise DeliveryNoteMissing(_("Write the number of the delivery note."))
    if Receipt.objects.filter(line__in=fresh, delivery_note=delivery_note).exists():
        raise DeliveryNoteUsed(
            _("Goods of this delivery note have been received already: check the number.")
        )
    Receipt.objects.bulk_create(
        Receipt(line=line, quantity=units, delivery_note=delivery_note, received_by_id=actor_id)
        for line, units in fresh.items()
    )
    PurchaseOrderLine.objects.bulk_update(fresh, ["received_quantity"])


def _note_progress(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
    is_whole = not any(line.missing for line in lines)
    status = PurchaseOrderStatus.RECEIVED if is_whole else PurchaseOrderStatus.PARTIALLY_RECEIVED
    if order.status != status:
        order.move_to(status)
