"""Error pages in the shop's frame, with their true status."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from structlog.contextvars import get_contextvars

RETRY_AFTER = 10  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """
    Drawn without request and context: whatever broke may be in there.

    It names the number under which our log tells what happened. A database that is away for a
    moment is no fault to report: the visitor is asked to come again.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        text = get_template("503.html").render({})
        return HttpResponse(text, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    known = {"support_id": get_contextvars().get("request_id", "")}
    return HttpResponse(get_template("500.html").render(known), status=500)
