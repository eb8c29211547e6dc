"""Whose address the store sees behind a proxy: throttles and limits of sign-ins count by it."""

import pytest
from django.test import RequestFactory

from config.wsgi import application


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sender", "forwarded", "seen"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_a_visitors_address_is_taken_from_the_shops_own_proxy_alone(
    sender: str, forwarded: str, seen: str
) -> None:
    request = RequestFactory().get(
        "/healthz", REMOTE_ADDR=sender, headers={"X-Forwarded-For": forwarded}
    )

    application(request.environ, lambda *_: None)

    assert request.environ["REMOTE_ADDR"] == seen
