"""Is the shop alive, and is it ready: for the proxy and for ops."""

import linecache
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice import queues
from core import redis, replica
from core.recent import Recent

OLDEST_POSTGRES = 180_000
WAIT_MS = 500
ADDRESS = "/readyz"


# Whoever asks without end shall not keep our threads waiting for a server that is away.
_latest: Recent[str, dict[str, str]] = Recent(
    lambda keys: {key: {name: check() for name, check in checks().items()} for key in keys}
)


@require_safe
@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks no server."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Each server by name. Without PostgreSQL nothing can be sold, and that is a 503."""
    answers = _latest.get([ADDRESS])[ADDRESS]
    status = 200 if answers["postgresql"] == "ok" else 503
    return JsonResponse({"ready": status == 200, "checks": answers}, status=status)  # noqa: PLR2004


def checks() -> dict[str, Callable[[], str]]:
    """How to ask each server that this shop has; the answer is `ok` or what is wrong."""
    found: dict[str, Callable[[], str]] = {
        "postgresql": _postgresql,
        "redis": redis_state,
        "mongodb": mongodb_state,
    }
    if settings.CELERY_BROKER_URL != settings.REDIS_URL:
        found["broker"] = queues.state
    if settings.SEARCH_URL:
        found["elasticsearch"] = _elasticsearch
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


def _elasticsearch() -> str:
    from catalog.search import elastic  # noqa: PLC0415 - large, and few shops need it

    return elastic.state()


def redis_state() -> str:
    """`ok` or `away`, after half a second at most for each node that it names."""
    return "ok" if redis.answers(seconds=WAIT_MS / 1000) else "away"


def mongodb_state() -> str:
    """`ok` or `away`, after half a second at most."""
    # Large: what only sells does without.
    from pymongo import MongoClient  # noqa: PLC0415
    from pymongo.errors import PyMongoError  # noqa: PLC0415

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
