"""A Monday morning: five hundred orders are planned, packed and sent at one stroke."""

from time import perf_counter

import pytest
from post_office.models import Email

from inventory.audit import differences as stock_differences
from inventory.models import StockLevel
from orders.audit import differences as order_differences
from orders.models import Order, OrderLine
from outbox.tasks import deliver_due
from shipping.models import Shipment
from shipping.services import packing
from shipping.services.dispatching import dispatch
from tests.inventory.factories import WarehouseFactory, stocked
from tests.shipping.sales import method, paid

ORDERS = 500
MOST_SECONDS = 30


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_five_hundred_orders_are_packed_and_sent_in_half_a_minute():
    method()
    warehouse = WarehouseFactory.create()
    variants = [stocked(3 * ORDERS, warehouse=warehouse) for _each in range(3)]
    for number in range(ORDERS):
        wanted = [(variants[number % 3], 1), (variants[(number + 1) % 3], 2)]
        paid(*wanted, shipping_method_code="olva")
    deliver_due()
    mails = Email.objects.count()
    parcels = list(Shipment.objects.values_list("pk", flat=True))

    start = perf_counter()
    for parcel in parcels:
        packing.pack(parcel)
    packed = perf_counter()
    tracking = {parcel: f"OLV{number}" for number, parcel in enumerate(parcels)}
    refused = dispatch(parcels, actor_id=None, tracking=tracking)
    sent = perf_counter()
    deliver_due()
    mailed = perf_counter()

    told = f"packed {packed - start:.1f} s, sent {sent - packed:.1f} s, mails {mailed - sent:.1f} s"
    assert (len(parcels), refused) == (ORDERS, [])
    assert sent - start <= MOST_SECONDS, told
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 9 * ORDERS - 3 * ORDERS
    assert set(Order.objects.values_list("fulfilment_status", flat=True)) == {"shipped"}
    assert {line.open_quantity for line in OrderLine.objects.all()} == {0}
    assert Email.objects.count() == mails + ORDERS
    assert not stock_differences()
    assert not order_differences()
