"""The till of the shop in Miraflores, and its session of yesterday, closed to the cent."""

from decimal import Decimal
from math import ceil

from accounts.models import User
from core.ids import uuid7
from demoshop.source import DemoSource
from orders.models import Order
from shipping.models import MethodKind, ShippingMethod
from till.models import EntryKind, Till, TillEntry, TillSession, Way
from till.selectors import sums_of

_OPENING = Decimal(200)
_CASHIER = "soporte@demo.vitrina.example"


def load_till(source: DemoSource) -> None:
    """The demo's sales over the counter as its entries; nothing if there are sessions already."""
    shop = ShippingMethod.objects.filter(kind=MethodKind.PICKUP).order_by("position")[0]
    till, _is_new = Till.objects.get_or_create(name="Caja 1", defaults={"shop": shop})
    if TillSession.objects.exists():
        return
    session = TillSession.objects.create(
        till=till,
        cashier=User.objects.get(email=_CASHIER),
        currency="PEN",
        opening=_OPENING,
        created_at=source.ago(1.2),
    )
    for order in Order.objects.filter(payment_method_code__startswith="counter_").order_by("pk"):
        _sell(session, order)
    TillEntry.objects.create(
        session=session,
        key=uuid7(),
        kind=EntryKind.OUT,
        amount=Decimal(30),
        reason="Movilidad",
        created_at=source.ago(1.04),
    )
    session.expected = session.counted = sums_of(session).expected
    session.closed_at = source.ago(1.01)
    session.save(update_fields=["expected", "counted", "closed_at"])


def _sell(session: TillSession, order: Order) -> None:
    """Cash is paid with notes of ten."""
    way = Way(order.payment_method_code.removeprefix("counter_"))
    TillEntry.objects.create(
        session=session,
        key=uuid7(),
        kind=EntryKind.SALE,
        way=way,
        amount=order.total,
        tendered=ceil(order.total / 10) * 10 if way == Way.CASH else None,
        order=order,
        created_at=order.placed_at,
    )
