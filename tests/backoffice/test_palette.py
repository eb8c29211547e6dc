"""The search does things: pages, settings and steps by their words, as far as the person may."""

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.permissions import Role
from shipping.models import Shipment
from tests.accounts.factories import signed_in
from tests.backoffice.factories import order_with, page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory

pytestmark = pytest.mark.django_db


def found(client, text):
    """The addresses that the window of the search shows."""
    answer = client.get(reverse("admin:search"), {"q": text}, headers={"X-Palette": "1"})
    assert answer.status_code == 200, text
    return [hit.url for group in answer.context["groups"] for hit in group.hits]


def parcel_of(order):
    seller = order.lines.get().variant.product.seller
    return Shipment.objects.create(
        number=f"ENV-{order.number[4:]}-1",
        order=order,
        seller=seller,
        warehouse=WarehouseFactory.create(seller=seller),
    )


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("nuevo pedido", "admin:checkout_draft_add"),
        ("new order", "admin:checkout_draft_add"),
        ("tarifas de envío", "admin:shipping_shippingrate_changelist"),
        ("tarifas de envio", "admin:shipping_shippingrate_changelist"),
        ("shipping rates", "admin:shipping_shippingrate_changelist"),
        ("productos", "admin:catalog_product_changelist"),
        ("apariencia", "admin:storefront_logo_changelist"),
    ],
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_page_is_found_by_its_words_in_either_language(boss, client, text, page, language):
    with translation.override(language):
        address = reverse(page)
        assert address in found(client, text)
        assert found(client, text)[0] == address


def test_a_setting_is_found_by_its_words_and_opens_where_it_is(boss, client):
    page = reverse("admin:constance_config_changelist")

    assert f"{page}#store_name" in found(client, "nombre tienda")
    assert f"{page}#store_name" in found(client, "name shop")


def test_a_report_is_found(boss, client):
    assert reverse("admin:report", args=["sales"]) in found(client, "reporte ventas")


def test_a_step_with_a_number_leads_to_where_it_is_taken(boss, client):
    order = order_with(VariantFactory.create())
    parcel = parcel_of(order)
    refund = page_of(type(order), "change", order.pk) + "#refund"
    pack = reverse("admin:shipping_pack", args=[parcel.pk])

    assert found(client, f"refund {order.number}") == [refund]
    assert found(client, f"devolver {order.number.lower()}") == [refund]
    assert found(client, f"empacar {parcel.number}") == found(client, f"pack {order.number}")
    assert found(client, f"pack {parcel.number}") == [pack]
    assert client.get(reverse("admin:search"), {"q": f"pack {parcel.number}"}).url == pack
    assert found(client, "refund PED-20000101-0001") == []


@pytest.mark.parametrize(
    ("text", "page", "query"),
    [
        ("refund", "orders_order_changelist", "?payment_status__exact=paid"),
        ("reembolsar", "orders_order_changelist", "?payment_status__exact=paid"),
        ("reembolsar pedido", "orders_order_changelist", "?payment_status__exact=paid"),
        ("editar", "orders_order_changelist", "?fulfilment_status__exact=none"),
        ("empacar", "shipping_packing", ""),
        ("send", "shipping_shipment_changelist", "?status__exact=pending"),
    ],
)
def test_a_verb_alone_leads_to_where_the_document_is_chosen(boss, client, text, page, query):
    address = reverse(f"admin:{page}") + query

    assert found(client, text)[0] == address
    assert client.get(address).status_code == 200


def test_a_verb_alone_is_offered_to_those_who_may_do_it(client):
    signed_in(client, Role.CATALOGUE)

    for text in ("refund", "editar", "empacar", "send"):
        assert not [each for each in found(client, text) if "/orders/" in each or "/ship" in each]


def test_nobody_is_offered_what_they_may_not_do(client):
    order = order_with(VariantFactory.create())
    signed_in(client, Role.CATALOGUE)

    for text in (f"devolver {order.number}", f"pack {order.number}", "nuevo pedido", order.number):
        assert found(client, text) == [], text
    assert found(client, "nombre tienda") == []
    assert reverse("admin:catalog_product_add") in found(client, "nuevo producto")


def test_a_packer_is_offered_to_pack_and_not_to_give_money_back(client):
    order = order_with(VariantFactory.create())
    parcel = parcel_of(order)
    signed_in(client, Role.WAREHOUSE)

    assert found(client, f"pack {order.number}") == [
        reverse("admin:shipping_pack", args=[parcel.pk])
    ]
    assert found(client, f"refund {order.number}") == []


def test_a_number_alone_is_shown_in_the_window_and_opened_by_the_page(boss, client):
    order = order_with(VariantFactory.create())
    page = page_of(type(order), "change", order.pk)

    assert found(client, order.number) == [page]
    assert client.get(reverse("admin:search"), {"q": order.number}).url == page
