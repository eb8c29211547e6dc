"""Public pages: the same bytes for everybody, the true status, both languages."""

import json
from http import HTTPStatus

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse
from structlog.contextvars import bound_contextvars

from accounts.models import User
from catalog.models import Availability, Collection, Kit, Variant
from catalog.services import set_availability
from storefront.errors import server_error
from storefront.models import Banner, MenuItem, MenuPlace, Page
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create(product__name="Sofá Lima", product__slug="sofa-lima")


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    user: User = UserFactory.create(first_name="Rosalía")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(variant: Variant) -> list[str]:
    category = variant.product.category
    assert variant.brand is not None
    Kit.objects.create(name="Sala", slug="sala", discount_percent=10)
    Collection.objects.create(name="Casa clara", slug="casa-clara", is_active=True)
    Page.objects.create(title="Envíos", slug="envios", body="Cómo llega.")
    return [
        "/",
        f"/f/{category.family.slug}/",
        f"/c/{category.slug}/",
        f"/b/{variant.brand.slug}/",
        f"/s/{variant.product.seller.slug}/",
        "/p/sofa-lima/",
        "/kits/",
        "/kits/sala/",
        "/drops/",
        "/drops/casa-clara/",
        "/search/?q=sofa",
        "/pages/envios/",
    ]


def test_public_pages_are_the_same_bytes_for_everybody_and_set_no_cookie(
    client: Client, signed_in: Client, variant: Variant
) -> None:
    signed_in.post("/place/", {"district": "Miraflores, Lima"})
    for address in [*addresses(variant), "/menu/"]:
        stranger = client.get(address)
        shopper = signed_in.get(address)

        assert stranger.status_code == HTTPStatus.OK, address
        assert stranger.content == shopper.content, address
        assert b"csrfmiddlewaretoken" not in stranger.content, address
        for response in (stranger, shopper):
            assert not response.cookies, address
            assert "Cookie" not in response.get("Vary", ""), address


def test_every_public_page_has_its_other_language(client: Client, variant: Variant) -> None:
    for address in addresses(variant):
        page = client.get(address).content.decode()
        translated = client.get(f"/en{address}").content.decode()

        path = address.partition("?")[0]
        assert '<html lang="es"' in page, address
        assert '<html lang="en"' in translated, address
        assert f'hreflang="en" href="http://testserver/en{path}"' in page, address
        assert f'hreflang="es" href="http://testserver{path}"' in translated, address


@pytest.mark.parametrize("kind", ["f", "c", "b", "s", "p", "kits", "drops", "pages"])
def test_an_unknown_slug_is_a_404_in_the_shops_frame(client: Client, kind: str) -> None:
    response = client.get(f"/{kind}/no-hay/")

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert b"site-header" in response.content


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=abc",
        "page=999999999999",
        "price_min=abc",
        "price_max=-1",
        "sort=x",
        "rating=9",
    ],
)
def test_a_malformed_filter_shows_the_list(client: Client, variant: Variant, query: str) -> None:
    response = client.get(f"/c/{variant.product.category.slug}/?{query}")

    assert response.status_code == HTTPStatus.OK


def test_htmx_gets_the_results_alone(client: Client, variant: Variant) -> None:
    address = f"/c/{variant.product.category.slug}/"

    response = client.get(address, headers={"HX-Request": "true"})

    assert b"<html" not in response.content
    assert b"Sof\xc3\xa1 Lima" in response.content
    assert "HX-Request" in response["Vary"]
    assert "HX-Request" in client.get(address)["Vary"]


def test_an_inactive_product_is_not_shown(client: Client, variant: Variant) -> None:
    variant.product.is_active = False
    variant.product.save()

    assert client.get("/p/sofa-lima/").status_code == HTTPStatus.NOT_FOUND


def test_an_unknown_variant_leads_to_the_product(client: Client, variant: Variant) -> None:
    response = client.get("/p/sofa-lima/?v=otra")

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/p/sofa-lima/"


def test_a_product_tells_search_engines_its_price(client: Client, variant: Variant) -> None:
    variant.product.description = "</script><b>"
    variant.product.save()

    page = client.get("/p/sofa-lima/").content.decode()
    block = page.split('<script type="application/ld+json">')[1].split("</script>")[0]

    facts = json.loads(block)
    assert facts["offers"]["price"] == "100.00"
    assert facts["description"] == "</script><b>"


