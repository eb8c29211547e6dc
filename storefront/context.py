"""The frame of every page, for every template."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info

from storefront import selectors


def shop(request: HttpRequest) -> dict[str, Any]:
    """
    The shop, its menus and this page's addresses in each language.

    It looks at nothing but the address, so that a public page is the same for everybody.
    """
    frame = selectors.frame()
    context: dict[str, Any] = {
        "shop": frame.shop,
        "families": frame.families,
        "menus": frame.menus,
        "here": _here(request.path, frame),
        "free_delivery_from": selectors.free_delivery,
    }
    if request.resolver_match is not None:
        context |= _addresses(request)
    return context


def _here(path: str, frame: selectors.Frame) -> str:
    """The entry of the main menu that the page is; empty for any other page."""
    entries = (*frame.families, *frame.menus["main"])
    return path if any(entry["url"] == path for entry in entries) else ""


def _addresses(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    other = next(code for code, _ in settings.LANGUAGES if code != language)
    canonical = request.build_absolute_uri(request.path)
    alternate = translate_url(canonical, other)
    if alternate == canonical:
        return {"canonical_url": canonical}
    query = request.META.get("QUERY_STRING", "")
    return {
        "canonical_url": canonical,
        "alternate_url": alternate,
        "language_url": f"{alternate}?{query}" if query else alternate,
        "alternate_language": get_language_info(other),
        "default_url": canonical if language == settings.LANGUAGE_CODE else alternate,
    }
