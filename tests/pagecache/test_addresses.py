"""The addresses whose pages are kept are those of the views that are declared public."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from config.wsgi import PUBLIC_PAGES


def views(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route.replace("<slug:slug>", "mesa-puno"), entry.callback
        else:
            yield from views(entry, route)


def test_public_pages_are_kept_and_no_others() -> None:
    found = dict(views(get_resolver()))
    public = {route for route, view in found.items() if getattr(view, "is_public", False)}

    assert public
    assert {route for route in found if PUBLIC_PAGES.fullmatch(f"/{route}")} == public
