"""Orders fetched in the shop: a code for the buyer, and the parcel for who says it."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.permissions import Role
from inventory.consistency import differences as stock_differences
from orders import links
from orders.models import Order
from orders.states import FulfilmentStatus
from outbox.tasks import deliver_due
from shipping import emails
from shipping.exceptions import WrongCode
from shipping.models import Shipment
from shipping.services import packing, pickup_counter, planning
from shipping.services.dispatching import dispatch
from shipping.states import ShipmentStatus
from tests.accounts.factories import UserFactory, signed_in
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory
from tests.shipping.sales import pickup, planned, sold

COUNTER = "/admin/shipping/shipment/counter/"


@pytest.fixture
def parcel(db: None) -> Shipment:
    """A parcel that waits in the shop; its buyer has been told."""
    return ready()


def ready(**fields: Any) -> Shipment:
    shop = WarehouseFactory.create(name="Tienda Miraflores", street="Av. Larco 345")
    pickup(shop)
    order = sold(2, warehouse=shop, shipping_method_code="tienda", **fields)
    planning.plan(order.pk)
    found: Shipment = order.shipments.get()
    packing.pack(found.pk)
    deliver_due()
    return again(found)


def again(parcel: Shipment) -> Shipment:
    return Shipment.objects.select_related("order").get(pk=parcel.pk)


@pytest.fixture
def staff(client: Client, settings: Any) -> Client:
    settings.DEMO = True
    signed_in(client, Role.WAREHOUSE)
    return client


@pytest.mark.django_db
def test_the_buyer_is_told_once_where_it_waits_and_by_which_code() -> None:
    before = Email.objects.count()
    parcel = ready(language="es", email="nusta@example.com")
    emails.send_ready(parcel.pk)
    pickup_counter.give_code(parcel.pk)

    parcel = again(parcel)
    mails = [mail for mail in Email.objects.order_by("pk")[before:] if "recog" in mail.subject]
    assert len(mails) == 1
    assert mails[0].to == ["nusta@example.com"]
    assert re.fullmatch(r"\d{8}", parcel.pickup_code)
    assert parcel.spoken_code in mails[0].message
    assert parcel.spoken_code in mails[0].html_message
    assert "Av. Larco 345" in mails[0].message


@pytest.mark.django_db
def test_what_a_carrier_brings_gets_no_code() -> None:
    parcel = planned(1)
    packing.pack(parcel.pk)
    before = Email.objects.count()

    deliver_due()

    assert again(parcel).pickup_code == ""
    assert Email.objects.count() == before or "recog" not in Email.objects.latest("pk").subject


def test_the_order_page_shows_the_code_while_it_waits(parcel: Shipment, client: Client) -> None:
    page = links.order_link(parcel.order)

    assert parcel.spoken_code in client.get(page).content.decode()
    packing.unpack(parcel.pk)
    assert parcel.spoken_code not in client.get(page).content.decode()


def test_who_says_the_code_gets_the_parcel(parcel: Shipment, staff: Client) -> None:
    seen = staff.post(COUNTER, {"code": f" {parcel.spoken_code}."})
    assert parcel.number in seen.content.decode()
    assert again(parcel).status == ShipmentStatus.PACKED

    done = staff.post(COUNTER, {"code": parcel.pickup_code, "hand_over": "1"})

    parcel = again(parcel)
    assert done.status_code == 302
    assert parcel.status == ShipmentStatus.DELIVERED
    assert parcel.order.fulfilment_status == FulfilmentStatus.DELIVERED
    line = parcel.order.lines.get()
    assert (line.shipped_quantity, line.delivered_quantity) == (2, 2)
    assert not list(stock_differences())


def test_a_wrong_code_is_refused_with_the_reason(
    parcel: Shipment, staff: Client, subtests: pytest.Subtests
) -> None:
    for code in ("", "12345678", "abc", "0" * 40, "٤٨٢١٧٠٩٣", "\0"):
        with subtests.test(repr(code)):
            answer = staff.post(COUNTER, {"code": code, "hand_over": "1"})

            assert answer.status_code == 422
            assert answer.context["refusal"]
            assert again(parcel).status == ShipmentStatus.PACKED


def test_a_code_is_good_for_one_parcel_that_waits(parcel: Shipment, staff: Client) -> None:
    code, somebody = parcel.pickup_code, UserFactory.create().pk
    packing.unpack(parcel.pk)
    with pytest.raises(WrongCode):
        pickup_counter.hand_over(parcel.pk, code, actor_id=somebody)

    packing.pack(parcel.pk)
    deliver_due()
    assert again(parcel).pickup_code == code
    pickup_counter.hand_over(parcel.pk, code, actor_id=somebody)
    with pytest.raises(WrongCode):
        pickup_counter.hand_over(parcel.pk, code, actor_id=somebody)
    assert staff.post(COUNTER, {"code": code}).status_code == 422


def test_its_page_asks_for_the_code_too(parcel: Shipment, staff: Client) -> None:
    page = f"/admin/shipping/shipment/{parcel.pk}"
    assert "hand-over" in staff.get(f"{page}/change/").content.decode()

    staff.post(f"{page}/step/hand-over/", {"code": "12345678"})
    staff.post(f"{page}/step/send/")
    assert again(parcel).status == ShipmentStatus.PACKED
    staff.post(f"{page}/step/hand-over/", {"code": parcel.spoken_code})
    assert again(parcel).status == ShipmentStatus.DELIVERED


def test_nothing_is_handed_over_with_others(parcel: Shipment, staff: Client) -> None:
    other = planned(1)

    refused = dispatch([parcel.pk, other.pk], actor_id=None)

    assert refused.keys() == {parcel.pk}
    assert again(parcel).status == ShipmentStatus.PACKED
    assert again(other).status == ShipmentStatus.SHIPPED


def test_codes_are_not_guessed(
    parcel: Shipment, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup_counter, "MAX_WRONG_CODES", 3)
    for number in range(3):
        staff.post(COUNTER, {"code": f"0000000{number}"})

    assert staff.post(COUNTER, {"code": parcel.pickup_code}).status_code == 422


def test_who_may_not_send_parcels_hands_none_over(
    parcel: Shipment, client: Client, settings: Any
) -> None:
    settings.DEMO = True
    signed_in(client, Role.SUPPORT)

    assert client.post(COUNTER, {"code": parcel.pickup_code}).status_code == 403
    page = f"/admin/shipping/shipment/{parcel.pk}/change/"
    assert parcel.pickup_code not in client.get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_counter_hand_it_over_once() -> None:
    parcel, somebody = ready(), UserFactory.create().pk

    def take() -> bool:
        try:
            pickup_counter.hand_over(parcel.pk, parcel.pickup_code, actor_id=somebody)
        except WrongCode:
            return False
        return True

    assert sorted(at_once(take, times=2)) == [False, True]
    order = Order.objects.get(pk=parcel.order_id)
    assert order.lines.get().shipped_quantity == 2


@pytest.mark.django_db
def test_the_page_of_the_way_says_when_it_is_ready_not_when_it_arrives(
    parcel: Shipment, client: Client
) -> None:
    days = {"promised_from": date(2026, 11, 24), "promised_to": date(2026, 11, 27)}
    Order.objects.filter(pk=parcel.order_id).update(language="es", **days)

    page = client.get(links.tracking_link(parcel.order)).content.decode()

    assert "Listo a más tardar el <b>vie 27 nov</b>" in page
    assert "Llega" not in page


@pytest.mark.django_db
def test_staff_read_the_mail_about_it_and_send_it_again(
    parcel: Shipment, client: Client, settings: Any
) -> None:
    settings.DEMO = True
    signed_in(client, Role.ADMINISTRATOR)
    page, again_page = (
        reverse(f"admin:orders_order_{name}", args=[parcel.order_id, "ready"])
        for name in ("mail", "resend")
    )
    before = Email.objects.count()

    shown = client.get(page).content.decode()
    client.post(again_page)

    assert parcel.spoken_code in shown
    assert Email.objects.count() == before + 1
    assert page in client.get(reverse("admin:orders_order_change", args=[parcel.order_id])).text


@pytest.mark.django_db
def test_there_is_no_mail_about_it_once_it_is_fetched(
    parcel: Shipment, client: Client, settings: Any
) -> None:
    settings.DEMO = True
    signed_in(client, Role.ADMINISTRATOR)
    pickup_counter.hand_over(parcel.pk, parcel.pickup_code, actor_id=UserFactory.create().pk)

    page = reverse("admin:orders_order_mail", args=[parcel.order_id, "ready"])
    before = Email.objects.count()

    assert client.get(page).status_code == 404
    client.post(page.replace("/mail/", "/resend/"))
    assert Email.objects.count() == before
