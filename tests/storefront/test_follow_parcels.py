"""The page of an order's parcels: for who has the link, each with its way."""

import pytest
from django.urls import reverse
from django.utils import translation

from orders import services as orders
from orders.links import token_for, tracking_link
from shipping.services import packing, planning, tracking
from shipping.services.dispatching import dispatch_one
from tests.inventory.factories import WarehouseFactory
from tests.shipping.sales import method, pickup, planned

pytestmark = pytest.mark.django_db


def link(order, language: str = "es") -> str:
    with translation.override(language):
        return tracking_link(order)


def read(client, order, language: str = "es") -> str:
    answer = client.get(link(order, language))
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def steps(client, order) -> list[list[tuple[str, bool]]]:
    parcels = client.get(link(order)).context["parcels"]
    with translation.override("es"):
        return [
            [(str(step["title"]), step["done"]) for step in drawn["events"]] for drawn in parcels
        ]


def test_the_link_of_a_mail_shows_each_parcel_with_its_contents_and_its_carriers_page(client):
    method()
    parcel = planned(1, 2, shipping_method_code="olva")
    line = parcel.items.select_related("line")[0].line
    other = planning.regroup(parcel.pk, {line.pk: 1})
    dispatch_one(other.pk, actor_id=None, tracking_number="OLV-9")

    page = read(client, parcel.order)

    assert "Paquete 1 de 2" in page
    assert 'href="https://olva.test/OLV-9"' in page
    assert f"1 × {line.name}" in page
    assert "Parcel 1 of 2" in read(client, parcel.order, "en")


def test_nobody_else_gets_there(client):
    order = planned().order
    page = reverse("storefront:tracking", args=[order.number])

    assert client.get(page).status_code == 404
    assert client.get(page, {"token": "x"}).status_code == 404
    assert client.get(page, {"token": f"{order.number}.x.y"}).status_code == 404


def test_the_parcels_of_a_cancelled_order_are_not_announced(client):
    parcel = planned()
    page = reverse("storefront:order", args=[parcel.order.number])
    token = token_for(parcel.order)
    before = client.get(page, {"token": token}).context["parcels"]
    orders.cancel(parcel.order_id, actor_id=None, reason="")
    after = client.get(page, {"token": token}).context["parcels"]

    assert (len(before), after) == (1, [])
    assert "En preparación" not in read(client, parcel.order)
    assert "This order was cancelled, so nothing" in read(client, parcel.order, "en")


def test_the_way_is_told_step_by_step_with_what_is_still_to_come(client):
    parcel = planned()
    packing.pack(parcel.pk)
    packing.unpack(parcel.pk)
    waiting = steps(client, parcel.order)
    packing.pack(parcel.pk)
    dispatch_one(parcel.pk, actor_id=None)
    tracking.note_transit(parcel.pk, actor_id=None, place="Cusco")

    assert waiting == [
        [("En preparación", True), ("Empacado", False), ("En camino", False), ("Entregado", False)]
    ]
    assert steps(client, parcel.order) == [
        [
            ("En preparación", True),
            ("Empacado", True),
            ("En camino", True),
            ("En tránsito", True),
            ("Entregado", False),
        ]
    ]
    assert "Cusco" in read(client, parcel.order)


def test_a_lost_parcel_is_told_without_promises_and_staffs_notes_are_not_shown(client):
    parcel = planned()
    dispatch_one(parcel.pk, actor_id=None)
    tracking.lose(parcel.pk, actor_id=None, note="El chofer no contesta")

    page = read(client, parcel.order)

    assert "Lo estamos buscando" in page
    assert "chofer" not in page
    assert steps(client, parcel.order)[0][-1] == ("Lo estamos buscando y te escribiremos", True)


def test_what_is_fetched_is_not_on_its_way(client):
    shop = WarehouseFactory.create()
    pickup(shop)
    parcel = planned(1, warehouse=shop, shipping_method_code="tienda")
    packing.pack(parcel.pk)

    assert steps(client, parcel.order) == [
        [("En preparación", True), ("Listo para recoger", True), ("Entregado en tienda", False)]
    ]


def test_the_page_costs_the_same_for_one_parcel_and_for_many(client, django_assert_max_num_queries):
    parcel = planned(*[1] * 6)
    read(client, parcel.order)
    for item in list(parcel.items.all())[1:]:
        planning.regroup(parcel.pk, {item.line_id: 1})

    with django_assert_max_num_queries(14):
        read(client, parcel.order)
