"""The page of a kit: its price is the cart's to the cent, its stock that of the scarcest part."""

from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import BundleComponent, Kit, KitItem, ProductKind, Variant
from orders.models import OrderLine
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
PAGE = "/en/kits/comedor/"
JSON = {"Accept": "application/json"}
ODD = Decimal("33.33")


def odd(units: int) -> Variant:
    """Something whose tenth is no whole number of cents."""
    return stocked(units, variant=VariantFactory.create(product__base_price=ODD))


@pytest.fixture
def table() -> Variant:
    return odd(9)


@pytest.fixture
def chair() -> Variant:
    return odd(9)


@pytest.fixture
def lamp() -> Variant:
    return odd(9)


@pytest.fixture
def kit(table: Variant, chair: Variant, lamp: Variant) -> Kit:
    """A table, four chairs, and a lamp if wanted."""
    kit = Kit.objects.create(name="Comedor", slug="comedor", discount_percent=Decimal(10))
    for position, (variant, units) in enumerate([(table, 1), (chair, 4), (lamp, 1)]):
        KitItem.objects.create(
            kit=kit,
            product=variant.product,
            quantity=units,
            position=position,
            is_optional=variant == lamp,
        )
    return kit


def chosen(kit: Kit, *variants: Variant) -> dict[str, str]:
    """The form's fields with these chosen and everything else left out."""
    skus = {variant.product_id: variant.sku for variant in variants}
    fields = {f"item_{item.pk}": skus.get(item.product_id, "") for item in kit.items.all()}
    return {"kit": kit.slug} | fields


def test_the_price_on_the_page_is_the_carts_to_the_cent(
    client: Client, kit: Kit, table: Variant, chair: Variant, lamp: Variant
) -> None:
    whole = client.get(PAGE).context["sums"]
    without_lamp = client.get(PAGE, chosen(kit, table, chair)).context["sums"]

    cart = client.post("/cart/kit/", chosen(kit, table, chair), headers=JSON).json()

    assert without_lamp["total"] == Decimal(cart["total"])
    assert without_lamp["saved"] == Decimal(cart["discount"])
    assert whole["saved"] == Decimal("19.99")  # a tenth of the sum would be 20.00


def test_the_price_follows_the_option_that_is_chosen(
    client: Client, kit: Kit, table: Variant, chair: Variant
) -> None:
    oak = stocked(9, variant=VariantFactory.create(product=table.product, price_modifier=100))

    page = client.get(PAGE, chosen(kit, oak, chair))

    assert page.context["sums"]["subtotal"] == ODD * 5 + 100


@pytest.mark.parametrize(
    ("chairs", "text"), [(3, "Sold out"), (4, "Last one: 1 left"), (11, "Last few: 2 left")]
)
def test_the_scarcest_part_says_how_many_kits_there_are(
    client: Client, kit: Kit, table: Variant, chairs: int, text: str
) -> None:
    few = odd(chairs)
    KitItem.objects.filter(quantity=4).update(product=few.product)

    page = client.get(PAGE)

    added = client.post("/cart/kit/", chosen(kit, table, few), headers=JSON)
    assert text in page.content.decode()
    assert ("Too few of it are left" in page.content.decode()) is (chairs < 4)
    assert (added.status_code == 200) is (chairs >= 4)


def test_what_is_left_out_of_the_kit_is_not_missed(
    client: Client, kit: Kit, table: Variant, chair: Variant, lamp: Variant
) -> None:
    Client().post("/cart/add/", {"variant": lamp.sku, "quantity": "9"})

    with_lamp = client.get(PAGE, chosen(kit, table, chair, lamp))
    without = client.get(PAGE, chosen(kit, table, chair))

    assert with_lamp.context["stock"].band == "out"
    assert without.context["stock"].band == "few"


def test_a_bundle_in_a_kit_is_as_scarce_as_what_is_in_it(
    client: Client, kit: Kit, table: Variant, chair: Variant
) -> None:
    set_of_chairs = VariantFactory.create(product__kind=ProductKind.BUNDLE)
    BundleComponent.objects.create(bundle=set_of_chairs.product, variant=chair, quantity=3)
    KitItem.objects.filter(quantity=4).update(product=set_of_chairs.product, quantity=1)

    assert client.get(PAGE).context["stock"].left == 3

    KitItem.objects.filter(kit=kit, product=table.product).update(product=chair.product)
    assert client.get(PAGE).context["stock"].left == 2  # four chairs each, of nine


def test_the_orders_lines_share_the_kits_discount_to_the_cent(
    client: Client, kit: Kit, table: Variant, chair: Variant
) -> None:
    open_shop()
    client.post("/cart/kit/", chosen(kit, table, chair))
    seen = '{"goods": "166.65", "delivery": {"olva": "10.00"}}'

    client.post("/checkout/", form_data(seen=seen))

    lines = {line.variant_id: line for line in OrderLine.objects.all()}
    shares = [Decimal(unit["discount"]) for unit in lines[chair.pk].unit_allocations]
    assert lines[table.pk].discount == Decimal("3.33")
    assert shares == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33"), Decimal("3.33")]
    # What is given back for chairs that come back: what was paid for each, and for all together.
    assert sum(ODD - share for share in shares) == lines[chair.pk].total
    assert {line.kit for line in lines.values()} == {kit.name}
