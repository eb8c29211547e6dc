"""Posts of pages without a CSRF token: the browser itself says where they come from."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
View = TypeVar("View", bound=Callable[..., HttpResponse])


def is_same_origin(request: HttpRequest) -> bool:
    """
    True unless the browser says that another site's page sent this.

    A caller that names neither is no browser, so it carries nobody's cookies but its own.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = f"{request.scheme}://{request.get_host()}"
    return origin == own or origin in settings.CSRF_TRUSTED_ORIGINS


def same_origin(view: View) -> View:
    """
    Take posts without a CSRF token, but from this shop's own pages only.

    :raises PermissionDenied: for a post that another site's page sent
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE_METHODS and not is_same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View", csrf_exempt(guarded))
