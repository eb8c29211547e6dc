"""Redirects of old addresses, cache headers, permissions policy and prefetching."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, has_vary_header, patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from catalog.models import SlugRedirect, SlugRedirectKind
from core.web.device_features import POLICY


class KeepPrivateMiddleware(MiddlewareMixin):
    """An answer that read the visitor's cookies is private: no cache stores it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_ruled = response.has_header("Cache-Control") and not response.has_header("Surrogate-Key")
        if has_vary_header(response, "Cookie") and not is_ruled:
            del response.headers["Cache-Control"], response.headers["Surrogate-Key"]
            add_never_cache_headers(response)
        return response


class MovedMiddleware(MiddlewareMixin):
    """Leads from an address that a thing used to have to the one it has. 1 query for a 404."""

    # Browsers keep such an answer for good if nobody tells them for how long, and a slug may be
    # taken back.
    SECONDS = 3600
    PAGES = {f"storefront:{kind.value}": kind for kind in SlugRedirectKind}

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if response.status_code != HTTPStatus.NOT_FOUND or match is None:
            return response
        kind = self.PAGES.get(match.view_name)
        if kind is None or request.method not in ("GET", "HEAD"):
            return response
        old = SlugRedirect.objects.filter(kind=kind, slug=match.kwargs["slug"]).first()
        if old is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        address = reverse(match.view_name, args=[old.target_slug])
        moved = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
        patch_cache_control(moved, max_age=self.SECONDS)
        return moved


class PermissionsPolicyMiddleware(MiddlewareMixin):
    """
    No page asks for the microphone or the place, and few for the camera: no other script may.

    Nor do other sites' pages get what ours answer: all but the pictures that everybody sees, which
    mails and previews of links show.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Permissions-Policy", POLICY)
        reach = "cross-origin" if _is_public_picture(response) else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", reach)
        return response


def _is_public_picture(response: HttpResponse) -> bool:
    is_picture = response.headers.get("Content-Type", "").startswith("image/")
    return is_picture and "public" in response.headers.get("Cache-Control", "")


class PrefetchMiddleware(MiddlewareMixin):
    """Public pages tell browsers which links may be fetched as soon as somebody points at them."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not has_vary_header(response, "Cookie"):
            response.headers["Speculation-Rules"] = f'"{reverse("prefetch")}"'
        return response
