"""Stock in imports and exports: first receipts in the ledger, and the bands that shoppers see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Manager, Sum
from django.utils.translation import gettext as _

from accounts.models import Seller
from catalog.imports import WrittenVariant
from catalog.models import Availability, Product, Variant
from core.database.copy import copy_rows
from inventory.models import Movement, MovementKind, ReferenceKind, StockLevel, Warehouse
from inventory.selectors import available_quantities
from inventory.services import band

BEST_FIRST = (Availability.IN_STOCK, Availability.LAST_FEW, Availability.SOLD_OUT)

# Of every five units three lie in the first warehouse.
_SHARE = Decimal("0.6")


def own_warehouses() -> list[Warehouse]:
    """The house's own warehouses, first the one that ships first; two are made if there is none."""
    house = Seller.objects.house().get()
    own = Warehouse.objects.filter(seller=house, kind="own", is_active=True)
    if not own.exists():
        Warehouse.objects.create(code="MAIN", name=_("Main warehouse"), seller=house, priority=1)
        Warehouse.objects.create(code="SECOND", name=_("Second store"), seller=house, priority=2)
    return list(own.order_by("priority", "code"))


def split(quantity: int, warehouses: Sequence[Warehouse]) -> dict[str, int]:
    """The units by warehouse code: most of them in the first, the rest in the second."""
    if len(warehouses) == 1:
        return {warehouses[0].code: quantity}
    first = quantity - int(quantity * (1 - _SHARE))
    return {warehouses[0].code: first, warehouses[1].code: quantity - first}


class Stocker:
    """Receives the first units of variants. One that has a level already is left alone."""

    def __init__(self, default: int | None = None) -> None:
        self._default = default
        self._own = own_warehouses()
        self._by_code = {warehouse.code: warehouse for warehouse in Warehouse.objects.all()}

    def receive(self, written: Sequence[WrittenVariant]) -> int:
        """Write the receipts that the lines ask for; returns how many units."""
        ids = [variant.id for variant in written]
        known = set(StockLevel.objects.filter(variant__in=ids).values_list("variant_id", flat=True))
        movements = [
            Movement(
                variant_id=variant.id,
                warehouse=self._by_code[code],
                kind=MovementKind.RECEIPT,
                quantity=units,
                on_hand_delta=units,
                reference_kind=ReferenceKind.IMPORT,
            )
            for variant in written
            if variant.id not in known
            for code, units in self._wanted(variant).items()
            if units > 0
        ]
        copy_rows(movements)
        refresh_bands(ids)
        return sum(movement.quantity for movement in movements)

    def _wanted(self, variant: WrittenVariant) -> Mapping[str, int]:
        line = variant.line
        if line.stock_in and set(line.stock_in) <= set(self._by_code):
            return line.stock_in
        quantity = line.stock if line.stock is not None else self._default
        return split(quantity or 0, self._own)


def refresh_bands(variant_ids: Sequence[UUID]) -> None:
    """Set the bands of these variants and their products from the stock levels. 8 queries."""
    units = available_quantities(variant_ids)
    _set_bands(Variant.objects, {key: band(number) for key, number in units.items()})
    siblings = Variant.objects.filter(is_active=True, product__variants__in=variant_ids)
    of_products: dict[UUID, set[str]] = defaultdict(set)
    for product, word in siblings.values_list("product_id", "availability").distinct():
        of_products[product].add(word)
    best = {
        product: next(each for each in BEST_FIRST if each in words)
        for product, words in of_products.items()
    }
    _set_bands(Product.objects, best)


def _set_bands(rows: "Manager[Any]", bands: Mapping[UUID, Availability]) -> None:
    for band_ in BEST_FIRST:
        keys = [key for key, known in bands.items() if known == band_]
        rows.filter(pk__in=keys).exclude(availability=band_).update(availability=band_)


def units_of(variant_ids: Iterable[UUID]) -> Mapping[UUID, int]:
    """Units on the shelf, in all warehouses. 1 query; variants that never had any are left out."""
    levels = StockLevel.objects.filter(variant__in=list(variant_ids)).values_list("variant_id")
    return dict(levels.annotate(units=Sum("on_hand")))