@pytest.mark.parametrize(
    ("units", "band", "words"),
    [
        (10, Availability.IN_STOCK, "Disponible"),
        (2, Availability.LAST_FEW, "Últimas unidades: quedan 2"),
        (1, Availability.LAST_FEW, "Última unidad: queda 1"),
        (1, Availability.SOLD_OUT, "Agotado"),
    ],
)
def test_a_product_says_how_many_are_left_once_they_are_few(
    client: Client, units: int, band: Availability, words: str
) -> None:
    variant = stocked(units)
    set_availability(variant.pk, band)

    page = client.get(f"/p/{variant.product.slug}/").content.decode()

    assert words in page


def test_a_product_says_how_large_and_heavy_it_is_where_that_is_known(
    client: Client, variant: Variant
) -> None:
    before = client.get(f"/p/{variant.product.slug}/").text
    measures = {"length_cm": 120, "width_cm": "45.5", "height_cm": 3, "weight_kg": "12.250"}

    Variant.objects.filter(pk=variant.pk).update(**measures)
    after = client.get(f"/p/{variant.product.slug}/").text

    assert "Largo × ancho × alto" not in before
    assert "120 × 45.5 × 3 cm" in after
    assert "12.25 kg" in after


def test_an_offer_stands_beside_the_lowest_price_before_it(
    client: Client, variant: Variant
) -> None:
    for price in (80, 90):
        variant.sale_price = price
        variant.save()

    page = client.get("/p/sofa-lima/").content.decode()

    assert "Precio más bajo de los 30 días previos:" in page
    assert "S/\N{NO-BREAK SPACE}80.00" in page


def test_menus_and_banners_lead_to_the_page_in_the_visitors_language(client: Client) -> None:
    MenuItem.objects.create(place=MenuPlace.HEADER, label="Los kits", target_url="/kits/")
    Banner.objects.create(title="Ven", target_url="/drops/", desktop_image="a.png")

    page = client.get("/en/").content.decode()

    assert '<a href="/en/kits/"' in page
    assert 'href="/en/drops/"' in page
    assert 'href="/kits/"' not in page


def test_htmx_gets_the_facets_beside_the_results(client: Client, variant: Variant) -> None:
    address = f"/c/{variant.product.category.slug}/?available=1"

    page = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert 'id="facet-groups" data-hx-swap-oob="true"' in page
    assert 'name="available"' in page


def test_a_search_that_finds_nothing_shows_what_sells_best(
    client: Client, variant: Variant
) -> None:
    set_availability(variant.pk, Availability.IN_STOCK)

    page = client.get("/search/?q=xyzzy").content.decode()

    assert "No encontramos nada para “xyzzy”" in page
    assert "Sofá Lima" in page


def test_the_page_of_a_fault_names_the_number_to_write_to_us_with(rf: RequestFactory) -> None:
    with bound_contextvars(request_id="7c1f"):
        response = server_error(rf.get("/"))

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "<b>7c1f</b>" in response.content.decode()


def test_a_database_that_is_away_is_no_fault_but_a_pause(rf: RequestFactory) -> None:
    try:
        _lose_the_database()
    except OperationalError:
        response = server_error(rf.get("/"))

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response["Retry-After"] == "10"
    assert 'id="main"' in response.content.decode()


def test_pages_ask_browsers_to_offer_neither_camera_nor_place(client: Client) -> None:
    assert "camera=()" in client.get("/")["Permissions-Policy"]


def test_public_pages_name_the_links_that_may_be_fetched_ahead(
    client: Client, signed_in: Client
) -> None:
    page = client.get("/")
    rules = client.get(page["Speculation-Rules"].strip('"'))
    own = signed_in.get(reverse("storefront:account-orders"))

    (ahead,) = rules.json()["prefetch"]
    named = ahead["where"]["and"][0]["href_matches"]
    assert rules["Content-Type"] == "application/speculationrules+json"
    assert {"/p/*", "/en/p/*", "/c/*"} <= set(named)
    assert not [path for path in named if "cart" in path or "checkout" in path or "drops" in path]
    assert "Speculation-Rules" not in own


def test_the_fragment_of_the_header_is_the_visitors_own(signed_in: Client) -> None:
    response = signed_in.get(reverse("storefront:me"))

    assert "Rosalía" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_search_speaks_json(client: Client, variant: Variant) -> None:
    response = client.get("/search/?q=sofa", headers={"Accept": "application/json"})

    assert set(response.json()) == {"count", "results", "facets"}


def test_crawlers_are_told_what_to_read(client: Client, variant: Variant) -> None:
    robots = client.get("/robots.txt").content.decode()
    sitemap = client.get("/sitemap-products.xml").content.decode()

    assert "Disallow: /checkout/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "/p/sofa-lima/</loc>" in sitemap
    assert "/en/p/sofa-lima/" in sitemap


def _lose_the_database() -> None:
    raise OperationalError("the connection is lost")
