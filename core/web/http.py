"""Request types and the few helpers that every view shares."""

import mimetypes
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER, NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from core.mail.message import Written

TOO_OFTEN = _(
    "There were too many attempts from your connection. Wait a minute and try again: nothing is"
    " lost."
)
# For a view that shows a mail: its inline style and the shop's pictures, and nothing else.
as_a_mail = csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"],
        "frame-ancestors": [NONE],
    }
)


class HtmxHttpRequest(HttpRequest):
    """A request as our middleware leaves it: for annotations only."""

    htmx: HtmxDetails


def page_or_partial(
    request: HtmxHttpRequest, page: str, partial: str, context: dict[str, Any]
) -> HttpResponse:
    """The whole page for a browser, the fragment alone for htmx."""
    return render(request, partial if request.htmx else page, context)


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where the form asks to go next, if that is a page of this shop; otherwise `fallback`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    # Anything else may be taken for the name of a page, which is not there.
    if not target.startswith(("/", "https://", "http://")):
        return fallback
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(target, hosts, request.is_secure())
    return target if is_ours else fallback


def too_often(request: HttpRequest) -> HttpResponse:
    """
    The page for visitors over a rate limit, with Retry-After.

    Programs and fragments get the sentence alone.
    """
    if wants_json(request):
        response: HttpResponse = JsonResponse({"error": TOO_OFTEN})
    elif "HX-Request" in request.headers:
        response = HttpResponse(TOO_OFTEN, content_type="text/plain; charset=utf-8")
    else:
        response = render(request, "429.html")
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = "60"
    add_never_cache_headers(response)
    return response


def wants_json(request: HttpRequest) -> bool:
    """True if the caller asks for JSON before HTML."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def shown_picture(file: FieldFile) -> HttpResponse:
    """A stored picture, re-encoded by `core.web.uploads`, for display."""
    with file.open() as opened:
        return HttpResponse(
            opened.read(),
            content_type="image/jpeg",
            headers={HEADER: settings.FILE_SECURITY_POLICY},
        )


def shown_mail(request: HttpRequest, written: Written) -> HttpResponse:
    """A mail as its reader sees it; with `?text` its subject and plain text."""
    if "text" in request.GET:
        text = f"{written.subject}\n\n{written.text}"
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return HttpResponse(written.html)


def download(content: bytes, name: str) -> HttpResponse:
    """The content as a file of that name."""
    kind = mimetypes.guess_type(name)[0]
    return HttpResponse(
        content,
        content_type=f"{kind}; charset=utf-8" if kind == "text/csv" else kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
