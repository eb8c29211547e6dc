"""The back office's views, called without middleware: most answers are never drawn."""

from functools import cache
from types import SimpleNamespace
from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import (
    Http404,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
)
from django.test import RequestFactory
from django.urls import resolve, reverse

# To find the view of an address among the back office's takes as long as many views do.
_resolved = cache(resolve)


def request_by(user: Any, path: str, data: Any = None) -> Any:
    """A request as the middleware leaves it; `data` makes it a post."""
    factory = RequestFactory()
    request: Any = factory.get(path) if data is None else factory.post(path, data)
    request.user, request.session = user, SessionStore()
    request.htmx = SimpleNamespace(boosted=False, target=None, __bool__=lambda: False)
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def answer(request: Any) -> Any:
    """What the view answers, not drawn; a refusal has no page."""
    try:
        request.resolver_match = match = _resolved(request.path)
        return match.func(request, *match.args, **match.kwargs)
    except PermissionDenied:
        return HttpResponseForbidden()
    except Http404:
        return HttpResponseNotFound()
    except SuspiciousOperation:
        return HttpResponseBadRequest()


def status(request: Any) -> int:
    """The status of the answer. The admin says "not there" by leading to its first page."""
    response = answer(request)
    is_gone = response.get("Location") == reverse("admin:index")
    return 404 if is_gone else response.status_code
