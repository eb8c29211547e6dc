"""Pickup in the shop: no address is needed, and the order's is where it waits."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Address
from catalog.models import Variant
from inventory.models import Warehouse
from orders import services as orders
from orders.models import Order, OrderAddress
from payments.models import MethodType
from shipping.models import MethodKind, ShippingMethod, ShippingRate, Zone
from storefront.order_page import PAID_IN_SHOP
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import WarehouseFactory, stocked
from tests.payments.factories import PaymentMethodFactory

pytestmark = pytest.mark.django_db
NO_ADDRESS = {"street": "", "district": "", "reference": ""}
FETCHED = NO_ADDRESS | {
    "shipping": "shop",
    "seen": '{"goods": "100.00", "delivery": {"shop": "0.00"}}',
}


@pytest.fixture
def warehouse() -> Warehouse:
    return WarehouseFactory.create(
        name="Tienda Barranco",
        street="Av. Grau 300",
        district="Barranco",
        city="Lima",
        region="Lima",
        ubigeo="150104",
    )


@pytest.fixture
def variant(warehouse: Warehouse) -> Variant:
    open_shop()
    ShippingMethod.objects.create(
        code="shop",
        name="Recojo en tienda",
        description="Lunes a sábado, 10 a 19 h",
        kind=MethodKind.PICKUP,
        pickup_warehouse=warehouse,
        position=9,
    )
    return stocked(5, warehouse=warehouse)


def test_who_fetches_the_order_types_no_address(buyer: Client) -> None:
    response = buyer.post("/checkout/", form_data(**FETCHED))

    assert response.status_code == 302
    order = Order.objects.get()
    assert (order.total, order.shipping_total) == (Decimal("100.00"), Decimal(0))
    for address in OrderAddress.objects.all():
        assert (address.street, address.district, address.ubigeo) == (
            "Av. Grau 300",
            "Barranco",
            "150104",
        )
        assert address.recipient == "Ana Quispe"


def test_the_page_of_an_order_that_is_fetched_says_so(client: Client, variant: Variant) -> None:
    PaymentMethodFactory.create(code="shop", gateway="manual", type=MethodType.PAY_IN_SHOP)
    fill_cart(client, variant.sku)
    response = client.post("/checkout/", form_data(**FETCHED, payment="shop"))
    orders.confirm(Order.objects.get().pk)

    page = client.get(response.headers["Location"], headers={"Accept-Language": "en"})

    assert page.context["notice"] == PAID_IN_SHOP
    assert page.context["is_pickup"]


def test_half_an_address_does_not_stop_who_fetches_the_order(buyer: Client) -> None:
    response = buyer.post("/checkout/", form_data(**FETCHED | {"district": "Atlantis"}))

    assert response.status_code == 302
    assert OrderAddress.objects.filter(district="Barranco").count() == 2


def test_the_page_shows_where_and_when_before_any_address(buyer: Client) -> None:
    page = buyer.get("/en/checkout/").content.decode()

    assert "Av. Grau 300, Barranco, Lima · Lunes a sábado, 10 a 19 h" in page
    assert "maps/search/?api=1&amp;query=Av.%20Grau%20300%2C%20Barranco%2C%20Lima" in page
    assert 'value="shop" checked' not in page
    assert "See delivery options" in page


def test_the_address_is_said_to_be_needless_for_who_fetches_the_order(buyer: Client) -> None:
    page = buyer.post("/checkout/quote/", form_data(shipping="shop")).content.decode()

    # The stylesheet shows the sentence while a radio in there is checked.
    assert 'class="checkout__pickup"' in page
    assert "Recoges tu pedido" in page


def test_delivery_still_needs_an_address(buyer: Client) -> None:
    response = buyer.post("/checkout/", form_data(**NO_ADDRESS))

    assert response.status_code == 422
    assert {"street", "district"} <= set(response.context["form"].errors)


def test_a_pickup_costs_what_is_set_for_its_place(client: Client, variant: Variant) -> None:
    zone = Zone.objects.create(name="Barranco", country="PE", ubigeo_prefixes=["150104"])
    ShippingRate.objects.create(
        method=ShippingMethod.objects.get(code="shop"), zone=zone, price=Decimal("3.00")
    )
    fill_cart(client, variant.sku)

    asked = client.post("/checkout/", form_data(**FETCHED))
    client.post(
        "/checkout/",
        form_data(
            **FETCHED,
        )
        | {"seen": asked.context["figures"].seen},
    )

    assert asked.status_code == 409
    assert Order.objects.get().total == Decimal("103.00")


def test_the_shop_does_not_become_the_shoppers_address(client: Client, variant: Variant) -> None:
    client.force_login(UserFactory.create())
    fill_cart(client, variant.sku)

    client.post("/checkout/", form_data(**FETCHED))

    assert Order.objects.exists()
    assert not Address.objects.exists()


def test_a_pickup_without_a_place_is_refused_in_the_form_and_not_offered(
    client: Client, variant: Variant
) -> None:
    method = ShippingMethod.objects.get(code="shop")
    method.pickup_warehouse = None
    with pytest.raises(ValidationError):
        method.full_clean()
    method.save()
    fill_cart(client, variant.sku)

    assert 'value="shop"' not in client.get("/checkout/").content.decode()


def test_two_customers_who_fetch_at_one_shop_are_not_one(variant: Variant) -> None:
    variant.product.purchase_limit = 1
    variant.product.save(update_fields=["purchase_limit"])
    others = {"email": "eva@example.com", "phone": "912345678"}

    for changes in ({}, others):
        browser = Client()
        fill_cart(browser, variant.sku)
        assert browser.post("/checkout/", form_data(**FETCHED | changes)).status_code == 302

    assert Order.objects.count() == 2
