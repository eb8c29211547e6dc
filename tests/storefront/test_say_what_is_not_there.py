"""The page of what is not there: it keeps the frame, and shows ways on."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from catalog.models import Availability, Variant
from catalog.services import set_availability
from storefront import product_rows, selectors
from storefront.errors import not_found
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def variant() -> Variant:
    variant: Variant = VariantFactory.create(product__name="Sofá Lima")
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant


@pytest.mark.parametrize(
    ("path", "other", "label"),
    [
        ("/nada/", "/en/nada/", "English"),
        ("/en/nada/", "/nada/", "Español"),
        ("/p/nada/", "/en/p/nada/", "English"),
        ("/en//evil.example/", "/evil.example/", "Español"),
    ],
)
def test_it_has_the_other_language_and_a_search(
    client: Client, path: str, other: str, label: str
) -> None:
    page = client.get(path, headers=BROWSER)

    assert page.status_code == 404
    assert page.text.count('name="q"') == 2
    href = page.text.split('class="header-link site-header__language"')[1].split('"')[1]
    assert href.removeprefix("http://testserver") == other
    assert label in page.text


def test_a_shopper_sees_categories_and_what_sells(
    client: Client, variant: Variant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/nada/", headers=BROWSER)

    with django_assert_max_num_queries(3):
        page = client.get("/nada/", headers=BROWSER).text

    assert "Sofá Lima" in page
    assert f"/c/{variant.product.category.slug}/" in page


def test_what_asks_for_a_picture_gets_no_products(client: Client, variant: Variant) -> None:
    page = client.get("/nada.png", headers={"Accept": "image/avif,image/*,*/*;q=0.8"}).text

    assert "Sofá Lima" not in page


def test_without_a_database_it_still_says_so_and_offers_the_search(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(product_rows, "popular", away)
    monkeypatch.setattr(selectors, "frame", away)

    page = not_found(rf.get("/nada/", headers=BROWSER), Exception())

    assert page.status_code == 404
    assert 'action="/search/"' in page.content.decode()


@pytest.mark.parametrize(
    "path", ["/en/%5Cevil.example", "/en/%09/evil.example", "/en//evil.example"]
)
def test_the_other_language_never_leads_to_another_site(client: Client, path: str) -> None:
    page = client.get(path, headers=BROWSER).content.decode()

    assert "evil.example" in page
    for start in ("/\\evil", "//evil", "/\t"):
        assert f'href="{start}' not in page
