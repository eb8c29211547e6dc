from datetime import timedelta

import pytest
from django.utils import timezone

from inventory import services as inventory
from inventory.exceptions import OutOfStock
from inventory.selectors import available_quantities
from orders import selectors, services
from orders.exceptions import CancellationTooLate
from orders.models import Order, OrderEventKind
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from outbox.models import Message
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db


def _held(units: int = 3, quantity: int = 2) -> Order:
    """An order that holds its units, of so many on the shelf."""
    return _hold(place(new_line(stocked(units), quantity)))


def _hold(order: Order) -> Order:
    inventory.reserve(
        selectors.units_to_move(order.pk),
        reference=order.pk,
        until=timezone.now() + timedelta(minutes=30),
        reference_kind="order",
    )
    return order


def _free(order: Order) -> int:
    variant_id = order.lines.get().variant_id
    return available_quantities([variant_id]).get(variant_id, 0)


def test_a_paid_order_has_sold_its_units_once() -> None:
    order = _held()

    services.mark_paid(order.pk)
    services.mark_paid(order.pk)

    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert order.paid_at
    assert _free(order) == 1
    assert order.events.filter(kind=OrderEventKind.PAID).count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_notices_of_one_payment_make_one_sale() -> None:
    order = _held()

    at_once(lambda: services.mark_paid(order.pk))

    assert _free(order) == 1
    assert order.events.filter(kind=OrderEventKind.CONFIRMED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_sales_of_one_thing_from_two_warehouses_do_not_wait_for_each_other_in_a_circle() -> None:
    variant = stocked(8)
    stocked(8, variant=variant)
    orders = [_hold(place(new_line(variant))) for _ in range(16)]
    waiting = iter(orders)

    at_once(lambda: services.mark_paid(next(waiting).pk), times=16)

    assert Order.objects.filter(status=OrderStatus.CONFIRMED).count() == 16
    variant.refresh_from_db()
    assert variant.units_sold == 16


def test_a_cancelled_order_gives_its_units_back_paid_or_not() -> None:
    unpaid, paid = _held(), _held()
    services.mark_paid(paid.pk)

    for order in (unpaid, paid):
        services.cancel(order.pk, actor_id=None, reason="test")
        services.cancel(order.pk, actor_id=None, reason="test")

    assert (_free(unpaid), _free(paid)) == (3, 3)
    messages = Message.objects.filter(
        event="orders.events.OrderCancelled", handler="orders.handlers.mail_cancelled"
    )
    assert messages.count() == 2


def test_a_shipped_order_is_not_cancelled() -> None:
    order = _held()
    services.mark_paid(order.pk)
    Order.objects.update(fulfilment_status=FulfilmentStatus.SHIPPED)

    with pytest.raises(CancellationTooLate):
        services.cancel(order.pk, actor_id=None, reason="test")

    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_late_money_revives_an_expired_order_whose_units_are_still_there() -> None:
    order = _held()
    assert services.expire(order.pk)
    assert _free(order) == 3

    services.mark_paid(order.pk)

    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert order.events.filter(kind=OrderEventKind.PAID_LATE).exists()
    assert _free(order) == 1


def test_late_money_for_units_that_are_gone_changes_nothing() -> None:
    order = _held()
    services.expire(order.pk)
    variant_id = order.lines.get().variant_id
    rival = place(new_line(order.lines.get().variant, 3))
    inventory.record_sale(order=rival.pk, quantities={variant_id: 3})

    with pytest.raises(OutOfStock):
        services.mark_paid(order.pk)

    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.EXPIRED, None)


def test_a_paid_order_does_not_expire() -> None:
    order = _held()
    services.mark_paid(order.pk)

    assert services.expire(order.pk) is False

    assert _free(order) == 1


def test_an_order_to_be_paid_at_the_door_ships_before_the_money_is_in() -> None:
    order = place(new_line(stocked(3)), collects_on_delivery=True)

    services.confirm(order.pk)

    order.refresh_from_db()
    assert (order.status, order.may_ship, order.paid_at) == (OrderStatus.CONFIRMED, True, None)


def test_a_cancelled_order_does_not_ship_even_while_its_money_is_on_the_way_back() -> None:
    order = _held()
    services.mark_paid(order.pk)
    services.set_payment_status(order.pk, PaymentStatus.PAID)

    services.cancel(order.pk, actor_id=None, reason="by staff")

    order.refresh_from_db()
    assert (order.payment_status, order.may_ship) == (PaymentStatus.PAID, False)


def test_the_shopper_may_cancel_only_for_some_minutes_after_paying() -> None:
    order = _held()
    services.mark_paid(order.pk)
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(minutes=31))

    with pytest.raises(CancellationTooLate):
        services.cancel_by_customer(order.pk, actor_id=None)

    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(minutes=29))
    services.cancel_by_customer(order.pk, actor_id=None)
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_a_bundle_takes_its_components_from_stock() -> None:
    bundle = VariantFactory.create(product__kind="bundle")
    chair = stocked(9)
    bundle.product.components.create(variant=chair, quantity=4)
    order = place(new_line(bundle, 2))

    assert selectors.units_to_move(order.pk) == {chair.pk: 8}


def test_the_payment_status_follows_the_ledger_along_its_table() -> None:
    order = place()

    services.set_payment_status(order.pk, PaymentStatus.PAID)
    services.set_payment_status(order.pk, PaymentStatus.PAID)

    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PAID
