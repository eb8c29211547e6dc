from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity
from outbox.words import event_in_words, handler_in_words


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(delivered_at=None, given_up_at=None)

    def due(self) -> "MessageQuerySet":
        """Events never tried are due, even if a fast clock dated them ahead."""
        return self.waiting().filter(Q(due_at__lte=timezone.now()) | Q(attempts=0))

    def first_due(self) -> "Message | None":
        """
        Of what is due the one that waits longest, locked. One query, two where it is none.

        In one question PostgreSQL would read all that waits for its time.
        """
        free = self.waiting().order_by("due_at", "pk").select_for_update(skip_locked=True)
        return free.filter(due_at__lte=timezone.now()).first() or free.filter(attempts=0).first()


class Message(Entity):
    """One event on its way to one handler, written in the transaction that caused it."""

    event = models.CharField(max_length=200, verbose_name=_("event"))
    payload = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("payload"))
    # What the log is to say of it, as it was known where it was written.
    context = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), editable=False
    )
    handler = models.CharField(max_length=200, verbose_name=_("handler"))
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    due_at = models.DateTimeField(db_default=Now(), verbose_name=_("due at"))
    delivered_at = models.DateTimeField(null=True, editable=False, verbose_name=_("delivered at"))
    given_up_at = models.DateTimeField(null=True, editable=False, verbose_name=_("given up at"))
    error = models.TextField(blank=True, verbose_name=_("error"))

    objects = MessageQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="outbox_waiting",
                condition=Q(delivered_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="outbox_untried",
                condition=Q(delivered_at=None, given_up_at=None, attempts=0),
            ),
            models.Index(
                fields=["given_up_at"],
                name="outbox_dead_letters",
                condition=Q(given_up_at__isnull=False),
            ),
            models.Index(
                fields=["delivered_at"],
                name="outbox_delivered",
                condition=Q(delivered_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(given_up_at=None), name="outbox_one_ending"
            ),
        ]

    def __str__(self) -> str:
        return f"{event_in_words(self.event)} → {handler_in_words(self.handler)}"


class DeliveredMessage(models.Model):
    """
    A message that its handler has got, put away so that workers read a short table.

    The table is cut by month along the key, which is the message's own (`outbox.partitions`).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    event = models.CharField(max_length=200, verbose_name=_("event"))
    payload = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("payload"))
    handler = models.CharField(max_length=200, verbose_name=_("handler"))
    attempts = models.PositiveSmallIntegerField(verbose_name=_("attempts"))
    delivered_at = models.DateTimeField(verbose_name=_("delivered at"))

    class Meta:
        verbose_name = _("delivered message")
        verbose_name_plural = _("delivered messages")
        db_table = "outbox_history"

    def __str__(self) -> str:
        return f"{event_in_words(self.event)} → {handler_in_words(self.handler)}"
