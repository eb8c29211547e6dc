"""What of a product is chosen for the shopper, and what they have to choose themselves."""

import pytest

from catalog.models import Availability, Product, Variant
from catalog.selectors import OptionGroup, ProductPage, chosen_sku, product_page
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


def make(slug: str, *variants: tuple[str, dict[str, str]]) -> Product:
    load(line(slug, slug=slug, variants=[variant(sku, **options) for sku, options in variants]))
    Variant.objects.update(availability=Availability.IN_STOCK)
    return Product.objects.get(external_id=slug)


@pytest.fixture
def jacket() -> Product:
    sizes = [
        (f"{colour.upper()}-{size}", {"color": colour, "size": size})
        for colour in ("Red", "Blue")
        for size in ("S", "L")
    ]
    return make("jacket", *sizes, ("BLUE-XL", {"color": "Blue", "size": "XL"}))


def sell_out(*skus: str) -> None:
    Variant.objects.filter(sku__in=skus).update(availability=Availability.SOLD_OUT)


def show(slug: str = "jacket", sku: str | None = None, **wanted: str) -> ProductPage:
    page = product_page(slug, sku, wanted)
    assert page is not None
    return page


def group(page: ProductPage, key: str) -> OptionGroup:
    return next(option for option in page.options if option.key == key)


def sold_out(page: ProductPage, key: str) -> set[str]:
    return {choice.key for choice in group(page, key).choices if choice.is_sold_out}


def test_a_colour_is_chosen_and_sizes_are_left_open(jacket: Product) -> None:
    page = show()

    assert page.open == ("size",)
    assert (group(page, "color").chosen, group(page, "size").chosen) == ("red", "")
    assert [variant.sku for variant in page.left] == ["RED-S", "RED-L"]


def test_the_colour_of_the_first_that_can_be_bought_is_chosen(jacket: Product) -> None:
    sell_out("RED-S", "RED-L")

    page = show()

    assert group(page, "color").chosen == "blue"


def test_a_named_variant_has_everything_chosen(jacket: Product) -> None:
    page = show(sku="BLUE-L")

    assert (page.open, page.variant.sku) == ((), "BLUE-L")
    assert [variant.sku for variant in page.left] == ["BLUE-L"]


def test_the_options_one_by_one_lead_to_the_variant(jacket: Product) -> None:
    assert show(color="blue").open == ("size",)
    assert show(color="blue").variant.sku == "BLUE-S"

    page = show(color="blue", size="l")

    assert (page.open, page.variant.sku) == ((), "BLUE-L")


def test_another_colour_without_the_chosen_size_asks_for_the_size_again(jacket: Product) -> None:
    page = show(color="red", size="xl")

    assert (group(page, "color").chosen, page.open) == ("red", ("size",))


def test_what_the_product_does_not_have_counts_as_not_chosen(jacket: Product) -> None:
    page = show(color="green", fabric="wool", size="")

    assert (group(page, "color").chosen, page.open) == ("red", ("size",))


def test_a_colour_is_sold_out_only_if_all_its_sizes_are(jacket: Product) -> None:
    sell_out("BLUE-S")
    assert sold_out(show(sku="BLUE-S"), "color") == set()
    assert sold_out(show(sku="BLUE-S"), "size") == {"s"}
    assert sold_out(show(sku="RED-S"), "size") == set()

    sell_out("BLUE-L", "BLUE-XL")
    assert sold_out(show(sku="RED-S"), "color") == {"blue"}


def test_a_size_that_the_colour_does_not_come_in_is_not_offered(jacket: Product) -> None:
    offered = {choice.key: choice.is_offered for choice in group(show(), "size").choices}

    assert offered == {"s": True, "l": True, "xl": False}


def test_one_value_alone_is_no_choice() -> None:
    make("cable", ("CABLE", {"length": "2 m"}))
    make("cap", ("CAP-RED", {"color": "Red"}), ("CAP-BLUE", {"color": "Blue"}))

    assert (show("cable").open, show("cap").open) == ((), ())


def test_every_option_but_the_colour_is_open_wherever_it_stands() -> None:
    make(
        "bed",
        ("BED-1", {"size": "Queen", "color": "Red"}),
        ("BED-2", {"size": "King", "color": "Red"}),
        ("BED-3", {"size": "King", "color": "Blue"}),
    )

    assert show("bed").open == ("size",)
    # There is but one size in blue.
    assert show("bed", color="blue").variant.sku == "BED-3"
    assert show("bed", color="blue").open == ()


def test_a_form_names_a_variant_by_all_its_options(jacket: Product) -> None:
    assert chosen_sku("jacket", {"color": "blue", "size": "l"}) == "BLUE-L"
    assert chosen_sku("jacket", {"color": "blue"}) is None
    assert chosen_sku("jacket", {"color": "red", "size": "xl"}) is None
    assert chosen_sku("nothing", {"color": "red"}) is None
