"""The product's page while a size is open: what it asks, and what its form does without one."""

import json
import re

import pytest
from django.test import Client

from catalog.models import Availability, Product, Variant
from catalog.services import set_availability
from tests.catalog.lines import in_sizes, line, load, variant
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db
ADD = "/p/jacket/add/"


@pytest.fixture
def jacket() -> Product:
    load(line("j", slug="jacket", variants=in_sizes()))
    warehouse = WarehouseFactory.create()
    for each in Variant.objects.all():
        stocked(5, variant=each, warehouse=warehouse)
        set_availability(each.pk, Availability.IN_STOCK)
    return Product.objects.get()


def read(client: Client, address: str = "/p/jacket/") -> str:
    return " ".join(client.get(address).content.decode().split())


def in_cart(client: Client) -> dict[str, int]:
    answer = client.get("/cart/", headers={"Accept": "application/json"})
    return {each["sku"]: each["quantity"] for each in json.loads(answer.content)["lines"]}


def test_the_page_asks_for_the_size_in_the_words_of_the_option(
    client: Client, jacket: Product
) -> None:
    assert "Elige tu talla" in read(client)
    assert "Choose your size" in read(client, "/en/p/jacket/")
    assert "Elige tu" not in read(client, "/p/jacket/?v=RED-L")


def test_prices_that_differ_begin_somewhere_until_the_size_is_chosen(
    client: Client, jacket: Product
) -> None:
    price = re.compile(r'<p class="price price--large">(.*?)</p>')
    assert "desde" not in price.findall(read(client))[0]
    Variant.objects.filter(sku="RED-L").update(price_modifier=5)

    assert "desde" in price.findall(read(client))[0]
    assert "10.00" in price.findall(read(client))[0]
    assert "desde" not in price.findall(read(client, "/p/jacket/?v=RED-L"))[0]


def test_the_form_puts_the_chosen_size_into_the_cart(client: Client, jacket: Product) -> None:
    answer = client.post(ADD, {"opt_color": "blue", "opt_size": "l", "quantity": "2"})

    assert answer.status_code == 302
    assert in_cart(client) == {"BLUE-L": 2}


def test_what_is_chosen_wins_over_the_variant_that_the_page_was_for(
    client: Client, jacket: Product
) -> None:
    client.post(ADD, {"variant": "RED-S", "opt_color": "red", "opt_size": "l", "quantity": "1"})

    assert in_cart(client) == {"RED-L": 1}


def test_without_a_size_the_page_says_so_beside_it_and_loses_nothing(
    client: Client, jacket: Product
) -> None:
    answer = client.post(ADD, {"opt_color": "blue", "quantity": "3"})
    page = " ".join(answer.content.decode().split())

    assert (answer.status_code, answer["Cache-Control"]) == (422, "private, no-store")
    error = re.search(r'<p class="[^"]*" id="options-size-error" (\w*)', page)
    assert error is not None
    assert error[1] != "hidden"
    assert 'id="options-size" aria-describedby="options-size-error"' in page
    assert re.search(r'name="quantity" value="3"', page)
    assert re.search(r'value="blue" checked', page)
    assert re.search(r'name="opt_size" value="s" required autofocus', page)
    assert in_cart(client) == {}


def test_scripts_get_the_product_again_and_programs_a_sentence(
    client: Client, jacket: Product
) -> None:
    swapped = client.post(ADD, {"opt_color": "red"}, headers={"HX-Request": "true"})
    told = client.post(ADD, {"opt_color": "red"}, headers={"Accept": "application/json"})

    assert (swapped["HX-Retarget"], swapped["HX-Reselect"]) == ("#product", "#product")
    assert (told.status_code, told.json()) == (422, {"error": "Elige tu talla"})


def test_more_of_a_size_than_there_are_is_refused_as_before(
    client: Client, jacket: Product
) -> None:
    answer = client.post(ADD, {"opt_color": "blue", "opt_size": "l", "quantity": "6"})

    assert answer.status_code == 409
    assert "/p/jacket/?v=BLUE-L" in answer.content.decode()


def test_nobody_reloads_into_an_error(client: Client, jacket: Product) -> None:
    assert client.get(ADD)["Location"] == "/p/jacket/"
    assert client.post("/p/nothing/add/", {"opt_size": "l"})["Location"] == "/p/nothing/"


def test_a_whole_choice_has_the_address_of_its_variant(client: Client, jacket: Product) -> None:
    assert "HX-Push-Url" not in client.get("/p/jacket/?opt_color=blue")

    answer = client.get("/p/jacket/?opt_color=blue&opt_size=l")

    assert answer["HX-Push-Url"] == "/p/jacket/?v=BLUE-L"
    assert answer.context["variant"].sku == "BLUE-L"


def test_what_is_sold_out_in_all_sizes_tells_how_to_be_told(
    client: Client, jacket: Product
) -> None:
    for each in Variant.objects.all():
        set_availability(each.pk, Availability.SOLD_OUT)

    assert "Elige tu talla y te avisamos cuando vuelva." in read(client)
    assert "Avísame cuando vuelva" in read(client, "/p/jacket/?v=RED-S")


def test_one_less_than_one_is_off_from_the_start(client: Client, jacket: Product) -> None:
    assert 'data-step="-1" disabled' in read(client)


def test_a_list_of_a_colour_leads_to_the_product_in_that_colour(
    client: Client, jacket: Product
) -> None:
    shelf = f"/c/{jacket.category.slug}/"

    assert 'href="/p/jacket/?opt_color=blue"' in read(client, f"{shelf}?opt_color=blue")
    assert 'href="/p/jacket/"' in read(client, shelf)


def test_a_combination_that_is_not_there_is_asked_about_and_nothing_else_is_put_in(
    client: Client, jacket: Product
) -> None:
    Variant.objects.filter(sku="BLUE-L").update(is_active=False)

    answer = client.post(ADD, {"opt_color": "blue", "opt_size": "l", "variant": "RED-L"})

    assert answer.status_code == 422
    assert "Esa combinación no existe" in answer.content.decode()
    assert in_cart(client) == {}


def test_a_variant_without_the_last_option_is_bought_as_it_is(client: Client) -> None:
    load(
        line(
            "j",
            slug="jacket",
            variants=[variant("S", color="Red", size="S"), variant("ONE", color="Red")],
        )
    )
    warehouse = WarehouseFactory.create()
    for each in Variant.objects.all():
        stocked(5, variant=each, warehouse=warehouse)
        set_availability(each.pk, Availability.IN_STOCK)

    client.post(ADD, {"opt_color": "red", "variant": "ONE", "quantity": "1"})

    assert in_cart(client) == {"ONE": 1}
