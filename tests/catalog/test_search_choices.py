"""What shoppers open and buy after a search rises a little, and is forgotten with time."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Product, SearchChoice
from catalog.search import choices, search
from catalog.search.explanation import explain
from catalog.selectors import ListingFilters
from core.caching.ttl import TTLCache
from tests.catalog.lines import line, load
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def stools() -> list[Product]:
    load(*(line(f"p{n}", name=f"Stool {n}", path=["Home", "Seats"]) for n in range(1, 10)))
    return order()


def order(query: str = "stool") -> list[Product]:
    TTLCache.clear_all()
    cards = search(query, ListingFilters()).cards
    return [Product.objects.get(external_id=card.external_id) for card in cards]


def open_often(product: Product, times: int, query: str = "stool") -> None:
    for _time in range(times):
        choices.record_choice(query, product.pk)


def age(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_searchchoice SET counted_at = counted_at - make_interval(days => %s)",
            [days],
        )


def test_what_is_opened_rises_but_never_past_what_is_found_much_better(
    stools: list[Product],
) -> None:
    open_often(stools[2], 60)
    open_often(stools[8], 5_000)

    after = order("Stools")

    assert after.index(stools[2]) == 1
    assert after.index(stools[8]) in range(4, 6)
    assert order("seats")[:3] == stools[:3]


def test_a_few_choices_change_nothing(stools: list[Product]) -> None:
    open_often(stools[1], 2)

    assert order() == stools


def test_a_choice_counts_half_after_a_month_and_is_forgotten_in_the_end(
    stools: list[Product],
) -> None:
    open_often(stools[0], 8)

    age(30)
    open_often(stools[0], 1)
    kept = SearchChoice.objects.get().weight
    age(200)

    assert kept == pytest.approx(5, abs=0.01)
    assert choices.forget_choices() == 1


@pytest.mark.parametrize("query", ["ana@example.com", "987 654 321", "…", ""])
def test_what_may_name_a_person_is_not_counted(stools: list[Product], query: str) -> None:
    choices.record_choice(query, stools[0].pk)

    assert not SearchChoice.objects.exists()


def test_staff_see_what_choices_did(stools: list[Product]) -> None:
    open_often(stools[4], 40)
    TTLCache.clear_all()

    [raised] = [place for place in explain("stool").places if place.choices]

    assert (raised.product, raised.choices, raised.place_before) == (stools[4], 33, 5)


def open_from_results(client: Client, path: str, query: str = "stool") -> int:
    told = {"q": query, "path": path}
    return client.post("/search/chosen/", told, REMOTE_ADDR="203.0.113.7").status_code


def test_a_place_counts_once_a_day_and_nonsense_not_at_all(
    client: Client, stools: list[Product]
) -> None:
    path = f"/p/{stools[0].slug}/"

    answers = [open_from_results(client, each) for each in (path, path, "/nowhere/", "", "/p/x/")]

    assert answers == [204] * 5
    assert [row.weight for row in SearchChoice.objects.all()] == [1]
    assert client.get("/search/chosen/").status_code == 405


def test_a_purchase_counts_for_the_search_that_led_to_it(client: Client, settings: Any) -> None:
    settings.DEMO = True
    open_shop()
    bought, other = stocked(5), stocked(5)
    for variant in (bought, other):
        open_from_results(client, f"/p/{variant.product.slug}/", "cosa buena")
    fill_cart(client, bought.sku)

    answer = client.post("/checkout/", form_data())

    assert answer.status_code == 302
    weights = dict(SearchChoice.objects.values_list("product", "weight"))
    assert {row.words for row in SearchChoice.objects.all()} == {choices.key_of("cosa buena")}
    assert weights[bought.product_id] == pytest.approx(choices.OPENED + choices.BOUGHT, abs=0.01)
    assert weights[other.product_id] == choices.OPENED


def test_a_forged_cookie_counts_nothing(client: Client) -> None:
    open_shop()
    variant = stocked(5)
    client.cookies["found_by"] = f'{{"{variant.product_id}": "cosa"}}'
    fill_cart(client, variant.sku)

    assert client.post("/checkout/", form_data()).status_code == 302
    assert not SearchChoice.objects.exists()
