"""Error pages in the shop's frame, with their true status."""

import sys
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from structlog.contextvars import get_contextvars

from core.database.models import DATABASE_AWAY
from storefront import departments, product_rows, selectors

RETRY_AFTER = 10  # seconds
CARDS = 4


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """
    With the search, the categories and what sells best. At most 5 queries for a shopper.

    While the database is away the page has the search alone.
    """
    try:
        context = _other_language(request) | _ways_on(request)
        return render(request, "404.html", context, status=404)
    except DATABASE_AWAY:
        return _bare("404_bare.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """
    Rendered without request and database: either may be what broke.

    It shows the request's id, which the log has as well. A database that is away for a
    moment is no fault to report: the visitor is asked to come again.
    """
    if isinstance(sys.exception(), DATABASE_AWAY):
        response = _bare("503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    return _bare("500.html", status=500, support_id=get_contextvars().get("request_id", ""))


def _bare(template: str, *, status: int, **known: Any) -> HttpResponse:
    context = known | {"shop": selectors.last_known_shop()}
    return HttpResponse(get_template(template).render(context), status=status)


def _ways_on(request: HttpRequest) -> dict[str, Any]:
    """Nothing for programs and pictures, nor for staff in the back office."""
    if "text/html" not in request.headers.get("Accept", ""):
        return {}
    if request.path.startswith(reverse("admin:index")):
        return {}
    return {"popular": product_rows.popular(CARDS), "aisles": departments.departments()["aisles"]}


def _other_language(request: HttpRequest) -> dict[str, Any]:
    """The same address in the other language; Django knows it where a page has the address."""
    if request.resolver_match is not None:
        return {}
    language = get_language() or settings.LANGUAGE_CODE
    other = next(code for code, _name in settings.LANGUAGES if code != language)
    # Quoted: browsers read a backslash or a tab after the first slash as another site's address.
    path = quote(request.path.removeprefix(f"/{language}/").lstrip("/"))
    prefix = "" if other == settings.LANGUAGE_CODE else f"/{other}"
    return {"alternate_url": f"{prefix}/{path}", "alternate_language": get_language_info(other)}
