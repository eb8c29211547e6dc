"""Parcels in the back office: lists of what is to be done, steps as buttons, refusals with why."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from inventory.models import StockLevel, WarehouseKind
from shipping.models import Shipment
from shipping.services import packing, planning, tracking
from shipping.services.dispatching import dispatch_one
from tests.accounts.factories import signed_in
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.shipping.sales import olva, paid, planned, signed_in_seller, spoil

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def packer(client):
    return signed_in(client, Role.WAREHOUSE)


def page(parcel: Shipment) -> str:
    return reverse("admin:shipping_shipment_change", args=[parcel.pk])


def take(client, parcel: Shipment, step: str, **data) -> str:
    """Press the button; gives what the page says then."""
    address = reverse("admin:shipping_shipment_step", args=[parcel.pk, step])
    answer = client.post(address, data)
    parcel.refresh_from_db()
    return " ".join(str(words) for words in get_messages(answer.wsgi_request))


def listed(client, todo: str) -> set[str]:
    rows = client.get(reverse("admin:shipping_shipment_changelist"), {"todo": todo})
    return {parcel.number for parcel in rows.context["cl"].result_list}


def test_a_parcel_is_packed_sent_and_delivered_by_its_buttons(client, packer):
    parcel = planned(2)

    take(client, parcel, "pack")
    packed = parcel.status
    take(client, parcel, "send", carrier=olva().pk, tracking_number="OLV-1")
    take(client, parcel, "seen", place="Cusco", note="")
    take(client, parcel, "deliver")

    assert packed == "packed"
    assert (parcel.status, parcel.carrier, parcel.tracking_number) == ("delivered", olva(), "OLV-1")
    assert set(parcel.events.values_list("actor", flat=True)) == {packer.pk}


def test_the_page_shows_what_can_be_done_now_and_nothing_else(client, packer):
    parcel = planned(2)
    shown = []

    for step in ("", "pack", "send", "lose"):
        if step:
            take(client, parcel, step)
        answer = client.get(page(parcel))
        shown.append(answer.context["steps"])
        assert all(f"/step/{each}/" in answer.content.decode() for each in shown[-1])

    assert shown == [
        ["send", "pack", "split"],
        ["send", "unpack"],
        ["deliver", "seen", "lose", "bring-back"],
        ["resend", "deliver", "bring-back"],
    ]


def test_the_warehouse_reports_a_parcel_lost_and_support_asks_for_its_refund(client, packer):
    parcel = planned(1)
    dispatch_one(parcel.pk, actor_id=None)
    take(client, parcel, "lose")

    refused = client.post(reverse("admin:shipping_shipment_step", args=[parcel.pk, "give-up"]))
    signed_in(client, Role.SUPPORT)
    offered = client.get(page(parcel)).context["steps"]
    sent = client.post(reverse("admin:shipping_shipment_step", args=[parcel.pk, "deliver"]))
    take(client, parcel, "give-up")

    assert (refused.status_code, sent.status_code) == (403, 403)
    assert offered == ["resend", "give-up"]
    assert (parcel.status, parcel.decision) == ("lost", "refund")


def test_the_page_says_where_it_goes(client, packer):
    parcel = planned(1)

    assert "Av. Larco 101" in client.get(page(parcel)).content.decode()


def test_units_are_taken_out_and_put_together_by_a_form(client, packer):
    parcel = planned(3)
    line = parcel.items.get().line

    take(client, parcel, "split", **{str(line.pk): 2})
    other = parcel.order.shipments.exclude(pk=parcel.pk).get()
    apart = [parcel.items.get().quantity, other.items.get().quantity]
    take(client, parcel, "join", parcels=[other.pk])

    assert apart == [1, 2]
    assert parcel.items.get().quantity == 3


def test_a_short_shelf_is_named_with_the_way_to_it(client, packer):
    parcel = planned(2)
    level = StockLevel.objects.get()
    spoil(level)

    words = take(client, parcel, "send")

    assert parcel.status == "pending"
    assert level.variant.sku in words
    assert reverse("admin:inventory_stocklevel_change", args=[level.pk]) in words


@pytest.mark.parametrize("step", ["split", "join", "deliver", "resend"])
def test_a_step_that_is_not_possible_is_refused_with_a_reason(client, packer, step):
    parcel = planned(2)

    assert take(client, parcel, step)

    assert parcel.status == "pending"
    assert parcel.order.shipments.count() == 1


def test_cost_address_and_notes_are_typed_at_any_time(client, packer):
    parcel = planned()
    form = {"cost": "12.50", "tracking_url": "https://shalom.test/9", "notes": "Dejado en puerta"}

    take(client, parcel, "details", **form)
    sent = {name: str(getattr(parcel, name)) for name in form}
    take(client, parcel, "send")
    words = take(client, parcel, "details", **(form | {"cost": "-1"}))

    assert sent == form
    assert "0" in words
    assert (str(parcel.cost), parcel.tracking_url) == ("12.50", "https://shalom.test/9")
    assert "https://shalom.test/9" in client.get(page(parcel)).content.decode()


def test_steps_are_taken_by_buttons_of_those_who_may(client):
    signed_in(client, Role.SUPPORT)
    parcel = planned()
    step = reverse("admin:shipping_shipment_step", args=[parcel.pk, "send"])

    assert client.get(step).status_code == 405
    assert client.post(step).status_code == 403

    parcel.refresh_from_db()
    assert parcel.status == "pending"
    assert client.get(page(parcel)).context["steps"] == []


class TestSellers:
    @pytest.fixture
    def theirs(self, client) -> Shipment:
        product = ProductFactory.create(seller=signed_in_seller(client))
        variant = stocked(5, variant=VariantFactory.create(product=product))
        order = paid((variant, 1))
        planning.plan(order.pk)
        return order.shipments.get()

    def test_they_send_their_own_parcels(self, client, theirs):
        take(client, theirs, "send")

        assert theirs.status == "shipped"

    def test_they_get_to_no_others(self, client, theirs):
        other = planned()

        answer = client.post(reverse("admin:shipping_shipment_step", args=[other.pk, "send"]))

        assert answer.status_code == 404
        assert client.get(page(other)).status_code in (302, 403, 404)
        other.refresh_from_db()
        assert other.status == "pending"

    def test_what_the_shop_loses_they_do_not_decide(self, client, theirs):
        dispatch_one(theirs.pk, actor_id=None)
        tracking.lose(theirs.pk, actor_id=None)

        step = reverse("admin:shipping_shipment_step", args=[theirs.pk, "give-up"])

        assert client.post(step).status_code == 403
        assert client.get(page(theirs)).context["steps"] == ["deliver", "bring-back"]


def old(parcel: Shipment, days: int, *columns: str) -> None:
    then = timezone.now() - timedelta(days=days)
    Shipment.objects.filter(pk=parcel.pk).update(**dict.fromkeys(columns, then))


def test_nothing_stays_open_unseen(client, packer):
    fresh, forgotten, packed, stuck, lost, done = (planned() for _each in range(6))
    old(forgotten, 3, "created_at")
    packing.pack(packed.pk)
    for parcel in (stuck, lost, done):
        dispatch_one(parcel.pk, actor_id=None)
    old(stuck, 11, "shipped_at")
    tracking.lose(lost.pk, actor_id=None)
    tracking.deliver(done.pk, actor_id=None)

    lists = {todo: listed(client, todo) for todo in ("pack", "send", "late", "stuck", "decide")}

    assert lists == {
        "pack": {fresh.number, forgotten.number},
        "send": {packed.number},
        "late": {forgotten.number},
        "stuck": {stuck.number},
        "decide": {lost.number},
    }


def test_the_dashboard_counts_them_and_leads_there(client):
    signed_in(client, Role.ADMINISTRATOR)
    old(planned(), 3, "created_at")

    board = client.get(reverse("admin:index")).content.decode()

    assert "?todo=pack" in board
    assert "?todo=late" in board


def test_what_a_supplier_sends_is_not_to_be_packed_and_its_page_says_who_sends_it(client, packer):
    theirs = WarehouseFactory.create(kind=WarehouseKind.DROPSHIPPING)
    order = paid((stocked(5, warehouse=theirs), 1))
    planning.plan(order.pk)
    parcel = order.shipments.get()

    answer = client.get(page(parcel))

    assert answer.context["steps"] == []
    assert f"/suppliertask/?q={order.number}" in answer.content.decode()
    assert listed(client, "pack") == set()
