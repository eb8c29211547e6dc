"""What machines read of the shop: sitemaps, the product feed, facts in the pages."""

import json
import re
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product, ProductImage, Variant
from storefront import feeds, sitemaps, tasks
from tests.catalog.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
LINK = "{http://www.w3.org/1999/xhtml}link"
FACTS = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
G = "{http://base.google.com/ns/1.0}"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any, client: Client) -> None:
    private = settings.STORAGES["private"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"private": private}
    settings.SITE_URL = "http://tienda.example"
    settings.ALLOWED_HOSTS = ["tienda.example"]
    client.defaults["HTTP_HOST"] = "tienda.example"


def _picture(product: Product, variant: Variant | None = None) -> ProductImage:
    name = f"products/{variant.sku if variant else product.sku}.jpg"
    return ProductImage.objects.create(
        product=product, variant=variant, picture=name, width=9, height=9
    )


def _urls(client: Client, address: str) -> dict[str, ET.Element]:
    root = ET.fromstring(client.get(address).content)
    return {str(each.findtext(f"{MAP}loc")): each for each in root}


def test_the_index_leads_to_every_page_once_in_each_language(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps.PageSitemap, "limit", 2)
    product = VariantFactory.create(product__slug="sofa").product
    _picture(product)
    ProductFactory.create_batch(2)

    index = _urls(client, "/sitemap.xml")
    pages = [url for address in index for url in _urls(client, address)]
    found = _urls(client, "/sitemap-products.xml")

    assert not any("kits.xml" in address for address in index)
    assert all(each.findtext(f"{MAP}lastmod") for each in index.values())
    assert len(pages) == len(set(pages))
    assert {"http://tienda.example/p/sofa/", "http://tienda.example/en/p/sofa/"} <= set(pages)
    entry = found["http://tienda.example/en/p/sofa/"]
    assert [link.get("hreflang") for link in entry.iter(LINK)] == ["es", "en", "x-default"]
    assert [each.text for each in entry.iter(f"{IMAGE}loc")] == [
        f"http://tienda.example/media/products/{product.sku}.jpg"
    ]
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_a_file_far_behind_is_found_by_its_first_key(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps.PageSitemap, "limit", 3)
    shown = [VariantFactory.create().product for _ in range(7)]
    hidden = ProductFactory.create(is_active=False)
    for product in (*shown, hidden):
        _picture(product)

    files = [_urls(client, f"/sitemap-products.xml?p={number}") for number in (1, 2, 3)]
    late = VariantFactory.create().product
    Product.objects.filter(pk=shown[0].pk).update(is_active=False)
    again = [_urls(client, f"/sitemap-products.xml?p={number}") for number in (1, 2, 3)]

    def slugs(file: dict[str, ET.Element]) -> list[str]:
        return [url.split("/")[-2] for url in file if "/en/" not in url]

    assert [slugs(file) for file in files] == [
        [each.slug for each in some] for some in (shown[:3], shown[3:6], shown[6:])
    ]
    assert all(
        entry.find(f".//{IMAGE}loc") is not None for file in files for entry in file.values()
    )
    # What is new meanwhile comes last, what is gone is left out, and nothing is told twice.
    assert [len(slugs(file)) for file in again] == [2, 3, 2]
    assert slugs(again[2]) == [shown[6].slug, late.slug]
    assert client.get("/sitemap-products.xml?p=4").status_code == 404


def _feed(client: Client, address: str) -> dict[str, dict[str, str]]:
    content = b"".join(client.get(address))
    return {
        str(item.findtext(f"{G}id")): {each.tag.removeprefix(G): each.text or "" for each in item}
        for item in ET.fromstring(content).iter("item")
    }


