"""`/metrics`, and who may read it."""

from collections.abc import Callable
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.second_factor import is_at_work
from backoffice.monitoring import metrics
from core.caching.ttl import TTLCache

ADDRESS = "/metrics"
# However many look, the servers are asked once in a second, by each process.
_latest: TTLCache[str, str] = TTLCache(lambda keys: {key: metrics.text() for key in keys})


@require_safe
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """The shop's figures as Prometheus reads them: for who has the token, this machine, staff."""
    if not (has_token(request) or _is_near(request) or is_at_work(request)):
        return HttpResponse(status=404)
    text = _latest.get([ADDRESS])[ADDRESS]
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def has_token(request: HttpRequest) -> bool:
    """Whether the request carries METRICS_TOKEN; never where the shop has none."""
    given = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    return bool(settings.METRICS_TOKEN) and compare_digest(given, wanted)


def _is_near(request: HttpRequest) -> bool:
    is_local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")
    return is_local and "HTTP_X_FORWARDED_FOR" not in request.META


class MonitoringMiddleware:
    """
    Answers Prometheus before anybody looks at the name it calls us by.

    It finds containers by their addresses, which no list of host names can hold.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == ADDRESS and has_token(request):
            return figures(request)
        return self.get_response(request)
