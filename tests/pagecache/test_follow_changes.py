"""A page is made again when what it shows has changed, and only then."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance import config
from django.db import transaction
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from catalog.models import Availability, Collection, Kit, Product, Variant
from catalog.search.indexing import unqueued
from catalog.services import add_sold, set_availability
from pagecache import services
from pagecache.models import Change
from pagecache.store import PageStore
from storefront.models import Banner, Page
from storefront.tasks import invalidate_timed_pages
from tests.accounts.factories import signed_in
from tests.catalog.factories import VariantFactory
from tests.pagecache.visits import Door

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create(product__name="Sofá Lima", product__slug="sofa-lima")


@pytest.fixture
def other() -> Variant:
    return VariantFactory.create(product__name="Mesa Puno", product__slug="mesa-puno")


@pytest.fixture
def door(variant: Variant, other: Variant) -> Door:
    services.invalidate_changed()
    return Door()


def addresses(variant: Variant) -> list[str]:
    product = variant.product
    assert variant.brand is not None
    return [
        "/",
        f"/p/{product.slug}/",
        f"/c/{product.category.slug}/",
        f"/f/{product.category.family.slug}/",
        f"/b/{variant.brand.slug}/",
        f"/s/{product.seller.slug}/",
    ]


def made_again(door: Door, pages: list[str], change: Callable[[], Any]) -> list[str]:
    """Those of the pages that are made again after the change."""
    with pytest.MonkeyPatch.context() as patch:
        # Else pages that a busy machine renders slowly expire before they are asked for again.
        patch.setattr("pagecache.store.LAG", 0)
        for page in pages:
            door.get(page)
    change()
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.invalidate_changed()
    found = []
    for page in pages:
        before = door.asked
        door.get(page)
        if door.asked > before:
            found.append(page)
    return found


def test_a_price_changes_the_product_and_its_lists(
    door: Door, variant: Variant, other: Variant
) -> None:
    pages = addresses(variant)

    assert made_again(door, pages, lambda: reprice(variant)) == pages
    assert "77.77" in door.get("/p/sofa-lima/").text.replace(",", ".")


def test_pages_without_the_product_stay(door: Door, variant: Variant, other: Variant) -> None:
    pages = ["/p/mesa-puno/", f"/c/{other.product.category.slug}/", "/kits/", "/drops/"]

    assert made_again(door, pages, lambda: reprice(variant)) == []


def reprice(variant: Variant) -> None:
    Product.objects.filter(pk=variant.product_id).update(base_price=Decimal("77.77"))


def test_a_band_of_stock_changes_them_too(door: Door, variant: Variant) -> None:
    pages = addresses(variant)

    assert made_again(door, pages, lambda: set_availability(variant.pk, Availability.LAST_FEW)) == (
        pages
    )


def test_how_often_a_product_was_sold_changes_nothing(door: Door, variant: Variant) -> None:
    assert made_again(door, addresses(variant), lambda: add_sold({variant.pk: 9})) == []


def test_a_kit_follows_its_pieces(door: Door, variant: Variant) -> None:
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=5)
    kit.items.create(product=variant.product)
    services.invalidate_changed()

    assert made_again(door, ["/kits/", "/kits/sala/"], lambda: reprice(variant)) == [
        "/kits/",
        "/kits/sala/",
    ]
    assert "73.88" in door.get("/kits/").text.replace(",", ".")


def test_an_option_is_a_change_of_its_product(door: Door, variant: Variant) -> None:
    def rename() -> None:
        variant.options.create(name="Color", key="colour", value="Azul", value_key="azul")

    assert made_again(door, ["/p/sofa-lima/"], rename) == ["/p/sofa-lima/"]


@pytest.mark.parametrize(
    ("change", "page"),
    [
        (lambda: Banner.objects.create(title="Sala", desktop_image="a.png"), "/"),
        (lambda: Kit.objects.create(name="Sala", slug="sala", discount_percent=5), "/kits/"),
        (lambda: Collection.objects.create(name="Clara", slug="clara"), "/drops/"),
        (lambda: Page.objects.create(title="Envíos", slug="envios"), "/drops/"),
    ],
)
def test_what_staff_put_together_changes_its_page(
    door: Door, change: Callable[[], Any], page: str
) -> None:
    assert made_again(door, [page], change) == [page]


def test_a_setting_changes_every_page(door: Door, variant: Variant) -> None:
    pages = [*addresses(variant), "/kits/"]

    assert made_again(door, pages, lambda: setattr(config, "STORE_NAME", "Casa Nueva")) == pages
    assert "Casa Nueva" in door.get("/kits/").text


def test_what_another_process_remembers_for_a_second_is_not_kept_for_long(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.get("/kits/")
    services.record_changes(["all"])
    services.invalidate_changed()

    door.get("/kits/")

    # Made within the second in which memories may be old, so it is soon made again.
    monkeypatch.setattr("pagecache.wsgi.time.time", lambda: timezone.now().timestamp() + 3)
    before = door.asked
    door.get("/kits/")
    assert door.asked == before + 1


def test_a_change_that_is_rolled_back_is_none(door: Door, variant: Variant) -> None:
    def change() -> None:
        with transaction.atomic():
            reprice(variant)
            transaction.set_rollback(True)

    assert made_again(door, ["/p/sofa-lima/"], change) == []


def test_changes_wait_for_redis(
    door: Door, variant: Variant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reprice(variant)
    with monkeypatch.context() as patch:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        patch.setattr(services, "store", PageStore())
        assert services.invalidate_changed() == 0

    assert Change.objects.exists()
    assert services.invalidate_changed() > 0
    assert not Change.objects.exists()


def test_staff_see_their_change_at_once(door: Door, client: Client, settings: Any) -> None:
    settings.DEMO = True
    signed_in(client, Role.CATALOGUE)
    door.get("/kits/")

    client.post(
        reverse("admin:storefront_page_add"),
        {"title_es": "Envíos", "slug": "envios", "kind": "text"},
    )

    before = door.asked
    door.get("/kits/")
    assert door.asked == before + 1
    assert not Change.objects.exists()


def test_an_import_notes_one_change(door: Door) -> None:
    with transaction.atomic(), unqueued():
        VariantFactory.create_batch(3)

    assert list(Change.objects.values_list("parts", flat=True)) == [["all"]]


def test_the_clock_opens_and_ends_what_no_row_tells(door: Door, variant: Variant) -> None:
    now = timezone.now()
    Banner.objects.create(title="Hoy", desktop_image="a.png", starts_at=now - timedelta(seconds=5))
    later = Product.objects.filter(pk=variant.product_id)
    later.update(published_at=now - timedelta(seconds=5))
    services.invalidate_changed()
    pages = ["/", f"/c/{variant.product.category.slug}/", "/drops/"]

    assert made_again(door, pages, invalidate_timed_pages) == pages[:2]


def test_a_page_is_stale_when_the_drop_on_it_begins(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = timezone.now() + timedelta(seconds=20)
    Collection.objects.create(name="Noche", slug="noche", type="drop", starts_at=begins)
    services.invalidate_changed()
    door.get("/drops/")

    monkeypatch.setattr("pagecache.wsgi.time.time", lambda: begins.timestamp() + 1)
    before = door.asked
    door.get("/drops/")

    assert door.asked == before + 1
