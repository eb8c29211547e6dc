"""A counter with a till, and somebody who stands at it."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from accounts.models import User
from catalog.models import Variant
from checkout.models import Draft
from orders.models import Order
from shipping.models import MethodKind, ShippingMethod
from tests.accounts.factories import UserFactory
from tests.inventory.factories import WarehouseFactory, stocked
from till import services
from till.models import Till, TillSession, Way
from till.services import Paid


def counter(units: int = 5) -> tuple[Till, Variant]:
    """A till of a shop in Miraflores, whose shelf has so many units for 100.00 each."""
    shop = WarehouseFactory.create(
        street="Av. Larco 400", district="Miraflores", city="Lima", region="Lima", ubigeo="150122"
    )
    method = ShippingMethod.objects.create(
        code="larco", name="Tienda Larco", kind=MethodKind.PICKUP, pickup_warehouse=shop
    )
    return Till.objects.create(name="Caja 1", shop=method), stocked(units, warehouse=shop)


def opened(till: Till, opening: str = "50.00", cashier: User | None = None) -> TillSession:
    person = cashier or UserFactory.create(is_staff=True)
    return services.open_session(till.pk, cashier=person, opening=Decimal(opening))


def sell(session: TillSession, variant: Variant, units: int = 1, **given: Any) -> Order:
    """A sale to somebody who gives no name, in cash unless told otherwise."""
    key = given.pop("key", uuid4())
    draft = Draft(pk=uuid4(), made_by=session.cashier, **given.pop("draft", {}))
    draft.shipping_method_code = session.till.shop.code
    how: dict[str, Any] = {"way": Way.CASH, "total": Decimal(100 * units)} | given
    return services.sell(session.pk, draft, {variant.pk: units}, paid=Paid(**how), key=key)
