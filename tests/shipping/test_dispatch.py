"""Parcels leave: once, with the ledger, the order and its buyer told the same."""

import pytest
from django.urls import reverse
from post_office.models import Email

from accounts.permissions import Role
from backoffice.orders.next_actions import actions_of
from backoffice.orders.selectors import order_file
from core.exceptions import DomainError
from inventory.consistency import differences as stock_differences
from inventory.exceptions import LevelIsShort
from inventory.models import Movement, StockLevel
from orders import services as orders
from orders.consistency import differences as order_differences
from orders.exceptions import CancellationTooLate
from orders.models import Order, OrderEvent, OrderLine
from orders.states import PaymentStatus
from outbox.tasks import deliver_due
from shipping import parcels
from shipping.exceptions import (
    AlreadyDispatched,
    MayNotShip,
    OrderHasChanged,
    TrackingNumberTaken,
)
from shipping.models import Shipment
from shipping.services import packing, planning
from shipping.services.dispatching import dispatch_one
from shipping.services.sending import pack_and_send
from tests.accounts.factories import UserFactory, signed_in
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line
from tests.payouts.factories import give_back
from tests.returns.factories import paid as with_money
from tests.shipping.sales import method, olva, paid, pickup, planned, spoil

pytestmark = pytest.mark.django_db


def send(parcel: Shipment, number: str = "") -> None:
    dispatch_one(parcel.pk, actor_id=None, tracking_number=number)
    parcel.refresh_from_db()
    parcel.order.refresh_from_db()


def counted(parcel: Shipment) -> list[tuple[int, int]]:
    return list(parcel.order.lines.values_list("shipped_quantity", "delivered_quantity"))


def test_a_dispatched_parcels_units_leave_the_ledger_and_count_as_shipped():
    method()
    parcel = planned(2, shipping_method_code="olva")

    send(parcel, "OLV-77")

    level = StockLevel.objects.get()
    assert (level.on_hand, level.committed) == (5, 0)
    assert counted(parcel) == [(2, 0)]
    assert (parcel.status, parcel.order.fulfilment_status) == ("shipped", "shipped")
    assert parcel.order.status == "processing"
    assert parcel.tracking_url == "https://olva.test/OLV-77"
    assert not stock_differences()
    assert not order_differences()


def test_an_order_is_partly_shipped_until_its_last_parcel_has_left():
    parcel = planned(1, 1)
    added = planning.regroup(parcel.pk, {parcel.items.all()[0].line_id: 1})

    send(parcel)
    after_one = parcel.order.fulfilment_status
    send(added)

    assert (after_one, added.order.fulfilment_status) == ("partial", "shipped")
    assert not order_differences()


def test_the_buyer_gets_a_mail_for_each_parcel_with_what_is_in_it():
    method()
    parcel = planned(1, 2, language="es", shipping_method_code="olva")
    first = parcel.items.select_related("line")[0].line
    added = planning.regroup(parcel.pk, {first.pk: 1})
    first.__class__.objects.filter(pk=first.pk).update(name="Silla roja")
    deliver_due()
    before = Email.objects.count()

    send(added, "OLV-1")
    deliver_due()
    send(parcel, "OLV-2")
    deliver_due()

    one, two = Email.objects.order_by("pk")[before:]
    assert "en camino" in one.subject
    for text in (one.message, one.html_message):
        assert "1 × Silla roja" in text
        assert "https://olva.test/OLV-1" in text
        assert f"/orders/{parcel.order.number}/tracking/?token=" in text
        assert "OLV-2" not in text
    assert "Silla roja" not in two.message


def test_a_parcel_that_its_buyer_fetches_is_handed_over_and_needs_no_news_of_its_way():
    shop = WarehouseFactory.create()
    pickup(shop)
    parcel = planned(1, warehouse=shop, shipping_method_code="tienda")
    deliver_due()
    before = Email.objects.count()

    send(parcel)
    deliver_due()

    assert parcel.status == "delivered"
    assert counted(parcel) == [(1, 1)]
    assert parcel.order.fulfilment_status == "delivered"
    (mail,) = Email.objects.order_by("pk")[before:]
    assert "Llegó" in mail.subject


