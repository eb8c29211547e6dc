"""What crawlers are told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

PRIVATE = ("cart", "checkout", "account", "admin", "orders", "payments", "me", "search/suggest")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    lines += [f"Disallow: {prefix}{path}/" for path in PRIVATE for prefix in ("/", "/en/", "/es/")]
    lines += [
        "Disallow: /*?*sort=",
        "Disallow: /*/queue/",
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Browsers and programs ask for this address whatever the pages say."""
    return redirect(static("img/apple-touch-icon.png"))
