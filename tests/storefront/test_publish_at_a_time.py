"""A product that is published at a time to come is nowhere before it, and everywhere after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import (
    Brand,
    Category,
    Collection,
    CollectionProduct,
    Family,
    Kit,
    KitItem,
    Product,
)
from catalog.services import count_search_words, refresh_search, set_availability
from core.caching.ttl import TTLCache
from storefront.drop_state import live_drop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
PAGES = (
    "/",
    "/f/muebles/",
    "/c/sofas/",
    "/b/altozano/",
    "/s/{seller}/",
    "/search/?q=lanzamiento",
    "/search/?q=SECRETO-1",
    "/search/suggest/?q=lanzam",
    "/kits/",
    "/kits/sala/",
    "/drops/nuevo/",
    "/sitemap-products.xml",
    "/sitemap-kits.xml",
    "/p/lanzamiento/",
    "/compare/?v=SECRETO-1",
    "/recently-seen/?p=lanzamiento",
)


@pytest.fixture
def coming():
    """A product of tomorrow, on a shelf, in a collection and in a kit, with ten units."""
    variant = stocked(10)
    product = variant.product
    Product.objects.filter(pk=product.pk).update(
        name="Lanzamiento", name_es="Lanzamiento", slug="lanzamiento"
    )
    variant.sku, variant.is_new, variant.is_featured = "SECRETO-1", True, True
    variant.save()
    Brand.objects.update(slug="altozano")
    Category.objects.update(slug="sofas")
    Family.objects.update(slug="muebles")
    collection = Collection.objects.create(
        name="Nuevo", slug="nuevo", type="seasonal", is_active=True
    )
    CollectionProduct.objects.create(collection=collection, product=product)
    kit = Kit.objects.create(name="Sala de estar", slug="sala", discount_percent=0)
    KitItem.objects.create(kit=kit, product=product)
    set_availability(variant.pk, "in_stock")
    publish(product, timezone.now() + timedelta(days=1))
    refresh_search([product.pk])
    count_search_words()
    return variant


def publish(product, at):
    Product.objects.filter(pk=product.pk).update(published_at=at)


def shown_on(client, variant):
    seller = variant.product.seller.slug
    texts = {page: client.get(page.format(seller=seller)).text for page in PAGES}
    words = ("Lanzamiento", "Sala de estar", "/p/lanzamiento/</loc>", "/kits/sala/</loc>")
    return {page for page, text in texts.items() if any(word in text for word in words)}


def test_nothing_shows_or_sells_it_before_its_time(coming, client):
    assert shown_on(client, coming) == set()
    assert live_drop("nuevo").units == 0
    assert client.get("/p/lanzamiento/").status_code == 404
    assert client.get("/kits/sala/").status_code == 404
    assert client.post("/back-in-stock/", {"v": "SECRETO-1"}).status_code == 404

    client.post("/cart/add/", {"variant": "SECRETO-1", "quantity": "1"})

    assert "SECRETO-1" not in client.get("/cart/").text


def test_everything_shows_and_sells_it_when_its_second_has_come(coming, client):
    shown_on(client, coming)
    # Before this test's transaction began, for that is what PostgreSQL calls now.
    publish(coming.product, timezone.now() - timedelta(minutes=1))
    TTLCache.clear_all()

    missing = set(PAGES) - shown_on(client, coming)
    client.post("/cart/add/", {"variant": "SECRETO-1", "quantity": "1"})

    assert missing == set()
    assert "Lanzamiento" in client.get("/cart/").text