class TestRefusals:
    def test_units_missing_on_the_shelf_stop_it_and_the_reason_says_who_solves_it(self):
        parcel = planned(2)
        level = StockLevel.objects.select_related("variant").get()
        spoil(level)

        with pytest.raises(LevelIsShort, match=level.variant.sku) as refusal:
            send(parcel)

        assert refusal.value.level_id == level.pk
        assert counted(parcel) == [(0, 0)]
        assert not Movement.objects.filter(kind="dispatch").exists()

    def test_what_has_left_does_not_leave_again(self):
        parcel = planned()
        send(parcel)

        with pytest.raises(AlreadyDispatched):
            send(parcel)

    @pytest.mark.parametrize("status", [PaymentStatus.REVIEW, PaymentStatus.DISPUTED])
    def test_an_order_whose_money_is_in_doubt_does_not_leave(self, status):
        parcel = planned()
        orders.set_payment_status(parcel.order_id, status)

        with pytest.raises(MayNotShip):
            send(parcel)

    def test_a_cancelled_order_does_not_leave_before_its_parcels_are_called_off(self):
        parcel = planned()
        orders.cancel(parcel.order_id, actor_id=None, reason="x")

        with pytest.raises(MayNotShip):
            send(parcel)

    def test_a_tracking_number_is_one_parcels(self):
        method()
        first = planned(shipping_method_code="olva")
        second = planned(shipping_method_code="olva")
        send(first, "OLV-1")

        with pytest.raises(TrackingNumberTaken, match=first.number):
            send(second, " OLV-1 ")

        assert second.status == "pending"

    def test_a_parcel_packed_before_the_order_changed_stays(self):
        parcel = planned(2)
        packing.pack(parcel.pk)
        OrderEvent.objects.create(order=parcel.order, kind="edited")

        with pytest.raises(OrderHasChanged):
            send(parcel)

        packing.unpack(parcel.pk)
        packing.pack(parcel.pk)
        send(parcel)

    def test_a_parcel_with_more_than_the_order_still_asks_for_stays(self):
        parcel = planned(2)
        OrderLine.objects.filter(order=parcel.order).update(cancelled_quantity=1)

        with pytest.raises(OrderHasChanged):
            send(parcel)

    def test_an_order_of_which_something_has_left_is_not_cancelled(self):
        parcel = planned()
        send(parcel)

        with pytest.raises(CancellationTooLate):
            orders.cancel(parcel.order_id, actor_id=None, reason="x")


def test_many_parcels_leave_or_stay_each_for_itself():
    good, short, gone = planned(), planned(2), planned()
    send(gone)
    level = StockLevel.objects.get(warehouse=short.warehouse)
    spoil(level)
    parcels = [good.pk, short.pk, gone.pk]

    outcome = pack_and_send(
        parcels,
        actor_id=UserFactory.create().pk,
        carrier_id=olva().pk,
        tracking={good.pk: "A", short.pk: "B"},
    )

    assert outcome.refused.keys() == {short.pk}
    assert all(outcome.refused.values())
    good.refresh_from_db()
    assert (good.status, good.carrier, good.tracking_number) == ("shipped", olva(), "A")
    assert not order_differences()


