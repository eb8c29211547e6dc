"""Is the shop alive, is it ready, and how is it doing: for the proxy, for ops, for Prometheus."""

from collections.abc import Callable

from constance import config
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.sessions import is_at_work
from backoffice import queues
from catalog.models import StaleDocument, StaleSearchEntry
from core import redis, replica
from inventory.models import Reservation
from orders.models import Order
from outbox.models import Message
from payments import refusals
from payments.models import (
    Dispute,
    GatewayLogSpool,
    Reconciliation,
    WebhookEvent,
    WebhookStatus,
)

OLDEST_POSTGRES = 180_000
WAIT_MS = 500


@require_safe
@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks no server."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Each server by name. Without PostgreSQL nothing can be sold, and that is a 503."""
    checks: dict[str, Callable[[], str]] = {
        "postgresql": _postgresql,
        "redis": redis_state,
        "mongodb": mongodb_state,
    }
    if settings.CELERY_BROKER_URL != settings.REDIS_URL:
        checks["broker"] = queues.state
    if settings.SEARCH_URL:
        checks["elasticsearch"] = _elasticsearch
    if replica.is_configured():
        checks["replica"] = replica.standby.state
    answers = {name: check() for name, check in checks.items()}
    status = 200 if answers["postgresql"] == "ok" else 503
    return JsonResponse({"ready": status == 200, "checks": answers}, status=status)  # noqa: PLR2004


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The shop's own figures in Prometheus's text format, for this machine and staff alone."""
    if not _may_see_metrics(request):
        return HttpResponse(status=404)
    lines = [f"{name} {value}" for name, value in _figures()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _may_see_metrics(request: HttpRequest) -> bool:
    is_local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")
    if is_local and "HTTP_X_FORWARDED_FOR" not in request.META:
        return True
    return is_at_work(request)


def _figures() -> list[tuple[str, int]]:
    orders = Order.objects.values_list("status").annotate(number=Count("pk"))
    return [
        *((f'vitrina_orders{{status="{status}"}}', number) for status, number in orders),
        ("vitrina_outbox_waiting", Message.objects.due().count()),
        ("vitrina_outbox_dead", Message.objects.exclude(given_up_at=None).count()),
        (
            "vitrina_webhooks_waiting",
            WebhookEvent.objects.filter(status=WebhookStatus.RECEIVED).count(),
        ),
        (
            "vitrina_webhooks_failed",
            WebhookEvent.objects.filter(status=WebhookStatus.FAILED).count(),
        ),
        *(
            (f'vitrina_webhooks_refused{{provider="{name}"}}', number)
            for name, number in sorted(refusals.counts().items())
        ),
        *(
            (f'vitrina_reconcile_unsolved{{provider="{each.provider}"}}', each.unsolved)
            for each in Reconciliation.objects.order_by("provider")
        ),
        ("vitrina_search_waiting", StaleSearchEntry.objects.count()),
        ("vitrina_elasticsearch_waiting", StaleDocument.objects.count()),
        ("vitrina_disputes_to_answer", Dispute.objects.to_answer().count()),
        ("vitrina_holds_active", Reservation.objects.active().count()),
        *(
            (f'vitrina_tasks_waiting{{queue="{name}"}}', number)
            for name, number in queues.waiting().items()
        ),
        ("vitrina_gateway_log_spooled", GatewayLogSpool.objects.count()),
        ("vitrina_sales_paused", int(config.SALES_PAUSED)),
    ]


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
    return "ok"
