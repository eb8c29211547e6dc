"""What becomes of a parcel that has left, and of the units of one that did not arrive."""

from datetime import timedelta

import pytest
from constance import config
from django.utils import timezone
from post_office.models import Email

from core.exceptions import DomainError
from inventory.consistency import differences as stock_differences
from inventory.exceptions import OutOfStock
from inventory.models import Movement, StockLevel
from orders.consistency import differences as order_differences
from outbox.tasks import deliver_due
from shipping.exceptions import AlreadyDecided, NotOnItsWay
from shipping.models import Shipment
from shipping.services import planning, tracking, undelivered
from shipping.services.dispatching import dispatch_one
from shipping.tasks import complete_finished
from tests.shipping.sales import planned, spoil

pytestmark = pytest.mark.django_db


def sent(*units: int, **fields) -> Shipment:
    parcel = planned(*units, **fields)
    dispatch_one(parcel.pk, actor_id=None)
    return again(parcel)


def again(parcel: Shipment) -> Shipment:
    return Shipment.objects.select_related("order").get(pk=parcel.pk)


def counted(parcel: Shipment) -> tuple[int, int, int]:
    line = parcel.order.lines.get()
    return line.cancelled_quantity, line.shipped_quantity, line.delivered_quantity


def test_a_parcel_is_seen_on_its_way_and_arrives_once_with_a_mail():
    parcel = sent(2, language="es")
    deliver_due()
    before = Email.objects.count()

    tracking.note_transit(parcel.pk, actor_id=None, place="Arequipa")
    tracking.note_transit(parcel.pk, actor_id=None, place="Cusco")
    tracking.deliver(parcel.pk, actor_id=None)
    tracking.deliver(parcel.pk, actor_id=None)
    deliver_due()

    parcel = again(parcel)
    assert (parcel.status, parcel.order.fulfilment_status) == ("delivered", "delivered")
    assert parcel.delivered_at
    assert counted(parcel) == (0, 2, 2)
    assert list(parcel.events.order_by("pk").values_list("status", "place")) == [
        ("shipped", ""),
        ("in_transit", "Arequipa"),
        ("in_transit", "Cusco"),
        ("delivered", ""),
    ]
    (mail,) = Email.objects.order_by("pk")[before:]
    assert "Llegó" in mail.subject


def test_a_lost_parcel_moves_no_stock_and_waits_for_a_decision():
    parcel = sent(2)
    movements = Movement.objects.count()

    tracking.lose(parcel.pk, actor_id=None, note="Olva no lo encuentra")

    assert Movement.objects.count() == movements
    assert list(Shipment.objects.undecided()) == [parcel]
    assert counted(parcel) == (0, 2, 0)
    note = parcel.order.events.filter(kind="note").get()
    assert (parcel.number in note.note, note.is_public) == (True, False)


def test_a_parcel_that_comes_back_is_on_the_shelf_and_for_sale():
    parcel = sent(2)
    before = StockLevel.objects.get()

    tracking.bring_back(parcel.pk, actor_id=None)

    after = StockLevel.objects.get()
    assert (after.on_hand - before.on_hand, after.available - before.available) == (2, 2)
    movement = Movement.objects.get(kind="return")
    assert (movement.reference, movement.reference_kind) == (parcel.pk, "shipment")
    assert list(Shipment.objects.undecided()) == [parcel]
    assert not stock_differences()
    assert not order_differences()


@pytest.mark.parametrize("happens", [tracking.lose, tracking.bring_back])
def test_units_that_did_not_arrive_are_sent_again_for_nothing(happens):
    parcel = sent(2)
    happens(parcel.pk, actor_id=None)

    undelivered.resend(parcel.pk, actor_id=None)

    new = parcel.order.shipments.get(status="pending")
    assert list(new.items.values_list("quantity", flat=True)) == [2]
    assert counted(parcel) == (0, 0, 0)
    assert not order_differences()
    dispatch_one(new.pk, actor_id=None)
    tracking.deliver(new.pk, actor_id=None)
    parcel = again(parcel)
    assert (counted(parcel), parcel.order.fulfilment_status) == ((0, 2, 2), "delivered")
    assert not Shipment.objects.undecided().exists()
    assert not stock_differences()
    assert not order_differences()


