"""What crawlers and browsers are told."""

from typing import Any

from django.conf import settings
from django.contrib.sitemaps.views import index
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.database.replica import may_read_replica
from core.mail.message import absolute
from storefront import feeds, selectors
from storefront.sitemaps import SITEMAPS

# Whatever is fetched ahead must neither count anything nor belong to somebody.
AHEAD = ("f", "c", "b", "s", "p", "kits", "pages")
PRIVATE = ("cart", "checkout", "account", "admin", "orders", "payments", "me", "search/suggest")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    lines += [f"Disallow: {prefix}{path}/" for path in PRIVATE for prefix in ("/", "/en/", "/es/")]
    lines += [
        "Disallow: /*?*sort=",
        "Disallow: /*/queue/",
        "",
        f"Sitemap: {absolute(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def prefetch(request: HttpRequest) -> HttpResponse:
    """
    Pages that a browser may fetch while the pointer rests on their link.

    As in https://html.spec.whatwg.org/multipage/speculative-loading.html; browsers that know
    nothing of it ask nothing.
    """
    prefixes = ("", *(f"/{code}" for code, _name in settings.LANGUAGES))
    pages = [f"{prefix}/{page}/*" for page in AHEAD for prefix in prefixes]
    where = {"and": [{"href_matches": pages}, {"not": {"selector_matches": "[rel~=nofollow]"}}]}
    rules = {"prefetch": [{"where": where, "eagerness": "moderate"}]}
    return JsonResponse(
        rules,
        content_type="application/speculationrules+json",
        headers={"Cache-Control": "public, max-age=86400"},
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers and programs ask for this address whatever the pages say."""
    return redirect(selectors.frame().shop.icon(48) or static("img/apple-touch-icon.png"))


@require_safe
@may_read_replica
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The addresses of the sitemaps that have entries."""
    filled: dict[str, Any] = {
        name: pages for name, pages in SITEMAPS.items() if not pages().is_empty
    }
    return index(request, filled, sitemap_url_name="sitemap-section")


@require_safe
def google_feed(request: HttpRequest) -> HttpResponseBase:
    """The products for Google Merchant Center, as a task has written them, or as they are now."""
    language = feeds.current()
    try:
        pieces: Any = storages["private"].open(feeds.file_name(language))
    except FileNotFoundError:
        pieces = feeds.google(language)
    return StreamingHttpResponse(
        pieces,
        content_type="application/xml; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600", "X-Robots-Tag": "noindex"},
    )
