"""A Monday morning in the back office: five hundred orders by bulk action, a hundred labels."""

import sys
from collections.abc import Callable
from functools import partial
from math import inf
from time import perf_counter

import pytest
from django.urls import reverse
from post_office.models import Email

from accounts.permissions import Role
from backoffice.bulk import jobs
from inventory.consistency import differences as stock_differences
from inventory.models import StockLevel
from orders.consistency import differences as order_differences
from orders.models import Order
from outbox.tasks import deliver_due
from shipping.models import Shipment
from tests.accounts.factories import signed_in
from tests.inventory.factories import WarehouseFactory, stocked
from tests.shipping.sales import method, paid

ADMIN = "admin:shipping_shipment"
ORDERS, LABELS = 500, 100


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_five_hundred_orders_are_picked_packed_and_sent_by_bulk_action(client, settings, capsys):
    settings.DEMO = True
    signed_in(client, Role.WAREHOUSE)
    keys = planned_parcels()
    mails = Email.objects.count()
    page, send = reverse(f"{ADMIN}_changelist"), reverse(f"{ADMIN}_send_chosen")
    numbers = {f"tracking-{key}": f"OLV{number}" for number, key in enumerate(keys)}
    forms = {
        "labels": (page, {"action": "print_labels", "_selected_action": keys[:LABELS]}),
        "pick": (page, {"action": "print_pick_list", "_selected_action": keys}),
        "pack": (page, {"action": "pack_all", "_selected_action": keys, "post": "yes"}),
        "ask": (page, {"action": "send_all", "_selected_action": keys}),
        "send": (send, {"carrier": "", **numbers}),
    }

    def work(name: str) -> None:
        """Post it; what an answer has no time for a worker does next."""
        client.post(*forms[name])
        jobs.work_off(seconds=inf)

    seconds = {name: timed(partial(work, name)) for name in forms}
    seconds["mails"] = timed(deliver_due)

    assert set(Order.objects.values_list("fulfilment_status", flat=True)) == {"shipped"}
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 9 * ORDERS - 3 * ORDERS
    assert Email.objects.count() == mails + ORDERS
    assert not stock_differences()
    assert not order_differences()
    with capsys.disabled():
        told = ", ".join(f"{name} {needed:.1f} s" for name, needed in seconds.items())
        sys.stdout.write(f"\n{ORDERS} orders, labels of {LABELS}: {told}\n")


def planned_parcels() -> list[str]:
    """Of orders of two lines and three units, all from one warehouse."""
    method()
    warehouse = WarehouseFactory.create()
    variants = [stocked(3 * ORDERS, warehouse=warehouse) for _each in range(3)]
    for number in range(ORDERS):
        wanted = [(variants[number % 3], 1), (variants[(number + 1) % 3], 2)]
        paid(*wanted, shipping_method_code="olva")
    deliver_due()
    return [str(key) for key in Shipment.objects.values_list("pk", flat=True)]


def timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start
