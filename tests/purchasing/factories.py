"""Suppliers with a true RUC, and orders in each state."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory
from stdnum.pe import ruc

from purchasing import services
from purchasing.models import PurchaseOrder, Supplier
from tests.accounts.factories import house


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
        services.put_line(
            order.pk,
            variant_id=variant.pk,
            warehouse_id=warehouse.pk,
            quantity=units,
            unit_cost=Decimal(cost),
        )
    order.refresh_from_db()
    return order


def sent(*lines, supplier=None) -> PurchaseOrder:
    """Such an order, sent."""
    order = ordered(*lines, supplier=supplier)
    services.send(order.pk)
    order.refresh_from_db()
    return order
