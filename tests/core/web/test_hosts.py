"""The shop has one address: whatever name it is called by, its links lead to SITE_URL."""

import re
from typing import Any

import pytest
from django.test import Client
from post_office.models import Email

from core.web.hosts import is_own
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(settings: Any) -> None:
    settings.SITE_URL = "http://tienda.example"
    settings.ALLOWED_HOSTS = ["tienda.example", "www.tienda.example", "localhost", "127.0.0.1"]


@pytest.mark.parametrize("host", ["tienda.example:6666", "www.tienda.example", "localhost:6666"])
def test_any_other_name_or_port_leads_to_the_address(client: Client, host: str) -> None:
    answer = client.get("/search/?q=sof%C3%A1&page=2", headers={"host": host})

    assert answer.status_code == 302
    assert answer["Location"] == "http://tienda.example/search/?q=sof%C3%A1&page=2"


def test_a_path_leads_to_no_other_shop(client: Client) -> None:
    answer = client.get("/", headers={"host": "localhost:6666"}, PATH_INFO="//evil.example/")

    assert answer["Location"] == "http://tienda.example//evil.example/"


def test_a_form_sent_to_another_name_is_refused(client: Client) -> None:
    UserFactory.create(email="ana@example.com")

    answer = client.post(
        "/account/password/reset/", {"email": "ana@example.com"}, headers={"host": "localhost:6666"}
    )

    assert answer.status_code == 400
    assert not Email.objects.exists()


def test_a_name_that_nobody_gave_the_shop_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/webhooks/stripe/", 405)],
)
def test_probes_and_providers_may_use_the_ip_address(
    client: Client, path: str, status: int
) -> None:
    assert client.get(path, headers={"host": "127.0.0.1:8000"}).status_code == status


@pytest.mark.parametrize(
    ("site", "own", "foreign"),
    [
        ("https://Shop.example", "shop.example:443", "shop.example:80"),
        ("https://shop.example:8443/", "SHOP.example:8443", "shop.example:443"),
        ("http://[::1]:8000", "[::1]:8000", "[::1]:8001"),
        ("http://127.0.0.1:8000", "127.0.0.1", "127.0.0.1:80"),
    ],
)
def test_a_proxy_may_leave_the_port_out_and_nobody_may_make_one_up(
    settings: Any, site: str, own: str, foreign: str
) -> None:
    settings.SITE_URL = site

    assert is_own(own)
    assert not is_own(foreign)


@pytest.mark.parametrize(
    ("path", "email"),
    [
        ("/account/password/reset/", "ana@example.com"),
        ("/account/password/reset/", "nobody@example.com"),
        ("/en/account/signup/", "new@example.com"),
        ("/account/signup/", "ana@example.com"),
    ],
)
def test_links_of_mails_are_of_the_address(
    client: Client, settings: Any, path: str, email: str
) -> None:
    settings.SITE_URL = "http://tienda.example:8443"
    UserFactory.create(email="ana@example.com")
    names = {"first_name": "Rosa", "last_name": "Flores"}
    typed = names | {"email": email, "password1": "una llave larga 7"}

    client.post(path, typed, headers={"host": "tienda.example"})

    written = Email.objects.get(to=[email]).message
    assert re.findall(r"https?://[^/\s]+", written)
    assert set(re.findall(r"https?://[^/\s]+", written)) == {"http://tienda.example:8443"}


def test_public_pages_name_the_address(client: Client, settings: Any) -> None:
    settings.SITE_URL = "http://tienda.example:8443"

    page = client.get("/", headers={"host": "tienda.example"}).text

    assert '<link rel="canonical" href="http://tienda.example:8443/">' in page
    assert "tienda.example/" not in page
