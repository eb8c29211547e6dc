"""The cart's actions over HTTP: what a shopper may do, and what he is told when he may not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from cart import store
from catalog.models import Collection, CollectionProduct, CollectionType, ProductImage, Variant
from inventory.models import Reservation
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.promotions.factories import PromotionFactory
from tests.shipping.factories import ShippingMethodFactory

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def variant() -> Variant:
    return stocked(5)


@pytest.fixture
def filled(client: Client, variant: Variant) -> Client:
    """A visitor with one unit in the cart."""
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})
    return client


def test_adding_holds_the_units_and_shows_the_line(variant: Variant, client: Client) -> None:
    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": "2"}, follow=True)

    assert response.status_code == 200
    assert variant.product.name in response.content.decode()
    hold = Reservation.objects.get()
    assert (hold.quantity, hold.status) == (2, "active")


def test_adding_answers_json_to_who_asks_for_it(variant: Variant, client: Client) -> None:
    response = client.post(
        "/cart/add/", {"variant": str(variant.pk), "quantity": "1"}, headers=JSON
    )

    assert response.json()["count"] == 1
    assert response.json()["total"] == "100.00"
    assert response.json()["lines"][0]["held_seconds"] > 0


def test_the_amounts_of_the_lines_add_up_to_the_subtotal(client: Client) -> None:
    PromotionFactory.create()
    for _ in range(2):
        client.post("/cart/add/", {"variant": stocked(5).sku, "quantity": "2"})

    page = client.get("/cart/")

    cart = page.context["cart"]
    assert sum(line.amount for line in cart.lines) == cart.basket.subtotal == 400
    assert cart.basket.total == 360
    assert page.content.decode().count("200.00") == 2


def test_adding_opens_the_drawer_for_htmx(variant: Variant, client: Client) -> None:
    response = client.post(
        "/cart/add/",
        {"variant": variant.sku, "quantity": "1"},
        headers={"HX-Request": "true", "HX-Target": "cart-drawer-body"},
    )

    assert "open-dialog" in response.headers["HX-Trigger"]
    assert "<html" not in response.content.decode()


def test_a_cart_is_the_same_page_in_english(filled: Client) -> None:
    response = filled.get("/en/cart/")

    assert "Your cart" in response.content.decode()


def test_a_line_shows_a_small_copy_of_the_picture(variant: Variant, client: Client) -> None:
    ProductImage.objects.create(
        product=variant.product,
        picture="products/sofa.webp",
        width=640,
        height=640,
        rendition_widths=[320],
    )

    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"}, follow=True)

    assert "sofa.320.avif 320w" in response.content.decode()


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "1000000000", "abc", "", "1.5", "9" * 5000, "\0", "1_0", "٣"]
)
def test_a_bad_quantity_is_explained_and_changes_nothing(
    variant: Variant, client: Client, quantity: str
) -> None:
    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": quantity})

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Reservation.objects.exists()


@pytest.mark.parametrize(
    "variant", ["", "NO-SUCH-SKU", "01a1fcc9-960c-756f-85f5-86f22d40e267", "x" * 500, "' OR 1=1 --"]
)
def test_an_unknown_variant_is_explained(client: Client, variant: str) -> None:
    response = client.post("/cart/add/", {"variant": variant, "quantity": "1"})

    assert response.status_code in (409, 422)
    assert 'role="alert"' in response.content.decode()


def test_an_inactive_variant_is_refused(client: Client) -> None:
    variant = stocked(5, variant=VariantFactory.create(is_active=False))

    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})

    assert response.status_code == 409


def test_more_than_there_is_is_refused_and_holds_nothing(client: Client) -> None:
    variant = stocked(2)

    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": "3"}, headers=JSON)

    assert response.status_code == 409
    assert response.json()["error"]
    assert response.json()["count"] == 0
    assert not Reservation.objects.exists()


def test_the_purchase_limit_of_the_product_holds(client: Client) -> None:
    variant = stocked(50)
    variant.product.purchase_limit = 3
    variant.product.save(update_fields=["purchase_limit"])
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "2"})

    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": "2"}, headers=JSON)

    assert response.status_code == 409
    assert response.json()["count"] == 2


def test_a_drop_sells_nothing_before_it_starts(variant: Variant, client: Client) -> None:
    drop = Collection.objects.create(
        name="D",
        slug="d",
        type=CollectionType.DROP,
        starts_at=timezone.now() + timedelta(hours=1),
        is_active=True,
    )
    CollectionProduct.objects.create(collection=drop, product=variant.product)

    response = client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})

    assert response.status_code == 409
    assert not Reservation.objects.exists()


def test_a_forged_price_is_ignored(variant: Variant, client: Client) -> None:
    response = client.post(
        "/cart/add/",
        {"variant": variant.sku, "quantity": "1", "price": "0.01", "total": "0.01"},
        headers=JSON,
    )

    assert response.json()["total"] == "100.00"


def test_changing_and_removing_follow_in_stock(variant: Variant, client: Client) -> None:
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "4"})

    client.post("/cart/update/", {"variant": variant.sku, "quantity": "1"})
    held_after_change = Reservation.objects.active().get().quantity
    client.post("/cart/remove/", {"variant": variant.sku})

    assert held_after_change == 1
    assert not Reservation.objects.active().exists()


def test_a_line_that_is_gone_is_said_to_be(variant: Variant, client: Client) -> None:
    response = client.post("/cart/update/", {"variant": variant.sku, "quantity": "1"})

    assert response.status_code == 409


def test_an_unknown_coupon_is_explained(filled: Client) -> None:
    response = filled.post("/cart/coupon/", {"code": "NADA"}, headers=JSON)

    assert response.status_code == 409
    assert response.json()["coupon"] == ""


def test_a_refused_coupon_stays_in_its_field(filled: Client) -> None:
    response = filled.post("/cart/coupon/", {"code": "NADA"})

    assert 'value="NADA"' in response.content.decode()


def test_another_sites_page_cannot_post(variant: Variant, client: Client) -> None:
    data = {"variant": variant.sku, "quantity": "1"}

    by_fetch = client.post("/cart/add/", data, headers={"Sec-Fetch-Site": "cross-site"})
    by_origin = client.post("/cart/add/", data, headers={"Origin": "https://evil.example"})
    own = client.post("/cart/add/", data, headers={"Origin": "http://testserver"})

    assert (by_fetch.status_code, by_origin.status_code, own.status_code) == (403, 403, 302)


def test_an_expired_or_forged_cookie_is_an_empty_cart(client: Client) -> None:
    client.cookies["cart"] = "forged:x:y"

    response = client.get("/cart/")

    assert response.status_code == 200


def test_a_redis_that_is_away_closes_the_cart_alone_and_the_log_says_why(
    filled: Client,
    variant: Variant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(store, "client", lambda: away)

    page = filled.get("/cart/")
    add = filled.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})
    program = filled.get("/cart/", headers=JSON)

    assert (page.status_code, add.status_code, program.status_code) == (503, 503, 503)
    said = [record.msg for record in caplog.records if "redis_away" in str(record.msg)]
    assert len(said) == 3
    assert all("Connection refused" in str(line) for line in said)


def test_the_lines_last_48_hours_from_the_last_use(filled: Client, redis_server: Redis) -> None:
    [name] = list(redis_server.scan_iter("cart:*"))
    assert redis_server.ttl(name) == pytest.approx(48 * 3600, abs=5)
    cookie = filled.cookies["cart"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_adding_takes_nine_queries_and_four_transactions(
    client: Client, django_assert_max_num_queries
) -> None:
    variants = [stocked(5) for _ in range(3)]
    for variant in variants[:2]:
        client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})

    with django_assert_max_num_queries(9 + 4):
        client.post("/cart/add/", {"variant": variants[2].sku, "quantity": "1"})


@pytest.mark.parametrize("lines", [1, 12])
def test_the_page_asks_as_much_for_twelve_lines_as_for_one(
    client: Client, lines: int, django_assert_max_num_queries
) -> None:
    for _ in range(lines):
        client.post("/cart/add/", {"variant": stocked(5).sku, "quantity": "1"})

    client.get("/cart/", headers=JSON)

    with django_assert_max_num_queries(18):
        client.get("/cart/", headers=JSON)


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true", "HX-Target": "cart"}])
def test_what_was_taken_out_is_put_back(
    variant: Variant, client: Client, htmx: dict[str, str]
) -> None:
    line = {"variant": str(variant.pk), "kit": "", "quantity": "2"}
    client.post("/cart/add/", line)

    gone = client.post("/cart/remove/", line, headers=htmx, follow=True)
    undo = gone.context["undo"]
    back = client.post("/cart/put-back/", undo | {"variant": str(undo["variant"])}, follow=True)

    assert variant.product.name in gone.content.decode()
    assert back.context["cart"].count == Reservation.objects.active().get().quantity == 2
    assert back.context["undo"] is None


def test_an_address_names_only_what_the_cart_could_hold(filled: Client, variant: Variant) -> None:
    for query in (
        {"variant": variant.sku, "quantity": "1"},
        {"variant": "nada", "quantity": "1"},
        {"variant": stocked(1).sku, "quantity": "x"},
    ):
        assert filled.get("/cart/", query).context["undo"] is None


@pytest.mark.parametrize(
    ("thresholds", "missing", "words"),
    [
        ([250], 50, "Te faltan <b>S/ 50.00</b> para el envío gratis"),
        ([None, 250], 50, "Te faltan <b>S/ 50.00</b> para el envío gratis con Way 1"),
        ([300, 200], 0, "Tienes envío gratis con Way 1"),
        ([200, 200], 0, "Tienes envío gratis"),
    ],
)
def test_the_cart_says_what_is_missing_for_a_way_that_is_free(
    client: Client, thresholds: list[int | None], missing: int, words: str
) -> None:
    for place, free_over in enumerate(thresholds):
        name = f"Way {place}"
        ShippingMethodFactory.create(name_en=name, name_es=name, free_over=free_over)
    client.post("/cart/add/", {"variant": stocked(5).sku, "quantity": "2"})

    page = client.get("/cart/")

    assert page.context["cart"].free_delivery["missing"] == missing
    said = " ".join(page.content.decode().split())
    assert words in said
    assert ("envío gratis con" in said) is ("con Way" in words)


def test_nothing_is_said_of_free_delivery_where_no_way_is_free(client: Client) -> None:
    ShippingMethodFactory.create(free_over=None)
    client.post("/cart/add/", {"variant": stocked(5).sku, "quantity": "2"})

    page = client.get("/cart/")

    assert page.context["cart"].free_delivery is None
    assert "envío gratis" not in page.content.decode()
