"""A variant is shown by its own pictures, else by its colour's, else by its product's."""

import json

import pytest
from django.db import IntegrityError
from django.test import Client

from cart.selectors import pictures_of
from catalog.imports import LineReader, OwnedPicture, pictures_of_line
from catalog.models import Product, ProductImage, Variant
from catalog.selectors import comparison, first_pictures, product_page
from tests.catalog.factories import VariantFactory
from tests.catalog.lines import in_sizes, line, load, variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def jacket() -> Product:
    """In two colours and two sizes; general pictures come first in the order."""
    load(line("j", name="jacket", slug="jacket", variants=in_sizes(prefix="J-")))
    return Product.objects.get(external_id="j")


def _show(product: Product, name: str, *, sku: str = "", **owner: str) -> None:
    shown = Variant.objects.get(sku=sku) if sku else None
    ProductImage.objects.create(
        product=product, picture=name, width=9, height=9, variant=shown, **owner
    )


def _gallery(sku: str) -> list[str]:
    page = product_page("jacket", sku)
    assert page is not None
    return [image.picture.name for image in page.images]


BLUE = {"option_key": "color", "value_key": "blue"}


def test_the_most_special_picture_comes_first_and_none_of_another_colour(jacket: Product) -> None:
    _show(jacket, "all.webp")
    _show(jacket, "blue.webp", **BLUE)
    _show(jacket, "blue-l.webp", sku="J-BLUE-L")

    assert _gallery("J-BLUE-L") == ["blue-l.webp", "blue.webp", "all.webp"]
    assert _gallery("J-BLUE-S") == ["blue.webp", "all.webp"]
    assert _gallery("J-RED-S") == ["all.webp"]
    variants = list(Variant.objects.order_by("sku"))
    for first in (
        {key: image.picture.name for key, image in first_pictures(variants).items()},
        {key: shown["src"].split("/")[-1] for key, shown in pictures_of(variants).items()},
        {
            each.variant.pk: each.image and each.image.picture.name
            for each in comparison([each.sku for each in variants])
        },
    ):
        assert [first[each.pk] for each in variants] == [
            *("blue-l.webp", "blue.webp", "all.webp", "all.webp")
        ]


def test_another_variant_s_picture_is_better_than_none_but_never_another_colour_s(
    jacket: Product,
) -> None:
    _show(jacket, "blue.webp", **BLUE)
    assert _gallery("J-RED-S") == []

    _show(jacket, "red-l.webp", sku="J-RED-L")
    assert _gallery("J-RED-S") == ["red-l.webp"]


def test_crawlers_read_each_variant_s_own_picture(client: Client, jacket: Product) -> None:
    _show(jacket, "all.webp")
    _show(jacket, "blue.webp", **BLUE)

    facts = client.get("/p/jacket/?v=J-RED-S").context["facts_for_crawlers"]

    assert {each["sku"]: each["image"].split("/")[-1] for each in facts["hasVariant"]} == {
        "J-RED-S": "all.webp",
        "J-RED-L": "all.webp",
        "J-BLUE-S": "blue.webp",
        "J-BLUE-L": "blue.webp",
    }


@pytest.mark.parametrize(
    ("words", "picture", "url"),
    [
        ("jacket", "red.webp", "/p/jacket/"),
        ("blue jacket", "blue.webp", "/p/jacket/?opt_color=blue"),
        ("jacket azul", "blue.webp", "/p/jacket/?opt_color=blue"),
    ],
)
def test_a_suggestion_shows_and_opens_the_colour_that_the_words_name(
    client: Client, jacket: Product, words: str, picture: str, url: str
) -> None:
    _show(jacket, "red.webp", option_key="color", value_key="red")
    _show(jacket, "blue.webp", **BLUE)

    groups = client.get("/search/suggest/", {"q": words}).context["groups"]

    [row] = [row for group in groups for row in group["items"] if row["label"] == "jacket"]
    assert (row["picture"]["src"].split("/")[-1], row["url"]) == (picture, url)


@pytest.mark.parametrize("owner", [{"option_key": "color"}, {"value_key": "blue"}, BLUE])
def test_a_picture_has_one_owner(owner: dict[str, str]) -> None:
    one = VariantFactory.create()

    with pytest.raises(IntegrityError, match="product_image_one_owner"):
        ProductImage.objects.create(
            product=one.product, picture="a", width=9, height=9, variant=one, **owner
        )


def test_a_file_s_picture_that_all_of_a_colour_name_is_the_colour_s() -> None:
    text = line(
        "a",
        image="red.webp",
        images=["box.webp"],
        option_images={"Size=L": ["large.webp"]},
        variants=[
            variant("R-S", color="Red", size="S") | {"image": "red.webp"},
            variant("R-L", color="Red", size="L") | {"image": "red.webp"},
            variant("B-S", color="Blue", size="S") | {"image": "blue-small.webp"},
            variant("B-L", color="Blue", size="L"),
        ],
    )

    assert pictures_of_line(LineReader("PEN", {}).read(json.dumps(text))) == [
        OwnedPicture("red.webp", "", "color", "red"),
        OwnedPicture("box.webp"),
        OwnedPicture("large.webp", "", "size", "l"),
        OwnedPicture("blue-small.webp", "B-S"),
    ]