def test_the_feed_has_what_can_be_bought_in_each_language(client: Client) -> None:
    variant = VariantFactory.create(
        sku="S-1",
        sale_price=Decimal(80),
        gtin="4006381333931",
        name_es="Sofá <rojo> \x0b",
        name_en="Sofa",
        product__slug="sofa",
        product__description_es="Cómodo & ancho",
    )
    variant.options.create(key="color", value_key="red", name_es="Color", value_es="Rojo")
    _picture(variant.product)
    paused = VariantFactory.create(product__sales_paused=True)
    _picture(paused.product)
    VariantFactory.create(sku="NO-PICTURE")

    spanish, english = _feed(client, "/feeds/google.xml"), _feed(client, "/en/feeds/google.xml")

    assert set(spanish) == set(english) == {"S-1"}
    item = spanish["S-1"]
    assert item["title"] == "Sofá <rojo> "
    assert (item["price"], item["sale_price"]) == ("100.00 PEN", "80.00 PEN")
    assert (item["gtin"], item["availability"]) == ("4006381333931", "out_of_stock")
    assert (item["color"], item["description"]) == ("Rojo", "Cómodo & ancho")
    assert item["link"] == "http://tienda.example/p/sofa/?v=S-1"
    assert item["image_link"].startswith("http://tienda.example/media/")
    assert english["S-1"]["link"] == "http://tienda.example/en/p/sofa/?v=S-1"
    assert english["S-1"]["title"] == "Sofa"


def test_the_feed_is_read_from_its_file_and_costs_few_queries_to_write(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for variant in VariantFactory.create_batch(12):
        _picture(variant.product)
    with django_assert_max_num_queries(12):
        assert len("".join(feeds.google("es")).split("<item>")) == 13

    tasks.write_feeds()
    Variant.objects.update(name_es="Otro")

    assert "Otro" not in {item["title"] for item in _feed(client, "/feeds/google.xml").values()}
    tasks.write_feeds()
    assert "Otro" in {item["title"] for item in _feed(client, "/feeds/google.xml").values()}


def _facts(client: Client, address: str) -> list[dict[str, Any]]:
    text = client.get(address).content.decode()
    return [
        json.loads(found)
        for found in re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL
        )
    ]


def _check_offer(offer: dict[str, Any]) -> None:
    """What Google requires of an offer, and of its returns."""
    assert offer["@type"] == "Offer"
    assert re.fullmatch(r"\d+\.\d\d", offer["price"])
    assert offer["priceCurrency"] == "PEN"
    assert offer["availability"].startswith("https://schema.org/")
    assert offer["url"].startswith("http://tienda.example/")
    assert len(offer["hasMerchantReturnPolicy"]["applicableCountry"]) == 2


def test_a_product_tells_what_search_engines_ask_for(client: Client) -> None:
    product = ProductFactory.create(slug="sofa", rating_average=Decimal("4.5"), rating_count=3)
    variants = [
        VariantFactory.create(product=product, gtin=gtin, brand=None)
        for gtin in ("4006381333931", "")
    ]
    for value, variant in zip(("Rojo", "Azul"), variants, strict=True):
        variant.options.create(
            key="color", value_key=value.lower(), name_es="Color", value_es=value
        )
    _picture(product)
    _picture(product, variants[1])

    facts = {each["@type"]: each for each in _facts(client, "/p/sofa/")}

    group = facts["ProductGroup"]
    assert group["variesBy"] == ["https://schema.org/color"]
    assert group["aggregateRating"]["reviewCount"] == 3
    assert {each["color"] for each in group["hasVariant"]} == {"Rojo", "Azul"}
    for each in group["hasVariant"]:
        assert each["name"]
        assert each["image"].startswith("http://tienda.example/")
        _check_offer(each["offers"])
    assert group["hasVariant"][0]["gtin"] == "4006381333931"
    assert "gtin" not in group["hasVariant"][1]
    crumbs = facts["BreadcrumbList"]["itemListElement"]
    assert [each["position"] for each in crumbs] == list(range(1, len(crumbs) + 1))


def test_a_lone_variant_is_a_product_with_one_offer(client: Client) -> None:
    variant = VariantFactory.create(product__slug="taza")
    _picture(variant.product)

    product = next(each for each in _facts(client, "/p/taza/") if each["@type"] == "Product")

    assert {"name", "image", "description", "sku"} <= set(product)
    assert "aggregateRating" not in product
    _check_offer(product["offers"])


@pytest.mark.parametrize("address", ["/", "/p/taza/"])
def test_pages_name_each_other_in_the_other_language(client: Client, address: str) -> None:
    VariantFactory.create(product__slug="taza")

    pages = [client.get(prefix + address).content.decode() for prefix in ("", "/en")]
    named = [
        dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))
        for page in pages
    ]

    assert named[0] == named[1]
    assert set(named[0]) == {"es", "en", "x-default"}
    for page, own in zip(pages, (named[0]["es"], named[0]["en"]), strict=True):
        assert f'rel="canonical" href="{own}"' in page
