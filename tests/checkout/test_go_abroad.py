"""What depends on where the order goes: its tax, and the ways to pay for it."""

from decimal import Decimal

import pytest
from constance import config
from django.test import Client

from catalog.models import Variant
from inventory.models import Warehouse
from orders.models import Order
from payments.models import MethodType, PaymentMethod
from promotions.models import TaxRate
from shipping.models import MethodKind, ShippingMethod
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import deliver_abroad, fill_cart, form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
CHILE = {
    "country": "CL",
    "phone": "9 8765 4321",
    "district": "",
    "city": "Ñuñoa",
    "region": "Metropolitana de Santiago",
}
HIGH = '{"goods": "1000.00", "delivery": {"olva": "10.00", "shop": "0.00"}}'


@pytest.fixture
def variant() -> Variant:
    """Of 118.00, in a shop of Peru that delivers to Chile too, for 10.00."""
    open_shop()
    deliver_abroad("CL")
    return stocked(9, variant=VariantFactory.create(product__base_price=Decimal("118.00")))


@pytest.fixture
def cod() -> PaymentMethod:
    """Cash on delivery, in Peru only."""
    return PaymentMethod.objects.create(
        code="cod",
        name="Contraentrega",
        type=MethodType.CASH_ON_DELIVERY,
        gateway="manual",
        countries=["PE"],
    )


def place(client: Client, **changes: str) -> Order:
    response = client.post("/checkout/", form_data(seen=HIGH, **changes))
    assert response.status_code == 302, response.content.decode()
    return Order.objects.get()


def test_an_order_carries_the_tax_of_the_country_that_it_goes_to(
    client: Client, variant: Variant
) -> None:
    TaxRate.objects.create(name="IVA", country="CL", rate=Decimal("0.19"))
    fill_cart(client, variant.sku)

    order = place(client, **CHILE)

    assert order.lines.get().tax_rate == Decimal("0.19")
    assert (order.total, order.tax_total) == (Decimal("128.00"), Decimal("20.44"))
    assert order.pricing["tax_country"] == "CL"


def test_an_export_costs_what_was_shown_and_carries_no_tax(buyer: Client) -> None:
    shown = buyer.post("/en/checkout/quote/", form_data(**CHILE)).content.decode()
    order = place(buyer, **CHILE)

    assert "No tax on deliveries to Chile" in shown
    assert (order.total, order.tax_total) == (Decimal("128.00"), Decimal("0.00"))


def test_tax_that_is_added_is_seen_before_the_order_is_placed(
    client: Client, variant: Variant
) -> None:
    config.PRICES_INCLUDE_TAX = False
    fill_cart(client, variant.sku)

    cart = client.get("/en/cart/").context["sums"]
    at_home = client.post("/checkout/quote/", form_data()).context["sums"]
    abroad = client.post("/checkout/quote/", form_data(**CHILE)).context["sums"]

    assert cart["tax_is_added"]
    assert (at_home["tax"], at_home["total"]) == (Decimal("23.04"), Decimal("151.04"))
    assert (abroad["tax"], abroad["total"]) == (Decimal("0.00"), Decimal("128.00"))


def test_tax_rounded_once_is_what_the_order_keeps(client: Client, variant: Variant) -> None:
    config.ROUND_TAX_PER_LINE = False
    fill_cart(client, variant.sku, 3)

    order = place(client)

    assert order.tax_total == Decimal("55.53")
    assert order.pricing["rounds_tax_per_line"] is False


def test_what_is_fetched_carries_the_tax_of_the_shop_that_it_waits_in(
    client: Client, variant: Variant
) -> None:
    ShippingMethod.objects.create(
        code="shop",
        name="Recojo",
        kind=MethodKind.PICKUP,
        pickup_warehouse=Warehouse.objects.first(),
    )
    Warehouse.objects.update(country="PE", street="Av. Larco 1", city="Lima")
    fill_cart(client, variant.sku)

    order = place(client, **CHILE | {"shipping": "shop"})

    assert order.tax_total == Decimal("18.00")


def test_a_way_to_pay_is_offered_where_it_works(
    client: Client, variant: Variant, cod: PaymentMethod
) -> None:
    PaymentMethod.objects.filter(code="transfer").update(maximum_amount=Decimal("200.00"))
    fill_cart(client, variant.sku)

    at_home = client.post("/checkout/quote/", form_data()).context["figures"]
    abroad = client.post("/checkout/quote/", form_data(**CHILE)).context["figures"]
    fill_cart(client, variant.sku)
    dear = client.post("/checkout/quote/", form_data()).context["figures"]

    assert [method.code for method in at_home.methods] == ["cod", "transfer"]
    assert [method.code for method in abroad.methods] == ["transfer"]
    assert [method.code for method in dear.methods] == ["cod"]
    assert "200.00" in dear.payment_problem


def test_a_way_to_pay_that_is_lost_with_the_country_is_named_and_nothing_put_in_its_place(
    buyer: Client, cod: PaymentMethod
) -> None:
    typed = form_data(**CHILE | {"payment": "cod", "shown_country": "PE", "note": "Timbre"})

    response = buyer.post("/en/checkout/", typed)

    page = response.content.decode()
    assert response.status_code == 200
    assert "“Contraentrega” is not for orders to Chile" in page
    assert "Timbre" in page
    assert 'name="payment" value="transfer" checked' not in " ".join(page.split())
    assert not Order.objects.exists()


def test_a_lost_way_to_pay_is_asked_for_until_another_is_chosen_or_the_country_taken_back(
    buyer: Client, cod: PaymentMethod
) -> None:
    lost = buyer.post("/checkout/quote/", form_data(**CHILE | {"payment": "cod"}))
    both = {"payment": ["cod", "transfer"]}

    chosen = buyer.post("/checkout/quote/", form_data(**CHILE) | both).context["figures"]
    at_home = buyer.post("/checkout/quote/", form_data(payment="cod")).context["figures"]

    assert '<input type="hidden" name="payment" value="cod">' in lost.content.decode()
    assert (chosen.method.code, chosen.payment_problem) == ("transfer", "")
    assert (at_home.method.code, at_home.payment_problem) == ("cod", "")


def test_an_order_by_a_way_to_pay_of_another_country_is_refused(
    buyer: Client, cod: PaymentMethod
) -> None:
    response = buyer.post("/en/checkout/", form_data(seen=HIGH, **CHILE | {"payment": "cod"}))

    assert response.status_code == 409
    assert "Contraentrega" in response.context["note"].text
    assert 'value="Ñuñoa"' in response.content.decode()
    assert not Order.objects.exists()


def test_an_open_order_is_paid_anew_by_what_works_where_it_goes(
    buyer: Client, cod: PaymentMethod
) -> None:
    order = place(buyer, **CHILE)
    buyer.force_login(order.customer)

    methods = buyer.get(f"/checkout/pay/{order.number}/").context["page"].methods

    assert [method.code for method in methods] == ["transfer"]


@pytest.mark.parametrize("path", ["/checkout/", "/checkout/quote/"])
def test_a_region_that_no_database_keeps_is_no_fault_of_the_page(
    client: Client, variant: Variant, path: str
) -> None:
    deliver_abroad("EC")
    fill_cart(client, variant.sku)

    response = client.post(path, form_data(country="EC", city="Quito", region="Pichin\0cha"))

    assert response.status_code in (200, 422)
    assert not Order.objects.exists()
