"""A product's page says when it comes to somebody's district, and for how much."""

import pytest
from constance import config
from django.test import Client

from catalog.models import Variant
from tests.catalog.factories import VariantFactory
from tests.shipping.factories import ShippingRateFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def variant() -> Variant:
    ShippingRateFactory.create(method__name="A tu puerta", price="12.00", days_min=2, days_max=3)
    return VariantFactory.create(product__slug="sofa-lima", product__name="Sofá Lima")


def test_the_page_asks_where_to_and_promises_nothing_yet(client: Client, variant: Variant) -> None:
    page = client.get("/p/sofa-lima/").content.decode()

    assert 'action="/p/sofa-lima/delivery/"' in page
    assert "A tu puerta" not in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without scripts", "htmx"])
def test_a_district_is_told_the_days_and_the_price(
    client: Client, variant: Variant, headers: dict[str, str]
) -> None:
    answer = client.get("/p/sofa-lima/delivery/?district=miraflores, lima", headers=headers)

    page = answer.content.decode()
    assert "Llega a Miraflores" in page
    assert "12.00" in page
    assert ("<html" in page) is not bool(headers)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Narnia", "No conocemos este distrito"),
        ("", "Indica a qué distrito"),
        ("Santa Rosa", "Hay varios con este nombre"),
    ],
)
def test_a_district_that_is_not_clear_is_asked_again(
    client: Client, variant: Variant, typed: str, told: str
) -> None:
    page = client.get("/p/sofa-lima/delivery/", {"district": typed}).content.decode()

    assert told in page
    assert f'value="{typed}"' in page or not typed
    assert "A tu puerta" not in page


def test_what_nobody_brings_there_is_said(client: Client) -> None:
    VariantFactory.create(product__slug="sofa-lima")

    page = client.get("/p/sofa-lima/delivery/?district=Miraflores, Lima").content.decode()

    assert "Todavía no llegamos ahí" in page
    assert client.get("/p/otra/delivery/").status_code == 404


def test_a_shop_elsewhere_promises_for_its_country_by_name(
    client: Client, variant: Variant
) -> None:
    config.COUNTRY = "CL"
    ShippingRateFactory.create(method__name="A Chile", zone__country="CL")

    page = client.get("/p/sofa-lima/delivery/?district=").content.decode()

    assert "Llega a Chile" in page
