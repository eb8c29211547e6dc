"""Cards tell of a product what its row, its variants and their pictures say."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.models import Availability, Product, ProductImage, Variant
from catalog.selectors import CardPicture, ListingFilters, Scope, cards_of, listing, product_page
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


def test_cards_come_in_the_order_of_their_keys_without_those_that_are_gone() -> None:
    first, second = ProductFactory.create_batch(2)

    found = cards_of([second.pk, uuid4(), first.pk])

    assert [card.id for card in found] == [second.pk, first.pk]


@pytest.mark.parametrize("number", [1, 20])
def test_any_number_of_cards_is_one_query(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [VariantFactory.create().product_id for _ in range(number)]

    with django_assert_num_queries(1):
        assert len(cards_of(keys)) == number
    with django_assert_num_queries(0):
        assert cards_of([]) == ()


@pytest.mark.parametrize(
    ("texts", "spanish", "english"),
    [
        ({"name_es": "Lámpara", "name_en": "Lamp"}, "Lámpara", "Lamp"),
        ({"name_es": "Lámpara", "name_en": None}, "Lámpara", "Lámpara"),
        ({"name_es": "", "name_en": "Lamp"}, "Lamp", "Lamp"),
    ],
)
def test_a_card_has_the_name_in_the_language_of_the_page_or_in_the_one_there_is(
    texts: dict[str, str | None], spanish: str, english: str
) -> None:
    product = ProductFactory.create()
    Product.objects.rewrite(False).filter(pk=product.pk).update(**texts)

    for language, name in (("es", spanish), ("en", english)):
        with override(language):
            assert [card.name for card in cards_of([product.pk])] == [name]


def test_a_card_tells_of_the_variants_that_are_sold_and_of_the_first_picture() -> None:
    colours = [variant("A-RED", color="Red"), variant("A-BLUE", color="Blue")]
    load(line("a", brand="Garúa", price="50.00", variants=colours))
    product = Product.objects.get()
    Variant.objects.filter(sku="A-BLUE").update(is_new=True, price_modifier=40)
    for position, name in ((2, "second.webp"), (1, "first.webp")):
        image = ProductImage.objects.create(product=product, position=position, alt=f"Of {name}")
        ProductImage.objects.filter(pk=image.pk).update(picture=name)
    ProductImage.objects.update(width=640, height=480, rendition_widths=[320, 200])

    (card,) = cards_of([product.pk])

    assert (card.brand, card.has_price_range, card.is_new) == ("Garúa", True, True)
    assert [colour.label for colour in card.colours] == ["Rojo", "Azul"]
    assert card.image == CardPicture("first.webp", 640, 480, "Of first.webp", (200, 320))

    Variant.objects.filter(sku="A-BLUE").update(is_active=False)
    (card,) = cards_of([product.pk])
    assert (card.has_price_range, card.is_new, card.colours) == (False, False, ())
    assert card.price_from == Decimal("50.00")


@pytest.fixture
def jacket() -> Product:
    """Each colour has a picture of its own; a general one stands before them."""
    colours = ("Red", "Blue", "Black")
    sizes = [
        variant(f"{colour}-{size}", color=colour, size=size) for colour in colours for size in "SL"
    ]
    load(line("j", slug="jacket", variants=sizes))
    product = Product.objects.get(external_id="j")
    Variant.objects.update(availability=Availability.IN_STOCK)
    for key in ("", "blue", "red"):
        ProductImage.objects.create(
            product=product,
            picture=f"{key or 'all'}.webp",
            option_key=key and "color",
            value_key=key,
            width=9,
            height=9,
        )
    return product


def shown(product: Product, **wanted: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    (card,) = cards_of([product.pk], wanted)
    assert card.image is not None
    return card.image.name, card.choice


def test_a_card_shows_the_variant_that_its_page_shows_first(jacket: Product) -> None:
    assert shown(jacket) == ("red.webp", {})

    Variant.objects.filter(sku__startswith="Red").update(availability=Availability.SOLD_OUT)
    page = product_page("jacket")

    assert page is not None
    assert page.images[0].picture.name == "blue.webp"
    assert shown(jacket) == ("blue.webp", {})


def test_a_card_shows_the_colour_that_the_list_was_narrowed_to(jacket: Product) -> None:
    assert shown(jacket, color=("blue",)) == ("blue.webp", {"color": "blue"})
    assert shown(jacket, color=("black", "green")) == ("all.webp", {"color": "black"})
    assert shown(jacket, color=("green",)) == ("red.webp", {})


def test_the_second_picture_is_another_view_of_the_same_colour(jacket: Product) -> None:
    def views(**wanted: tuple[str, ...]) -> list[str]:
        (card,) = cards_of([jacket.pk], wanted)
        return [image.name for image in card.images]

    general = ProductImage.objects.get(picture="all.webp")
    for picture, position in (("red-back.webp", 1), ("red-worn.webp", 2)):
        ProductImage.objects.create(
            product=jacket,
            picture=picture,
            position=position,
            option_key="color",
            value_key="red",
            width=9,
            height=9,
        )

    assert views() == ["red.webp", "red-back.webp"]
    assert views(color=("blue",)) == ["blue.webp", "all.webp"]

    general.delete()
    assert views(color=("blue",)) == ["blue.webp"]


def test_pictures_of_other_variants_stand_in_but_are_no_second_view() -> None:
    load(line("a", variants=[variant(f"A-{size}", size=size) for size in "SML"]))
    product = Product.objects.get()
    for each in Variant.objects.exclude(sku="A-S"):
        ProductImage.objects.create(
            product=product, variant=each, picture=f"{each.sku}.webp", width=9, height=9
        )

    (card,) = cards_of([product.pk])

    assert card.sku == "A-S"
    assert len(card.images) == 1


def test_a_list_narrowed_to_a_colour_costs_no_query_more(
    jacket: Product, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    filters = ListingFilters(options={"color": ("blue",), "size": ("l",)})
    scope = Scope(category_id=jacket.category_id)
    listing(filters, scope=scope)

    with django_assert_max_num_queries(7):
        (card,) = listing(filters, scope=scope).cards

    assert card.choice == {"color": "blue"}
