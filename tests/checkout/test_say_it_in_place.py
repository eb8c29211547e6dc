"""What the cart and the checkout say, and where: its two times, the tax, districts."""

import pytest
from django.test import Client

from catalog.models import Variant
from tests.checkout.factories import fill_cart, form_data

pytestmark = pytest.mark.django_db


def test_the_cart_explains_its_two_times_together(client: Client, variant: Variant) -> None:
    said = "Reservamos tus unidades 15 minutos y guardamos tu carrito 48 horas."
    empty = client.get("/cart/").content.decode()
    fill_cart(client, variant.sku)

    assert said in empty
    assert said in client.get("/cart/").content.decode()


def test_an_empty_checkout_says_so_once(client: Client, variant: Variant) -> None:
    page = client.get("/checkout/", follow=True)

    assert page.redirect_chain == [("/cart/", 302)]
    assert page.content.decode().count("está vacío") == 1


@pytest.mark.parametrize("path", ["/cart/", "/checkout/"])
def test_the_tax_is_called_by_its_name(buyer: Client, path: str) -> None:
    assert "Incluye IGV (18\N{NO-BREAK SPACE}%)" in buyer.get(path).content.decode()


def test_a_name_of_several_districts_is_chosen_by_a_button(buyer: Client) -> None:
    data = form_data(district="Miraflores", note="Tocar el timbre")

    asked = buyer.post("/checkout/", data)
    chosen = buyer.post("/checkout/quote/", data | {"ubigeo": "150122"})

    page = chosen.content.decode()
    assert (
        asked.content.decode().count('name="ubigeo"') == len(asked.context["form"].candidates) > 1
    )
    assert 'value="Miraflores, Lima, Lima"' in page
    assert "Tocar el timbre" in page
    assert 'name="ubigeo"' not in page
