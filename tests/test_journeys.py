"""From the shelf to the payment page, as a browser without scripts walks."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from orders.models import Order
from payments.models import Payment
from simulator.server import Server
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.payments.factories import PaymentMethodFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_guest_walks_from_the_product_to_the_payment_page(
    client: Client, simulator: Server
) -> None:
    open_shop()
    PaymentMethodFactory.create()
    variant = stocked(3)

    shown = client.get(f"/p/{variant.product.slug}/")
    fill_cart(client, variant.sku)
    form = client.get("/checkout/")
    first_try = client.post("/checkout/quote/", form_data(shipping="", payment=""))
    placed = client.post(
        "/checkout/", form_data(payment="card", seen=first_try.context["figures"].seen)
    )

    assert (shown.status_code, form.status_code) == (200, 200)
    assert placed.headers["Location"].startswith(simulator.url)
    payment = Payment.objects.get()
    assert payment.order.email == "ana@example.com"
    assert urlsplit(payment.metadata["return_url"]).path.startswith("/payments/return/")


def test_sending_the_order_twice_gives_one_order_and_one_payment(
    client: Client, simulator: Server
) -> None:
    open_shop()
    PaymentMethodFactory.create()
    variant = stocked(3)
    fill_cart(client, variant.sku)
    data = form_data(payment="card")

    first = client.post("/checkout/", data)
    again = client.post("/checkout/", data)

    assert first.headers["Location"] == again.headers["Location"]
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
