"""Is the shop alive, and is it ready: for the proxy and for ops."""

import linecache
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from backoffice.monitoring import disks, queues
from catalog.search import elastic
from core import redis
from core.caching.ttl import TTLCache
from core.connections import probes
from core.database import replica

OLDEST_POSTGRES = 180_000
WAIT_MS = 500
ADDRESS = "/readyz"
# Proxies and Kubernetes ask with a time-out of their own, of a few seconds.
ANSWERS_WITHIN = 1.5
SILENT = "does not answer"
# Without these nothing can be ordered, and the shop is not ready.
NEEDED = ("postgresql", "redis")


# Repeated checks must not fill our threads with waits for an unavailable server.
_latest: TTLCache[str, dict[str, str]] = TTLCache(lambda keys: {key: _all() for key in keys})


@require_safe
@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks no server."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Each server, disk and queue by name; 503 if nothing can be ordered."""
    found = _latest.get([ADDRESS])[ADDRESS]
    is_ready = all(found[name] == "ok" for name in NEEDED) and not found["disk"].startswith("full")
    return JsonResponse({"ready": is_ready, "checks": found}, status=200 if is_ready else 503)


def _all() -> dict[str, str]:
    questions = _servers() | {"worker": queues.idle, "disk": disks.state}
    return probes.answers(questions, seconds=ANSWERS_WITHIN, silent=SILENT)


def states() -> dict[str, str]:
    """`ok` or the fault, by server name, within `ANSWERS_WITHIN` seconds."""
    return probes.answers(_servers(), seconds=ANSWERS_WITHIN, silent=SILENT)


def _servers() -> dict[str, Callable[[], str]]:
    """How to ask each server that this shop has."""
    found: dict[str, Callable[[], str]] = {
        "postgresql": _postgresql,
        "redis": redis_state,
    }
    if settings.MONGODB_URL:
        found["mongodb"] = mongodb_state
    if settings.CELERY_BROKER_URL != settings.REDIS_URL:
        found["broker"] = queues.state
    if settings.SEARCH_URL:
        found["elasticsearch"] = elastic.state
    if replica.is_configured():
        found["replica"] = replica.standby.state
    return found


def _postgresql() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int")
            version: int = cursor.fetchone()[0]
    except DatabaseError:
        return "away"
    return "ok" if version >= OLDEST_POSTGRES else "PostgreSQL 18 or newer is required"


def redis_state() -> str:
    """`ok` or `away`, after half a second at most for each node that it names."""
    return "ok" if redis.is_available(seconds=WAIT_MS / 1000) else "away"


def mongodb_state() -> str:
    """`ok` or `away`, after half a second at most."""
    try:
        with MongoClient[dict[str, object]](
            settings.MONGODB_URL, serverSelectionTimeoutMS=WAIT_MS
        ) as client:
            client.admin.command("ping")
    except PyMongoError:
        return "away"
    finally:
        linecache.clearcache()  # a megabyte: the client has read the source of all that called it
    return "ok"
