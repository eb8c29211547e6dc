"""Posts of pages without a CSRF token: the browser itself says where they come from."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FORM_KEY = "_token"
_SIGNED = "a form of this shop"
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def is_same_origin(request: HttpRequest) -> bool:
    """
    True unless the browser says that another site's page sent this, by either of two headers.

    A caller that sends neither is no browser, so it carries nobody's cookies but its own.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return False
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", own) in (own, *settings.CSRF_TRUSTED_ORIGINS)


def form_key() -> str:
    """
    The value of the hidden field in forms without a CSRF token: proof that this shop rendered them.

    It is the same for everybody, as the cached pages are; the origin keeps other sites out.
    """
    return Signer(salt=__name__).signature(_SIGNED)


def _is_of_ours(request: HttpRequest) -> bool:
    """Programs may post without a key; a form with another shop's key was not rendered here."""
    key = request.POST.get(FORM_KEY)
    if key is None:
        return True
    signer = Signer(salt=__name__)
    try:
        signer.unsign(f"{_SIGNED}{signer.sep}{key}")
    except BadSignature:
        return False
    return True


def same_origin(view: View) -> View:
    """
    Accept posts without a CSRF token, but only from this shop's own pages.

    :raises PermissionDenied: for posts of other sites' pages, and forms not rendered here
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_post = request.method not in SAFE_METHODS
        if is_post and not (is_same_origin(request) and _is_of_ours(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View", csrf_exempt(guarded))
