"""What attackers try first, and what comes of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.test import Client
from PIL import Image

from accounts.models import User
from catalog.models import Variant
from core.redis import client as redis
from core.web.uploads import clean_paper, clean_picture
from orders.models import Order
from promotions.models import Coupon, Redemption
from tests.accounts.factories import PASSWORD, UserFactory, verified
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked
from tests.pagecache.visits import Door
from tests.promotions.factories import CouponFactory

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    *("https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example"),
    *("///x.example",),
    *("javascript:alert(1)", "https:evil.example", "http:///evil.example"),
    *("\thttps://evil.example",),
]


@pytest.fixture
def variant() -> Variant:
    open_shop()
    return stocked(5)


@pytest.mark.parametrize("target", ["nowhere", "cart:page", "c\U000b1fb4"])
def test_next_is_an_address_and_no_name_of_a_page(
    client: Client, variant: Variant, target: str
) -> None:
    item = {"variant": variant.sku, "quantity": "1", "next": target}

    answer = client.post("/cart/add/", item)

    assert answer["Location"] == "/cart/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_to_no_other_shop(client: Client, variant: Variant, target: str) -> None:
    user = verified()
    signing_in = {"login": user.email, "password": PASSWORD, "next": target}

    answers = [
        client.post("/cart/add/", {"variant": variant.sku, "quantity": "1", "next": target}),
        client.post(f"/cart/add/?next={target}", {"variant": variant.sku, "quantity": "1"}),
        client.post("/account/login/", signing_in),
        client.get("/account/login/", {"next": target}),
        client.get("/admin/login/", {"next": target}),
        client.get("/payments/return/PED-1/", {"next": target, "key": target}),
        client.post("/account/logout/", {"next": target}),
    ]

    for answer in answers:
        assert answer.get("Location", "/")[0] == "/", answer["Location"]
        assert not answer.get("Location", "/").startswith(("//", "/\\"))


def test_a_name_cannot_leave_the_data_for_search_engines(client: Client) -> None:
    name = "</script><script>alert(1)</script>"
    product = VariantFactory.create(product__name=name).product

    page = client.get(f"/p/{product.slug}/").content.decode()

    assert "<script>alert" not in page


def test_no_line_break_gets_into_the_head_of_a_mail(client: Client) -> None:
    answer = client.post(
        "/account/password/reset/", {"email": "a@example.com\r\nBcc: b@example.com"}
    )

    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Header values can't contain newlines"):
        EmailMessage("Hi\nBcc: b@example.com", "", to=["a@example.com"]).message()


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_origin_is_let_in(client: Client, variant: Variant, origin: str) -> None:
    """Neither to read with the visitor's cookies, nor to write."""
    strange = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}

    answers: list[Any] = [client.get(path, headers=strange) for path in ("/", "/me/", "/cart/")]
    answers += [client.options(path, headers=strange) for path in ("/", "/cart/add/")]
    posted = client.post("/cart/add/", {"variant": variant.sku}, headers=strange)

    assert {answer.get("Access-Control-Allow-Origin") for answer in answers} == {None}
    assert posted.status_code == 403


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        ("https://evil.example", "none", 403),
        ("https://evil.example", "same-origin", 403),
        ("null", "none", 403),
        ("http://testserver", "cross-site", 403),
        ("http://testserver", "same-site", 403),
        ("http://testserver", "same-origin", 302),
        ("http://testserver", None, 302),
        (None, "none", 302),
        (None, None, 302),
    ],
)
def test_both_headers_of_a_browser_have_to_agree(
    client: Client, variant: Variant, origin: str | None, site: str | None, status: int
) -> None:
    sent = {"Origin": origin, "Sec-Fetch-Site": site}
    headers = {name: value for name, value in sent.items() if value}

    posted = client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"}, headers=headers)

    assert posted.status_code == status


def picture(*, comment: bytes = b"") -> BytesIO:
    drawn = BytesIO()
    Image.new("RGB", (30, 20), "white").save(drawn, "JPEG", comment=comment)
    return BytesIO(drawn.getvalue() + comment)


def test_what_hides_in_a_picture_does_not_come_through() -> None:
    """A picture that is a script, a page or an archive as well is only a picture afterwards."""
    hidden = b"<?php system($_GET[0]); ?><script>alert(1)</script>PK\3\4"
    upload = picture(comment=hidden)
    upload.name = "../../shell.php"

    kept = [clean_picture(upload), clean_paper(BytesIO(upload.getvalue()))]

    for each in kept:
        data = each.read()
        assert b"<?php" not in data
        assert b"<script" not in data
        assert b"PK\3\4" not in data
        assert str(each.name).endswith(".jpg")
        assert "/" not in str(each.name)


def test_no_name_leads_out_of_the_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = Client()

    for name in ("../secret-key", "..%2f..%2f.env", "%2e%2e/.env", "/etc/passwd"):
        for start in ("/media/", "/static/"):
            assert client.get(start + name).status_code in (301, 302, 400, 404)
    with pytest.raises(Exception, match=r"outside|traversal"):
        default_storage.open("../secret-key")


