from uuid import UUID

import factory
from factory.django import DjangoModelFactory

from catalog.models import Variant
from inventory.models import Movement, MovementKind, TransferLine, Warehouse
from tests.accounts.factories import house
from tests.catalog.factories import VariantFactory


class WarehouseFactory(DjangoModelFactory[Warehouse]):
    class Meta:
        model = Warehouse

    code = factory.Sequence(lambda n: f"ALM-{n}")
    name = factory.Sequence(lambda n: f"Almacén {n}")
    seller = factory.LazyFunction(house)


class MovementFactory(DjangoModelFactory[Movement]):
    """A receipt of ten units."""

    class Meta:
        model = Movement

    variant = factory.SubFactory(VariantFactory)
    warehouse = factory.SubFactory(WarehouseFactory)
    kind = MovementKind.RECEIPT
    quantity = 10
    on_hand_delta = factory.SelfAttribute("quantity")


def in_transit(variant: Variant, warehouse_id: UUID) -> int:
    """Units of the variant on their way to the warehouse."""
    lines = TransferLine.objects.filter(
        variant=variant, transfer__destination=warehouse_id, transfer__status="in_transit"
    )
    return sum(line.missing for line in lines)


def stocked(
    units: int, *, variant: Variant | None = None, warehouse: Warehouse | None = None
) -> Variant:
    """A variant with that many units on the shelf of a warehouse."""
    variant = variant or VariantFactory.create()
    MovementFactory.create(
        variant=variant, warehouse=warehouse or WarehouseFactory.create(), quantity=units
    )
    return variant
