"""The shop has one address, SITE_URL. Every other name that it is called by leads there."""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port

# Probes and providers may call the shop by its IP address.
BY_ANY_NAME = ("/healthz", "/readyz", "/metrics", "/webhooks/")
_PORTS = {"http": 80, "https": 443}


def is_own(host: str) -> bool:
    """Whether this Host header names the shop as SITE_URL does."""
    return host.lower() in _own_hosts(settings.SITE_URL)


@lru_cache(maxsize=8)
def _own_hosts(site_url: str) -> frozenset[str]:
    """Some proxies leave the port out, and a program may write the usual one."""
    site = urlsplit(site_url)
    name, port = split_domain_port(site.netloc.lower())
    return frozenset({name, f"{name}:{port or _PORTS[site.scheme]}"})


class OneAddressMiddleware:
    """
    Redirects visits by another allowed name, or another port, to SITE_URL, and refuses posts there.

    :raises DisallowedHost: for a name that is not in ALLOWED_HOSTS, and for a post by another name
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.DEBUG:  # anyone who develops opens the shop by any port
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(BY_ANY_NAME) or is_own(request.get_host()):
            return self.get_response(request)
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(settings.SITE_URL.rstrip("/") + request.get_full_path())
        raise DisallowedHost(f"The shop takes forms at {settings.SITE_URL} only.")
