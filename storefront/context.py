"""The frame of every page, for every template."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.translation import get_language, get_language_info, override

from core.mail.message import absolute
from storefront import selectors
from storefront.selectors import FamilyLink, MenuLink


def shop(request: HttpRequest) -> dict[str, Any]:
    """
    The shop, its menus and this page's addresses in each language.

    It looks at nothing but the address, so that a public page is the same for everybody.
    """
    frame = selectors.frame()
    entries: tuple[FamilyLink | MenuLink, ...] = (*frame.families, *frame.menus.main)
    context: dict[str, Any] = {
        "shop": frame.shop,
        "families": frame.families,
        "menus": frame.menus,
        # The entry of the main menu that the page is; empty for any other page.
        "here": request.path if any(entry.url == request.path for entry in entries) else "",
        "free_delivery_from": selectors.free_delivery,
    }
    if request.resolver_match is not None:
        context |= _addresses(request, request.resolver_match)
    return context


def _addresses(request: HttpRequest, page: ResolverMatch) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    other = next(code for code, _ in settings.LANGUAGES if code != language)
    canonical = absolute(request.path)
    alternate = absolute(_in_language(other, page) or request.path)
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


def _in_language(language: str, page: ResolverMatch) -> str:
    """The page's address in that language; empty if it has none."""
    with override(language), suppress(NoReverseMatch):
        return reverse(page.view_name, args=page.args, kwargs=page.kwargs)
    return ""
