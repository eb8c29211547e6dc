"""Addresses that programs make up: what is malformed in them counts as not chosen."""

import pytest
from django.http import QueryDict

from catalog.selectors import ListingFilters
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", ["brand=%00", "opt_talla=%00", "opt_%00=m"])
def test_what_no_database_keeps_chooses_nothing(query, client):
    variant = VariantFactory.create()

    page = client.get(f"/search/?{query}")

    assert page.status_code == 200
    assert variant.product.name in page.text


@pytest.mark.parametrize("query", ["v=%00", "v=%FF", "stars=%00&page=%00&sort=%00"])
def test_a_product_is_shown_whatever_else_is_asked_for(query, client):
    product = VariantFactory.create().product

    for page in (f"/p/{product.slug}/", f"/p/{product.slug}/reviews/"):
        assert client.get(f"{page}?{query}", follow=True).status_code == 200


def test_a_list_asks_for_no_more_options_than_a_person_chooses():
    made_up = QueryDict("&".join(f"opt_{number}=x" for number in range(400)))

    assert len(ListingFilters.from_query(made_up).options) <= 10
