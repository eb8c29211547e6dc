"""What each answer tells the browser, and how the shop's cookies are locked."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.urls import media
from core.web.csp import PolicyMiddleware
from tests.accounts.factories import PASSWORD, verified
from tests.config.test_settings import COMPLETE
from tests.inventory.factories import stocked
from tests.waitingroom.factories import lively_room

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = [
    *("/", "/en/", "/account/login/", "/account/orders/", "/cart/", "/checkout/", "/admin/"),
    *("/healthz", "/readyz", "/sitemap.xml", "/robots.txt", "/search/?q=a", "/nada/", "/p/nada/"),
    *("/webhooks/nobody/", "/metrics", "/search/suggest/?q=sof", "/me/"),
]
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FIXED = {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'"}


@pytest.fixture
def https(settings: Any) -> Any:
    """The shop as it is where it stands on the net."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    return settings


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_locked(client: Client, https: Any, address: str) -> None:
    answer = client.get(address, secure=True)

    assert {name: answer.get(name) for name in HEADERS} == HEADERS
    policy = answer["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} >= FIXED
    assert "unsafe" not in policy
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_who_comes_without_https_is_sent_there(client: Client, https: Any) -> None:
    answer = client.get("/account/login/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/account/login/")


@pytest.mark.django_db
def test_a_drawing_that_is_opened_by_itself_runs_nothing(client: Client) -> None:
    answer = client.get("/static/img/icons.svg")
    policy = answer.get("Content-Security-Policy", "")
    answer.close()

    assert policy.endswith("sandbox")


@pytest.mark.django_db
def test_a_picture_that_is_opened_by_itself_may_be_laid_out_and_runs_nothing(
    rf: RequestFactory, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "sofa.webp").write_bytes(b"RIFF")

    request = rf.get("/media/sofa.webp")
    answer = PolicyMiddleware(HttpResponse).process_response(request, media(request, "sofa.webp"))
    policy = answer.headers["Content-Security-Policy"]
    answer.close()

    assert "style-src 'unsafe-inline'" in policy
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert policy in (ROOT / "deploy/Caddyfile").read_text()


@pytest.mark.django_db
def test_every_cookie_belongs_to_this_host_alone(client: Client, https: Any) -> None:
    user = verified()
    room = lively_room()

    client.get("/account/login/", secure=True)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD}, secure=True)
    client.post("/cart/add/", {"variant": stocked(5).sku, "quantity": "1"}, secure=True)
    client.get(f"/drops/{room.collection.slug}/queue/", secure=True)

    kinds = {name.removeprefix("__Host-").split("-")[0] for name in client.cookies}
    assert kinds >= {"session", "csrf", "cart", "device", "queue"}
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"] or not cookie.value, name
        assert cookie["httponly"] or not cookie.value, name
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", ""), name


def test_a_shop_on_the_net_is_locked_without_being_asked() -> None:
    asked = (
        "from config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.DEBUG)"
    )

    told = run("-c", asked)

    assert told.stdout.split() == [
        "__Host-session",
        "__Host-csrf",
        "True",
        "31536000",
        "True",
        "False",
    ]


def test_the_checks_of_a_deployment_find_nothing(tmp_path: Path) -> None:
    key = "".join(map(chr, range(ord("0"), ord("z"))))

    told = run(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY=key,
        EMAIL_URL="smtp+tls://mail.example.com:587",
        BACKUP_TO=str(tmp_path),
    )

    assert told.returncode == 0, told.stderr


def test_the_back_office_may_stand_elsewhere() -> None:
    asked = (
        "import django; django.setup(); from django.urls import reverse;"
        "print(reverse('admin:index'), reverse('admin:orders_order_changelist'))"
    )

    moved, wrong = run("-c", asked, ADMIN_PATH="/back/door"), run("-c", asked, ADMIN_PATH="a b")

    assert moved.stdout.split() == ["/back/door/", "/back/door/orders/order/"]
    assert "ADMIN_PATH" in wrong.stderr


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program of the shop as it would be started on the net."""
    inherited = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=inherited | COMPLETE | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