def test_sending_a_parcel_costs_the_same_for_one_line_and_for_many(
    django_assert_max_num_queries,
):
    warehouse = WarehouseFactory.create()
    few = planned(1, warehouse=warehouse)
    many = planned(*[1] * 12, warehouse=warehouse)

    with django_assert_max_num_queries(45) as first:
        send(few)
    with django_assert_max_num_queries(45) as second:
        send(many)

    assert len(second) <= len(first) + 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_a_parcel_at_once_one_does():
    variant = stocked(9)
    order = paid((variant, 2))
    planning.plan(order.pk)
    parcel = order.shipments.get()

    actor = UserFactory.create().pk

    answers = at_once(lambda: pack_and_send([parcel.pk], actor_id=actor), times=4)

    assert not any(answer.refused or answer.waiting for answer in answers)
    assert parcel.events.filter(status="shipped").count() == 1
    assert StockLevel.objects.get().on_hand == 7
    assert list(order.lines.values_list("shipped_quantity", flat=True)) == [2]


@pytest.mark.django_db(transaction=True)
def test_of_two_parcels_that_are_sent_at_once_by_one_number_one_gets_it():
    method()
    parcels = [planned(shipping_method_code="olva").pk for _each in range(2)]
    waiting, actor = iter(parcels), UserFactory.create().pk

    answers = at_once(
        lambda: pack_and_send([key := next(waiting)], actor_id=actor, tracking={key: "OLV-1"}),
        times=2,
    )

    assert sorted(len(answer.refused) for answer in answers) == [0, 1]
    assert Shipment.objects.filter(tracking_number="OLV-1").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_order_is_sent_or_cancelled_and_never_both():
    parcel = planned()
    steps = iter([lambda: send(parcel), lambda: cancel(parcel.order_id)] * 2)

    def step() -> bool:
        try:
            next(steps)()
        except DomainError:
            return False
        return True

    at_once(step, times=4)

    parcel.refresh_from_db()
    parcel.order.refresh_from_db()
    has_left = parcel.status == "shipped"
    assert (parcel.order.status == "cancelled") != has_left
    assert not stock_differences()
    assert not order_differences()


def cancel(order_id) -> None:
    orders.cancel(order_id, actor_id=None, reason="x")


def paid_parcel(**fields) -> Shipment:
    """The packed parcel of an order of 2 units whose money is in the ledger."""
    order = with_money(new_line(stocked(5), 2), **fields)
    planning.plan(order.pk)
    parcel = order.shipments.get()
    packing.pack(parcel.pk)
    return parcel


def give_money_back(parcel: Shipment, amount) -> None:
    give_back(parcel.order, amount)
    planning.plan(parcel.order_id)
    parcel.refresh_from_db()


def test_a_cent_given_back_out_of_goodwill_holds_no_packed_parcel():
    parcel = paid_parcel()

    give_money_back(parcel, "0.01")
    order = Order.objects.get(pk=parcel.order_id)
    page = actions_of(order, order_file(order), UserFactory.create(is_superuser=True))
    send(parcel)

    assert str(parcel) in page[0].label
    assert (parcel.status, parcel.order.payment_status) == ("shipped", "partially_refunded")


def test_the_parcel_says_that_goodwill_holds_nothing(client, settings):
    settings.DEMO = True
    parcel = paid_parcel()
    signed_in(client, Role.WAREHOUSE)
    page = reverse("admin:shipping_shipment_change", args=[parcel.pk])

    before = client.get(page).text
    give_money_back(parcel, "0.01")
    after = client.get(page).text

    assert ["Nada queda detenido" in text for text in (before, after)] == [False, True]


def test_units_still_to_be_planned_are_found_after_goodwill():
    order = with_money(new_line(stocked(5), 2))
    give_back(order, "0.01")

    assert list(parcels.unplanned()) == [order]


@pytest.mark.parametrize("at_the_door", [False, True])
def test_nothing_leaves_when_all_the_money_has_gone_back(at_the_door):
    parcel = paid_parcel(collects_on_delivery=at_the_door)

    give_money_back(parcel, parcel.order.total)

    assert parcel.status == "cancelled"
    assert Order.objects.get(pk=parcel.order_id).may_ship is False
    assert not parcels.unplanned()
    with pytest.raises(DomainError):
        send(parcel)
