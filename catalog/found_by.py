"""
The searches by which this browser found products, in a signed cookie that nobody else reads.

An order counts what was bought after which search; no row says who it was.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from catalog.search.choices import BOUGHT, MAX_LENGTH, record_choice
from core.web.cookies import host_only

COOKIE = "found_by"
MAX_AGE = timedelta(days=2)
_MOST = 8


def remember(request: HttpRequest, response: HttpResponse, product_id: UUID, query: str) -> None:
    """Keep the latest search of the latest products."""
    known = _read(request)
    known.pop(str(product_id), None)
    latest = [*known.items(), (str(product_id), query[:MAX_LENGTH])][-_MOST:]
    response.set_signed_cookie(
        host_only(COOKIE),
        json.dumps(dict(latest)),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def record_purchase(request: HttpRequest, products: Iterable[UUID]) -> None:
    """Count those products of an order that a search has led to."""
    if not (known := _read(request)):
        return
    for product_id in products:
        if query := known.get(str(product_id)):
            record_choice(query, product_id, BOUGHT)


def _read(request: HttpRequest) -> dict[str, str]:
    text = request.get_signed_cookie(host_only(COOKIE), "{}", max_age=MAX_AGE)
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}
