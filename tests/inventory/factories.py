from datetime import datetime, timedelta
from uuid import UUID

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from catalog.models import Variant
from inventory.models import (
    Movement,
    MovementKind,
    Reservation,
    StockLevel,
    TransferLine,
    Warehouse,
)
from inventory.selectors import available_quantities
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


def soon(minutes: int = 15) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def available(variant: Variant) -> int:
    return available_quantities([variant.pk])[variant.pk]


def let_expire(reference: UUID) -> None:
    """The holds of this cart or order have run out, before the test's transaction began too."""
    holds = Reservation.objects.filter(reference=reference)
    holds.update(expires_at=timezone.now() - timedelta(hours=1))


def level_of(variant: Variant) -> StockLevel:
    """The only one, as it is now."""
    return StockLevel.objects.get(variant=variant)


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


def stocked_in(*places: tuple[Warehouse, int]) -> Variant:
    """A variant with so many units in each of these warehouses."""
    variant = VariantFactory.create()
    for warehouse, units in places:
        stocked(units, variant=variant, warehouse=warehouse)
    return variant
