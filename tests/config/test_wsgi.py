"""Whose address the store sees behind a proxy: throttles and limits of sign-ins count by it."""

import pytest
from django.test import RequestFactory

from config.wsgi import application, store_application
from storefront.views import search
from tests.pagecache.visits import Door


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


@pytest.mark.django_db
def test_behind_the_proxy_who_makes_too_many_pages_is_one_visitor_and_not_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "MAX_SUGGESTIONS_A_MINUTE", 2)

    door = Door(store_application)

    def suggest(words: str, visitor: str) -> int:
        return door.get(f"/search/suggest/?q={words}", **{"x-forwarded-for": visitor}).status

    assert [suggest(words, "203.0.113.9") for words in ("sofa", "mesa", "cama")] == [200, 200, 429]
    assert suggest("silla", "198.51.100.7") == 200
