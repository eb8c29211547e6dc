"""What is not fit for the public says so, and does not start."""

from typing import Any

import pytest
from django.core.checks import run_checks

from core.web.checks import refuse_unfit

pytestmark = pytest.mark.django_db

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
HTTPS = "https://shop.example.com"


@pytest.fixture
def public(settings: Any) -> Any:
    """A shop as it should be: no demo, HTTPS, a mail server."""
    settings.DEBUG = settings.DEMO = settings.IS_PLAIN = False
    settings.SITE_URL = HTTPS
    settings.ALLOWED_HOSTS = ["shop.example.com", "127.0.0.1"]
    settings.POST_OFFICE = settings.POST_OFFICE | {"BACKENDS": {"default": SMTP}}
    return settings


def ours() -> set[str]:
    found = run_checks(tags=["security"], include_deployment_checks=True)
    return {str(each.id) for each in found if str(each.id).startswith("core.E")}


def test_a_shop_in_order_starts_and_the_check_says_nothing(public: Any) -> None:
    refuse_unfit()

    assert ours() == set()


@pytest.mark.parametrize("backend", [FILES, CONSOLE])
def test_a_shop_without_a_mail_server_is_refused(public: Any, backend: str) -> None:
    public.POST_OFFICE = public.POST_OFFICE | {"BACKENDS": {"default": backend}}

    assert ours() == {"core.E001"}
    with pytest.raises(SystemExit, match="vitrina: EMAIL_URL"):
        refuse_unfit()


def test_links_without_https_are_refused(public: Any) -> None:
    public.SITE_URL = "http://shop.example.com"

    assert ours() == {"core.E002"}
    with pytest.raises(SystemExit, match="vitrina: SITE_URL"):
        refuse_unfit()


def test_hosts_without_the_shops_own_address_are_refused(public: Any) -> None:
    public.ALLOWED_HOSTS = ["shop.example.org", "127.0.0.1"]

    assert ours() == {"core.E003"}
    with pytest.raises(
        SystemExit, match=r"vitrina: ALLOWED_HOSTS does not name shop\.example\.com"
    ):
        refuse_unfit()


def test_a_demo_may_lack_both(public: Any) -> None:
    public.DEMO = True
    public.SITE_URL = "http://127.0.0.1:8000"
    public.POST_OFFICE = public.POST_OFFICE | {"BACKENDS": {"default": FILES}}

    refuse_unfit()

    assert ours() == set()


def test_a_shop_tried_out_on_this_machine_starts_but_is_not_fit(public: Any) -> None:
    public.IS_PLAIN = True
    public.SITE_URL = "http://127.0.0.1:8000"

    refuse_unfit()

    assert ours() == {"core.E002"}
