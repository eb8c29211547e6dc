"""Money for units that did not arrive, once; and the rest of the order leaves all the same."""

from decimal import Decimal

import pytest

from orders.models import Order
from outbox.tasks import deliver_due
from payments.models import Refund
from shipping.models import Shipment
from shipping.services import planning, tracking, undelivered
from shipping.services.dispatching import dispatch_one
from shipping.tasks import plan_unplanned
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line
from tests.purchasing.factories import deliver_again
from tests.returns.factories import cheaper, clerk, paid

pytestmark = pytest.mark.django_db


def lost(parcel: Shipment) -> Shipment:
    dispatch_one(parcel.pk, actor_id=None)
    tracking.lose(parcel.pk, actor_id=None)
    return parcel


def two_lines() -> Order:
    """Of 100.00 with a discount of 30.00 for its only unit, and three of 100.00."""
    there = WarehouseFactory.create()
    first = cheaper(new_line(stocked(9, warehouse=there)), "30.00")
    second = new_line(stocked(9, warehouse=there), 3)
    return paid(
        first,
        second,
        subtotal=Decimal("400.00"),
        discount_total=Decimal("30.00"),
        shipping_total=Decimal("12.00"),
        total=Decimal("382.00"),
    )


def test_what_was_paid_for_the_units_waits_once_to_be_given_back():
    order = two_lines()
    planning.plan(order.pk)
    parcel = order.shipments.get()
    second = order.lines.get(quantity=3)
    part = planning.regroup(parcel.pk, {second.pk: 2})
    lost(part)
    staff = clerk()

    undelivered.give_up(part.pk, actor_id=staff)
    deliver_due()
    deliver_again()

    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (Decimal("200.00"), "requested")
    assert refund.requested_by_id == staff
    assert part.number in refund.reason


def test_an_order_that_never_arrives_gives_its_delivery_back_too():
    order = two_lines()
    planning.plan(order.pk)
    parcel = lost(order.shipments.get())

    undelivered.give_up(parcel.pk, actor_id=None)
    deliver_due()

    assert Refund.objects.get().amount == order.total


def test_the_rest_of_an_order_leaves_although_a_part_of_it_was_given_back():
    order = two_lines()
    planning.plan(order.pk)
    rest = order.shipments.get()
    part = lost(planning.regroup(rest.pk, {order.lines.get(quantity=3).pk: 1}))
    undelivered.give_up(part.pk, actor_id=None)
    deliver_due()
    Order.objects.filter(pk=order.pk).update(payment_status="partially_refunded")

    dispatch_one(rest.pk, actor_id=None)

    order.refresh_from_db()
    assert order.fulfilment_status == "shipped"
    assert plan_unplanned() == 0
