"""Cards: their one badge and fixed lines, and what can be put into the cart from them."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Availability, CollectionProduct, Product, Variant
from tests.catalog.factories import VariantFactory
from tests.catalog.lines import line, load, variant
from tests.inventory.factories import stocked
from tests.waitingroom.factories import DropFactory

pytestmark = pytest.mark.django_db
ADD = {"HX-Request": "true", "HX-Target": "cart-drawer-body", "HX-Trigger": "quick"}


@pytest.fixture
def jacket() -> Product:
    """In two colours and three sizes; blue is sold out in L, and there is none in S."""
    names = ("Red-S", "Red-M", "Red-L", "Blue-M", "Blue-L")
    sizes = [
        variant(name, color=colour, size=size)
        for name in names
        for colour, size in [name.split("-")]
    ]
    load(line("j", slug="jacket", name="Casaca", variants=sizes))
    Variant.objects.update(availability=Availability.IN_STOCK)
    Variant.objects.filter(sku="Blue-L").update(availability=Availability.SOLD_OUT)
    Product.objects.update(availability=Availability.IN_STOCK)
    return Product.objects.get()


def card(client: Client, product: Product) -> str:
    page = client.get(f"/en/recently-seen/?p={product.slug}", headers={"Accept": "text/html"})
    found = re.search(r"<article.*?</article>", page.text, re.DOTALL)
    assert found
    return found[0]


def of_list(client: Client, product: Product) -> str:
    page = client.get(f"/en/c/{product.category.slug}/")
    found = re.search(r"<article.*?</article>", page.text, re.DOTALL)
    assert found
    return found[0]


def offered(page: str) -> dict[str, bool]:
    """The SKUs that can be pressed for, and whether they are for sale."""
    buttons = re.findall(r'form="quick" name="variant" value="(.*?)"[^>]*?( disabled)?>', page)
    return {sku: not disabled for sku, disabled in buttons}


@pytest.mark.parametrize(
    ("is_gone", "is_on_offer", "is_few", "is_new", "badge"),
    [
        (True, True, True, True, "Sold out"),
        (False, True, True, True, "\u221250 %"),
        (False, False, True, True, "Last few"),
        (False, False, False, True, "New"),
        (False, False, False, False, None),
    ],
)
def test_a_card_has_one_badge_at_most(
    client: Client, is_gone: bool, is_on_offer: bool, is_few: bool, is_new: bool, badge: str | None
) -> None:
    product = VariantFactory.create(is_new=is_new).product
    band = Availability.LAST_FEW if is_few else Availability.IN_STOCK
    band = Availability.SOLD_OUT if is_gone else band
    Product.objects.filter(pk=product.pk).update(availability=band)
    if is_on_offer:
        Product.objects.filter(pk=product.pk).update(list_price_from=product.base_price * 2)

    html = card(client, product)

    assert re.findall(r'card__badge">(.*?)<', html) == ([badge] if badge else [])
    assert "days before" not in html


@pytest.mark.parametrize(("reviews", "is_shown"), [(2, False), (3, True)])
def test_a_card_tells_the_rating_from_three_reviews(
    client: Client, reviews: int, is_shown: bool
) -> None:
    product = VariantFactory.create().product
    Product.objects.filter(pk=product.pk).update(rating_average="4.5", rating_count=reviews)

    html = card(client, product)

    assert ("4.5" in html) is is_shown
    assert "card__meta" in html


def test_a_card_without_a_choice_puts_it_into_the_cart_and_works_without_scripts(
    client: Client,
) -> None:
    chair = stocked(3)
    Variant.objects.filter(pk=chair.pk).update(availability=Availability.IN_STOCK)
    Product.objects.filter(pk=chair.product_id).update(availability=Availability.IN_STOCK)

    html = of_list(client, chair.product)
    cart = client.post("/en/cart/add/", {"variant": chair.sku}, follow=True)

    assert offered(html) == {chair.sku: True}
    assert cart.context["cart"].count == 1


def test_a_card_with_a_choice_leads_to_its_sheet_or_to_its_page(
    client: Client, jacket: Product
) -> None:
    html = of_list(client, jacket)

    assert offered(html) == {}
    assert 'data-hx-get="/en/p/jacket/quick/"' in html
    assert '<a class="card__add" href="/en/p/jacket/"' in html


def test_a_sold_out_card_offers_nothing(client: Client) -> None:
    product = VariantFactory.create(availability=Availability.SOLD_OUT).product

    html = of_list(client, product)

    assert "card__add" not in html
    assert "card__heart" in html


def test_colours_narrow_the_sheet_and_sizes_are_pressed_for(
    client: Client, jacket: Product
) -> None:
    first = client.get("/en/p/jacket/quick/")
    blue = client.get("/en/p/jacket/quick/?opt_color=blue")

    assert offered(first.text) == {"Red-S": True, "Red-M": True, "Red-L": True}
    assert offered(blue.text) == {"": False, "Blue-M": True, "Blue-L": False}
    assert json.loads(first["HX-Trigger-After-Swap"]) == {"open-dialog": {"id": "quick-sheet"}}
    assert "public" in first["Cache-Control"]
    assert client.get("/en/p/nothing/quick/").status_code == 404


def test_what_is_not_on_sale_yet_says_so_in_the_sheet(client: Client, jacket: Product) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    drop = DropFactory.create(starts_at=tomorrow, ends_at=tomorrow + timedelta(days=1))
    CollectionProduct.objects.create(collection=drop, product=jacket)

    page = client.get("/en/p/jacket/quick/")

    assert page.context["refusal"]
    assert offered(page.text) == {}


def test_refusals_of_cards_are_told_beside_the_list(client: Client) -> None:
    chair, gone, hidden = stocked(3), *VariantFactory.create_batch(2)
    Product.objects.filter(pk=chair.product_id).update(purchase_limit=1)
    Product.objects.filter(pk=hidden.product_id).update(is_active=False)
    client.post("/en/cart/add/", {"variant": chair.sku}, headers=ADD)

    for refused in (chair, gone, hidden):
        answer = client.post("/en/cart/add/", {"variant": refused.sku}, headers=ADD)
        said = json.loads(answer["HX-Trigger"])

        assert answer.status_code in (409, 422)
        assert said["toast"]["level"] == "error"
        assert said["toast"]["text"]
        assert "open-dialog" not in said
