"""Pages of text that show what the shop has set: zones, returns, questions, shops."""

import json
import re
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from constance import config
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.permissions import Role
from shipping.models import MethodKind, ShippingMethod, ShippingRate, Zone
from shipping.tariff_table import zone_tariffs
from storefront.models import Page
from tests.accounts.factories import signed_in
from tests.inventory.factories import WarehouseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier() -> ShippingMethod:
    return ShippingMethod.objects.create(
        code="olva", name="Olva", handling_days=1, free_over=Decimal(299)
    )


def rate(method: ShippingMethod, zone: str, *prefixes: str, **fields: object) -> ShippingRate:
    place, _ = Zone.objects.get_or_create(name=zone, defaults={"ubigeo_prefixes": prefixes})
    return ShippingRate.objects.create(method=method, zone=place, **fields)


def page(kind: str, body: str = "") -> str:
    Page.objects.create(title="Página", slug="pagina", kind=kind, body=body)
    return "/pages/pagina/"


def test_the_shipping_page_tells_days_and_prices_of_each_zone(
    client: Client, courier: ShippingMethod
) -> None:
    rate(courier, "Provincias", price=15, days_min=3, days_max=6)
    rate(courier, "Lima", "1501", price=10, days_min=1, days_max=2, max_weight_kg=2)
    rate(courier, "Lima", "1501", price=20, days_min=1, days_max=3, min_weight_kg=2)

    tables = zone_tariffs()
    html = client.get(page("shipping", "# Pesos")).text

    lima = tables[0].tariffs[0]
    assert [table.zone for table in tables] == ["Lima", "Provincias"]
    assert (lima.days_from, lima.days_to) == (2, 4)
    assert (lima.price_from, lima.price_to) == (Decimal(10), Decimal(20))
    assert re.search(
        r"Lima.*Olva.*2–4.*Desde\s+S/\s10\.00.*Gratis desde\s+S/\s299\.00", html, re.DOTALL
    )
    assert html.index("Provincias") < html.index("<h2>Pesos</h2>")


@pytest.mark.parametrize("zones", [1, 50])
def test_a_long_table_costs_no_more_queries(
    zones: int, courier: ShippingMethod, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(zones):
        rate(courier, f"Zona {number}", price=10)

    assert config.COUNTRY  # the settings are read once

    with django_assert_num_queries(1):
        assert len(zone_tariffs()) == zones


def test_methods_that_are_off_and_pickups_are_no_deliveries(courier: ShippingMethod) -> None:
    rate(courier, "Lima", price=10)
    ShippingMethod.objects.update(is_active=False)

    assert zone_tariffs() == []


def test_the_returns_page_tells_the_days_of_the_settings(client: Client) -> None:
    config.RETURN_DAYS = 45

    html = client.get(page("returns")).text

    assert "Tienes 45 días desde la entrega" in html
    assert "return-steps" in html


def test_a_shop_without_returns_promises_none(client: Client) -> None:
    config.RETURN_DAYS = 0
    address = page("returns")

    html = client.get(address).text

    assert "return-steps" not in html
    assert "cambiar de opinión" not in html


def test_headings_of_a_faq_are_questions_for_people_and_search_engines(client: Client) -> None:
    body = "Hola\n\n# ¿Cuándo *llega*?\n\nMañana.\n\n# ¿<b>Cómo</b> pago?\n\n- Con Yape"

    html = client.get(page("faq", body)).text

    facts = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)[0])
    asked = [question["name"] for question in facts["mainEntity"]]
    assert html.count('<details class="fold-question">') == 2
    assert html.index("<p>Hola</p>") < html.index("¿Cuándo <em>llega</em>?")
    assert "¿&lt;b&gt;Cómo&lt;/b&gt; pago?" in html
    assert asked[0] == "¿Cuándo llega?"
    assert facts["mainEntity"][0]["acceptedAnswer"]["text"] == "<p>Mañana.</p>\n"


def test_the_shops_page_names_pickup_places_with_hours_and_map(client: Client) -> None:
    house = WarehouseFactory.create(street="Av. Larco 1", district="Miraflores", city="Lima")
    ShippingMethod.objects.create(
        code="recojo",
        name="Tienda Larco",
        description="Lunes a sábado",
        kind=MethodKind.PICKUP,
        pickup_warehouse=house,
    )

    html = client.get(page("shops")).text

    assert "Tienda Larco" in html
    assert "Av. Larco 1, Miraflores, Lima" in html
    assert "Lunes a sábado" in html
    assert "query=Av.%20Larco%201" in html


def test_without_pickup_the_shops_page_names_the_shops_own_place(client: Client) -> None:
    config.CONTACT_ADDRESS = "Jr. Unión 300, Lima"
    config.CONTACT_HOURS = "Todos los días"
    config.CONTACT_MAP = "https://maps.example/union"

    html = client.get(page("shops")).text

    assert html.count("Jr. Unión 300, Lima") == 2  # and in the footer
    assert 'href="https://maps.example/union"' in html


def test_staff_look_at_a_page_before_it_is_shown(client: Client, settings: Any) -> None:
    settings.DEMO = True
    hidden = Page.objects.create(title="Nueva", slug="nueva", body="# Pronto", is_active=False)
    signed_in(client, Role.CATALOGUE)
    address = reverse("admin:storefront_page_preview", args=[hidden.pk])

    assert "<h2>Pronto</h2>" in client.get(address).text
    assert address in client.get(reverse("admin:storefront_page_changelist")).text
    assert client.get("/pages/nueva/").status_code == HTTPStatus.NOT_FOUND


def test_the_database_knows_the_kinds_of_pages() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(title="x", slug="x", kind="blog")
