"""Receive webhooks: verify, store once, answer. A task then asks the provider what is true."""

import logging
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from payments import gateways
from payments.gateway_log import spool
from payments.gateway_log.spool import redact
from payments.gateways.base import BadWebhook, PaymentUnknown, error_in
from payments.models import Payment, WebhookEvent, WebhookStatus
from payments.services.settle import settle

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
KEPT_HEADERS = ("content-type", "user-agent", "x-request-id")
MAX_ATTEMPTS = 12
MAX_WAIT = timedelta(hours=1)


def receive(
    provider: str, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
) -> None:
    """
    Store a provider's message once, however often it comes.

    :raises BadWebhook: unless the provider has signed it
    """
    gateway = gateways.find(provider)
    if gateway is None:
        raise BadWebhook("There is no such provider here.")
    if len(body) > MAX_BODY:
        raise BadWebhook("The message is too long.")
    notice = gateway.read_webhook(body, headers, query)
    kept = {name: headers[name] for name in KEPT_HEADERS if headers.get(name)}
    WebhookEvent.objects.bulk_create(
        [
            WebhookEvent(
                provider=provider,
                event_id=notice.event_id,
                type=notice.type,
                payload=redact(dict(notice.payload)),
                about=dict(notice.about),
                headers=redact(kept),
                status=WebhookStatus.IGNORED if notice.ignored else WebhookStatus.RECEIVED,
                error=notice.ignored,
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def claim() -> WebhookEvent | None:
    """Lease the next event: no lock is held while the provider is asked."""
    event = WebhookEvent.objects.first_due()
    if event:
        event.attempts += 1
        event.due_at = timezone.now() + min(timedelta(seconds=5 * 2**event.attempts), MAX_WAIT)
        event.save(update_fields=["attempts", "due_at"])
    return event


def work_off(event: WebhookEvent) -> None:
    """
    Settle the payment that an event is about, and close the event; idempotent.

    :raises GatewayUnavailable, ProviderUnavailable: if the provider does not answer
    """
    payment = payment_of(event)
    with spool.about(payment) if payment else nullcontext():
        _log(event)
        if payment:
            settle(payment.pk)
        logger.info("Worked off %s of %s", event.type, event.provider)
    close(event, "" if payment else "No such payment here.")


def _log(event: WebhookEvent) -> None:
    entry = {
        "provider": event.provider,
        "method": "WEBHOOK",
        "url": event.type,
        "event": event.event_id,
        "request": event.payload,
    }
    if reason := error_in(event.provider, event.payload):
        entry["declined"] = reason
    spool.record(entry)


def payment_of(event: WebhookEvent) -> Payment | None:
    """
    The payment that the event is about, if it is one of ours; the provider may be asked.

    :raises GatewayUnavailable: if it does not answer
    """
    try:
        found = gateways.get(event.provider).locate(event.about)
    except PaymentUnknown:
        return None
    which = Q(gateway_id=found.gateway_id) if found.gateway_id else Q(number=found.reference)
    return Payment.objects.filter(which, gateway=event.provider).select_related("order").first()


def close(event: WebhookEvent, error: str = "") -> None:
    """Done; or, with an error, to be tried again until staff have to look at it."""
    event.error = error
    if not error:
        event.status = WebhookStatus.PROCESSED
        event.processed_at = timezone.now()
    elif event.attempts >= MAX_ATTEMPTS:
        event.status = WebhookStatus.FAILED
    event.save(update_fields=["error", "status", "processed_at"])
