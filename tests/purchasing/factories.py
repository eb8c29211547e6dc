"""Suppliers with a true RUC, orders in each state, and what they send for us."""

from decimal import Decimal

import factory
from django.db.models.functions import Now
from factory.django import DjangoModelFactory
from stdnum.pe import ruc

from inventory.models import Warehouse, WarehouseKind
from orders.models import Order
from outbox.models import Message
from outbox.tasks import deliver_due
from purchasing import services
from purchasing.models import DropshipWarehouse, PurchaseOrder, Supplier, SupplierTask
from tests.accounts.factories import house
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line, paid


class SupplierFactory(DjangoModelFactory[Supplier]):
    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"Proveedor {n}")
    ruc = factory.Sequence(lambda n: f"20{n:08}" + ruc.calc_check_digit(f"20{n:08}"))


def drafted(supplier=None) -> PurchaseOrder:
    """A draft without lines."""
    supplier = supplier or SupplierFactory.create()
    return services.draft(PurchaseOrder(supplier=supplier, seller=house()))


def ordered(*lines, supplier=None) -> PurchaseOrder:
    """A draft of (variant, warehouse, units, cost) each."""
    order = drafted(supplier)
    for variant, warehouse, units, cost in lines:
        order.lines.create(
            variant=variant, warehouse=warehouse, quantity=units, unit_cost=Decimal(cost)
        )
    services.recount(order)
    order.refresh_from_db()
    return order


def sent(*lines, supplier=None) -> PurchaseOrder:
    """Such an order, sent."""
    order = ordered(*lines, supplier=supplier)
    services.send(order.pk)
    order.refresh_from_db()
    return order


def dropship(supplier=None, **fields) -> Warehouse:
    """A warehouse of a supplier's own, or of nobody we know."""
    warehouse = WarehouseFactory.create(kind=WarehouseKind.DROPSHIPPING, **fields)
    if supplier:
        DropshipWarehouse.objects.create(supplier=supplier, warehouse=warehouse)
    return warehouse


def sold(*places, **fields) -> Order:
    """An order of one unit from each warehouse, paid for."""
    return paid(*(new_line(stocked(5, warehouse=each)) for each in places), **fields)


def deliver_again() -> None:
    """All news that has been delivered comes a second time."""
    Message.objects.update(delivered_at=None, attempts=0, due_at=Now())
    deliver_due()


def handed_out(*places, **fields) -> SupplierTask:
    """The one task of an order of a unit from each place."""
    order = sold(*places, **fields)
    services.hand_out(order.pk)
    return order.supplier_tasks.get()


def shipped(supplier) -> SupplierTask:
    task = handed_out(dropship(supplier))
    services.ship_task(task.pk, carrier="Olva", tracking_number="7-1")
    task.refresh_from_db()
    return task
