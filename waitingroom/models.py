from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Collection
from core.database.models import Entity, known_values, said


class DropReminder(Entity):
    """Somebody wants to hear of a drop's start. Told once, then the address is forgotten."""

    collection = models.ForeignKey(
        Collection,
        on_delete=models.CASCADE,
        related_name="reminders",
        verbose_name=_("collection"),
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10)

    class Meta(Entity.Meta):
        verbose_name = _("drop reminder")
        verbose_name_plural = _("drop reminders")
        constraints = [
            models.UniqueConstraint(fields=["collection", "email"], name="drop_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {said(self, 'collection')}"


class RoomState(models.TextChoices):
    OPEN = "open", _("open")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


class WaitingRoom(Entity):
    """Settings of the queue before a drop. The queue itself is in Redis."""

    collection = models.OneToOneField(
        Collection,
        on_delete=models.CASCADE,
        related_name="waiting_room",
        verbose_name=_("collection"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RoomState.choices, default=RoomState.OPEN
    )
    admissions_per_minute = models.PositiveIntegerField(_("admissions per minute"), default=120)
    opens_minutes_before = models.PositiveIntegerField(_("opens, minutes before"), default=15)
    pass_minutes = models.PositiveIntegerField(
        _("minutes to buy"), default=10, db_default=10, help_text=_("For each who is let in.")
    )

    class Meta(Entity.Meta):
        verbose_name = _("waiting room")
        verbose_name_plural = _("waiting rooms")
        constraints = [
            known_values("state", RoomState, "waiting_room_state_known"),
            models.CheckConstraint(
                condition=Q(admissions_per_minute__gt=0), name="waiting_room_admits_somebody"
            ),
            models.CheckConstraint(
                condition=Q(pass_minutes__gt=0), name="waiting_room_leaves_time_to_buy"
            ),
        ]

    def __str__(self) -> str:
        return said(self, "collection")
