"""Orders whose units have arrived, and returns of them at each stage."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Seller
from core.money import allocate
from inventory.models import Warehouse
from orders.amounts import NewLine, Reason, UnitAllocation
from orders.models import Order
from payments.services.settle import settle_order
from returns import services
from returns.models import ItemCondition, Return, ReturnReason
from returns.services import Arrived, Wanted
from shipping.services import dispatching, planning, tracking
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.invoicing.factories import money_in
from tests.orders.factories import new_line, place


def clerk() -> UUID:
    """Somebody of the staff."""
    return UUID(str(UserFactory.create().pk))


def paid(*lines: NewLine, **fields: Any) -> Order:
    """An order whose money is in the ledger."""
    order = place(*lines, **fields)
    money_in(order)
    settle_order(order.pk)
    order.refresh_from_db()
    return order


def arrived(*lines: NewLine, **fields: Any) -> Order:
    """A paid order that its customer has."""
    order = paid(*(lines or [new_line(stocked(9), 2)]), **fields)
    deliver(order)
    return order


def deliver(order: Order) -> None:
    """Everything that is still to leave leaves, and arrives."""
    planning.plan(order.pk)
    for parcel in order.shipments.to_send():
        dispatching.dispatch_one(parcel.pk, actor_id=None)
        tracking.deliver(parcel.pk, actor_id=None)
    order.refresh_from_db()


def cheaper(line: NewLine, discount: str, tax: str = "0.00") -> NewLine:
    """The line with a discount, and the tax in its price, spread over its units to the cent."""
    amount, alike = Decimal(discount), [Decimal(1)] * line.quantity
    units = zip(allocate(amount, alike), allocate(Decimal(tax), alike), strict=True)
    return replace(
        line,
        discount=amount,
        tax=Decimal(tax),
        total=line.total - amount,
        reasons=(Reason(name="Cyber", amount=amount),) if amount else (),
        units=tuple(UnitAllocation(discount=d, tax=t) for d, t in units),
    )


def asked(
    order: Order, units: int | Mapping[UUID, int] = 1, *, by_staff: bool = False, **wanted: Any
) -> Return:
    """A return of so many units of the first line, or of each line by its key."""
    if isinstance(units, int):
        units = {order.lines.order_by("position")[0].pk: units}
    values = {"reason": ReturnReason.CHANGED_MIND, "quantities": units, **wanted}
    return services.ask(order.pk, Wanted(**values), actor_id=None, by_staff=by_staff)[0]


def approved(order: Order, units: int | Mapping[UUID, int] = 1, **wanted: Any) -> Return:
    back = asked(order, units, **wanted)
    return services.approve(back.pk, actor_id=clerk())


def came(
    back: Return, condition: ItemCondition = ItemCondition.NEW, *, sell_again: bool = True
) -> list[Arrived]:
    """Just what was asked for, all of it in that condition."""
    return [
        Arrived(
            line_id=item.line_id, condition=condition, quantity=item.quantity, sell_again=sell_again
        )
        for item in back.items.all()
    ]


def warehouse_for(seller: Seller) -> Warehouse:
    return seller.warehouses.first() or WarehouseFactory.create(seller=seller)


def received(order: Order, units: int | Mapping[UUID, int] = 1, **wanted: Any) -> Return:
    """A return that is here, whole and new."""
    back = approved(order, units, **wanted)
    services.receive(
        back.pk, came(back), warehouse_id=warehouse_for(back.seller).pk, actor_id=clerk()
    )
    back.refresh_from_db()
    return back


def sibling(line_variant: Any, units: int = 5, **fields: Any) -> Any:
    """Another variant of the same product, with units on the shelf."""
    other = VariantFactory.create(product=line_variant.product, **fields)
    return stocked(units, variant=other)


def photo(name: str = "roto.png", size: tuple[int, int] = (30, 20)) -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", size, "white").save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/png")