def test_units_are_not_sent_again_when_there_are_none():
    parcel = sent(2)
    tracking.lose(parcel.pk, actor_id=None)
    level = StockLevel.objects.get()
    spoil(level, level.on_hand)

    with pytest.raises(OutOfStock):
        undelivered.resend(parcel.pk, actor_id=None)

    assert list(Shipment.objects.undecided()) == [parcel]


def test_units_that_are_given_up_count_as_cancelled_and_nothing_is_left_open():
    parcel = sent(3)
    tracking.lose(parcel.pk, actor_id=None)

    undelivered.give_up(parcel.pk, actor_id=None)

    assert counted(parcel) == (3, 0, 0)
    assert again(parcel).order.fulfilment_status == "lost"
    assert not Shipment.objects.undecided().exists()
    planning.plan(parcel.order_id)
    assert not parcel.order.shipments.to_send().exists()
    assert not order_differences()


def test_an_order_whose_parcel_came_back_and_is_not_sent_again_is_returned():
    parcel = sent(3)
    tracking.bring_back(parcel.pk, actor_id=None)

    undelivered.give_up(parcel.pk, actor_id=None)

    assert again(parcel).order.fulfilment_status == "returned"


def test_it_is_decided_once():
    parcel = sent(2)
    tracking.lose(parcel.pk, actor_id=None)
    undelivered.give_up(parcel.pk, actor_id=None)

    for decide in (undelivered.give_up, undelivered.resend):
        with pytest.raises(AlreadyDecided):
            decide(parcel.pk, actor_id=None)


def test_a_lost_parcel_that_turns_up_after_all_has_arrived():
    parcel = sent(2)
    tracking.lose(parcel.pk, actor_id=None)

    tracking.deliver(parcel.pk, actor_id=None)

    assert counted(parcel) == (0, 2, 2)
    assert not Shipment.objects.undecided().exists()


def test_a_lost_parcel_that_turns_up_after_it_was_sent_again_counts_no_more():
    parcel = sent(2)
    tracking.lose(parcel.pk, actor_id=None)
    undelivered.resend(parcel.pk, actor_id=None)

    tracking.deliver(parcel.pk, actor_id=None)

    assert counted(parcel) == (0, 0, 0)
    new = parcel.order.shipments.get(status="pending")
    planning.regroup(new.pk, {parcel.items.get().line_id: 1})


@pytest.mark.parametrize(
    "step",
    [
        tracking.note_transit,
        tracking.deliver,
        tracking.lose,
        tracking.bring_back,
        undelivered.resend,
        undelivered.give_up,
    ],
)
def test_nothing_happens_on_the_way_to_a_parcel_that_has_not_left(step):
    parcel = planned()

    with pytest.raises(NotOnItsWay):
        step(parcel.pk, actor_id=None)


@pytest.mark.parametrize("step", [tracking.lose, tracking.bring_back, tracking.note_transit])
def test_what_has_arrived_comes_back_as_a_return_and_in_no_other_way(step):
    parcel = sent()
    tracking.deliver(parcel.pk, actor_id=None)

    with pytest.raises(DomainError):
        step(parcel.pk, actor_id=None)

    assert counted(parcel) == (0, 1, 1)


def test_an_order_is_complete_when_its_time_to_be_returned_is_over():
    arrived, fresh, under_way = (sent() for _each in range(3))
    for parcel in (arrived, fresh):
        tracking.deliver(parcel.pk, actor_id=None)
    long_ago = timezone.now() - timedelta(days=config.RETURN_DAYS + 1)
    Shipment.objects.filter(pk=arrived.pk).update(delivered_at=long_ago)

    assert complete_finished() == 1
    assert complete_finished() == 0

    assert again(arrived).order.status == "completed"
    assert {again(fresh).order.status, again(under_way).order.status} == {"processing"}