@pytest.mark.parametrize("path", ["/static/", "/static/js/", "/media/", "/media/products/"])
def test_folders_list_nothing(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DEBUG", "X" * 100])
def test_odd_methods_do_nothing(client: Client, variant: Variant, method: str) -> None:
    answers = [client.generic(method, path) for path in ("/", "/cart/add/", "/account/login/")]

    assert {answer.status_code for answer in answers} <= {403, 405, 200}
    assert all("message/http" not in answer.get("Content-Type", "") for answer in answers)
    assert not Order.objects.exists()


def test_fields_that_no_form_has_change_nothing(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    grabbed = {"is_staff": "on", "is_superuser": "on", "email": "x@example.com", "groups": "1"}

    client.post("/account/profile/", {"first_name": "Eva", **grabbed, "password": "x", "id": "1"})

    after = User.objects.get(pk=user.pk)
    assert (after.first_name, after.is_staff, after.is_superuser) == ("Eva", False, False)
    assert (after.email, after.password) == (user.email, user.password)


def test_a_field_that_is_sent_twice_is_read_once(client: Client, variant: Variant) -> None:
    """The last one counts, and the address does not speak for the body."""
    twice = {"variant": ["nothing", variant.sku], "quantity": ["9", "1"]}

    client.post(f"/cart/add/?quantity=4&variant={variant.sku}", twice)

    assert client.get("/cart/", headers={"Accept": "application/json"}).json()["count"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"total": "0.01", "price": "0.01", "unit_price": "0"},
        {"discount": "99", "discount_total": "99", "coupon": ""},
        {
            "customer": "1",
            "user": "1",
            "status": "paid",
            "payment_status": "paid",
            "paid_at": "now",
        },
        {"shipping_total": "0", "shipping_price": "0"},
    ],
)
def test_no_field_of_the_checkout_makes_it_cheaper(
    client: Client, variant: Variant, changes: dict[str, str]
) -> None:
    fill_cart(client, variant.sku)

    client.post("/checkout/", form_data(**changes))

    order = Order.objects.get()
    assert str(order.total) == "110.00"
    assert (order.status, order.payment_status) == ("pending", order.payment_status)
    assert order.paid_at is None


@pytest.mark.parametrize("quantity", ["-1", "-5", "1e1", "0.5", "2147483648", "+1", "٣"])
def test_no_odd_quantity_gets_into_a_cart(client: Client, variant: Variant, quantity: str) -> None:
    client.post("/cart/add/", {"variant": variant.sku, "quantity": quantity})

    lines = client.get("/cart/", headers={"Accept": "application/json"}).json()["lines"]
    assert all(0 < line["quantity"] <= 5 for line in lines)


@pytest.mark.django_db(transaction=True)
def test_a_coupon_for_one_serves_one_of_many_who_press_at_once() -> None:
    open_shop()
    sku = stocked(20).sku
    coupon = CouponFactory.create(code="UNO")
    Coupon.objects.filter(pk=coupon.pk).update(max_uses=1)
    clients = [Client() for _ in range(6)]
    for client in clients:
        fill_cart(client, sku)
        client.post("/cart/coupon/", {"code": "UNO"})
    waiting = iter(enumerate(clients))

    def buy() -> int:
        number, client = next(waiting)
        seen = '{"goods": "100.00", "delivery": {"olva": "10.00"}}'
        form = form_data(email=f"persona.{number}@example.com", coupon="UNO", seen=seen)
        return client.post("/checkout/", form).status_code

    at_once(buy, times=len(clients))

    assert Redemption.objects.count() <= 1


def test_a_strange_host_is_refused_and_stands_in_no_link(client: Client) -> None:
    user = UserFactory.create()

    refused = client.get("/", headers={"Host": "evil.example"})
    forwarded = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    client.post(
        "/account/password/reset/",
        {"email": user.email},
        headers={"X-Forwarded-Host": "evil.example"},
    )

    assert refused.status_code == 400
    assert b"evil.example" not in forwarded.content


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Forwarded-Port", "666"),
        ("Forwarded", "host=evil.example"),
        ("X-Original-Url", "/admin/"),
        ("X-Rewrite-Url", "/admin/"),
        ("Accept-Language", "en"),
        ("X-Http-Method-Override", "DELETE"),
        ("Cookie", "sessionid=x; cart=y; django_language=en"),
        ("Origin", "https://evil.example"),
        ("Referer", "https://evil.example/"),
        ("User-Agent", "<script>alert(1)</script>"),
        ("Range", "bytes=0-1"),
    ],
)
def test_made_up_heads_change_no_page(head: str, value: str) -> None:
    """What somebody sends along is not kept for who comes next."""
    alone = Door().get("/kits/")
    fresh()
    door = Door()

    first, next_one = door.get("/kits/", **{head: value}), door.get("/kits/")

    assert (first.status, next_one.status) == (200, 200)
    assert next_one.text == alone.text
    assert "evil" not in first.text


def fresh() -> None:
    """Nothing is kept any more."""
    redis().flushdb()


def test_the_page_of_an_odd_query_is_nobody_elses() -> None:
    door = Door()
    alone = door.get("/kits/").text

    for query in ("a=<script>alert", "utm_source=<script>alert", "page=%00", ";page=2", "a=1&a=2"):
        for _twice in range(3):
            door.get(f"/kits/?{query}")

    assert door.get("/kits/").text == alone
    assert "<script>alert" not in door.get("/kits/?a=<script>alert").text
