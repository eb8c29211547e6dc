"""
The addresses whose pages are kept are those of the views that are declared public, with the
parameters that these look at.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Kit, KitItem, VariantOption
from config.wsgi import PARAMETERS, PUBLIC_PAGES
from tests.catalog.factories import BrandFactory, VariantFactory
from tests.reviews.factories import ReviewFactory

FORMS = re.compile(r"<form([^>]*)>(.*?)</form>", re.DOTALL)
FIELDS = re.compile(r'<(?:input|select)[^>]*\sname="([^"]+)"')


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


def parameters_of(page: str) -> set[str]:
    """The names in its links to other states of kept pages, and in the forms that ask for these."""
    found: set[str] = set()
    for link in map(unescape, re.findall(r'(?:href|data-hx-get)="([^"]*\?[^"]*)"', page)):
        parts = urlsplit(link)
        if not parts.path or PUBLIC_PAGES.fullmatch(parts.path):
            found.update(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    for start, inside in FORMS.findall(page):
        target = re.search(r'action="([^"]*)"', start)
        if 'method="post"' not in start and (not target or PUBLIC_PAGES.fullmatch(target[1])):
            found.update(FIELDS.findall(inside))
    return found


@pytest.mark.django_db
def test_whatever_a_kept_page_asks_for_is_part_of_its_address(client: Client) -> None:
    sofa, blue = (VariantFactory.create(brand=BrandFactory.create()) for _ in range(2))
    blue.product.category, blue.product.slug = sofa.product.category, "blue"
    blue.product.save()
    for variant, colour in ((sofa, "red"), (blue, "blue")):
        named = {"key": "color", "name": "Color", "value": colour, "value_key": colour}
        VariantOption.objects.create(variant=variant, **named)
    ReviewFactory.create(product=sofa.product)
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=10)
    for place, variant in enumerate((sofa, blue)):
        KitItem.objects.create(kit=kit, product=variant.product, quantity=1, position=place)

    found: set[str] = set()
    for path in (f"/c/{sofa.product.category.slug}/?price_max=900", f"/p/{sofa.product.slug}/"):
        found |= parameters_of(client.get(path).content.decode())
    # The form of a kit is posted, and asks for what its choice comes to beside.
    page = client.get("/kits/sala/").content.decode()
    found.update(name for name in FIELDS.findall(page) if name.startswith(("item_", "kit")))

    assert {"brand", "price_min", "opt_color", "sort", "stars", "photos", "kit"} <= found
    assert any(name.startswith("item_") for name in found)
    assert {name for name in found if not PARAMETERS.fullmatch(name)} == set()
