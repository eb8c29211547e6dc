from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity, known_values


class WebhookStatus(models.TextChoices):
    RECEIVED = "received", _("received")
    PROCESSED = "processed", _("processed")
    FAILED = "failed", _("failed")
    IGNORED = "ignored", _("ignored")


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    def first_due(self) -> "WebhookEvent | None":
        """
        The longest waiting due event, locked. One query, two if none was ever tried.

        Events never tried are due, even if a fast clock dated them ahead. A single query would make
        PostgreSQL read all events that are not due yet.
        """
        waiting = self.filter(status=WebhookStatus.RECEIVED).order_by("due_at", "pk")
        free = waiting.select_for_update(skip_locked=True)
        return free.filter(due_at__lte=timezone.now()).first() or free.filter(attempts=0).first()


class WebhookEvent(Entity):
    """A provider's webhook: signature verified, stored once, processed by a task."""

    provider = models.CharField(_("provider"), max_length=30)
    event_id = models.CharField(_("event"), max_length=255)
    type = models.CharField(_("type"), max_length=100, blank=True)
    payload = models.JSONField(_("payload"))
    # What the gateway needs to find the payment, as it came.
    about = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    headers = models.JSONField(_("headers"), default=dict)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=WebhookStatus.choices,
        default=WebhookStatus.RECEIVED,
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next try"), db_default=Now())
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = WebhookEventQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_event_once"),
            known_values("status", WebhookStatus, "webhook_status_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="webhook_waiting", condition=Q(status="received")),
            models.Index(
                fields=["due_at", "id"],
                name="webhook_untried",
                condition=Q(status="received", attempts=0),
            ),
            models.Index(fields=["status", "created_at"], name="webhook_status_time"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class IdempotencyKey(Entity):
    """A request that may be sent twice, and the answer that it got the first time."""

    key = models.CharField(max_length=150)
    scope = models.CharField(max_length=50)
    fingerprint = models.CharField(max_length=64, blank=True)
    response = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    expires_at = models.DateTimeField()

    class Meta(Entity.Meta):
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            # `unique=True` would add a second index, for LIKE.
            models.UniqueConstraint(fields=["key"], name="payments_idempotencykey_key_key"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="idempotency_key_expiry")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class GatewayLogSpool(Entity):
    """A redacted gateway log entry that waits to be written to MongoDB."""

    entry = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("entry"))

    class Meta(Entity.Meta):
        verbose_name = _("waiting log entry")
        verbose_name_plural = _("waiting log entries")

    def __str__(self) -> str:
        return str(self.pk)


class Reconciliation(Entity):
    """How far a provider's list has been compared with our ledger."""

    provider = models.CharField(_("provider"), max_length=30, unique=True)
    reached_at = models.DateTimeField(_("compared until"))
    unsolved = models.PositiveIntegerField(_("for staff to look at"), default=0)
    # What the last run that came to its end has left, one by one.
    leftovers = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        encoder=DjangoJSONEncoder,
        editable=False,
        verbose_name=_("what is left"),
    )
    error = models.CharField(
        _("why it could not be asked"), max_length=255, blank=True, db_default=""
    )

    class Meta(Entity.Meta):
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return self.provider
