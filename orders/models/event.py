from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import Entity, append_only_but_erasable, known_values
from orders.models.order import Order


class OrderEventKind(models.TextChoices):
    PLACED = "placed", _("order placed")
    CONFIRMED = "confirmed", _("order confirmed")
    PAYMENT_STARTED = "payment_started", _("payment started")
    PAYMENT_PENDING = "payment_pending", _("payment pending")
    PROOF_RECEIVED = "proof_received", _("proof of the transfer received")
    PAYMENT_FAILED = "payment_failed", _("payment failed")
    PAID = "paid", _("paid")
    PAID_LATE = "paid_late", _("paid after the hold ran out")
    OVERPAID = "overpaid", _("overpaid")
    REVIEW = "review", _("put under review")
    PROCESSING = "processing", _("being prepared")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    REFUND_REQUESTED = "refund_requested", _("refund requested")
    REFUNDED = "refunded", _("refunded")
    RETURN_REQUESTED = "return_requested", _("return requested")
    RETURNED = "returned", _("returned")
    DISPUTED = "disputed", _("disputed")
    EDITED = "edited", _("edited")
    MAIL_SENT = "mail_sent", _("mail sent")
    NOTE = "note", _("note")


class OrderEvent(Entity):
    """One entry of the order's timeline. `actor` is empty where the shop itself acted."""

    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="events",
        verbose_name=_("order"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=OrderEventKind.choices)
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    details = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField(_("shown to the shopper"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        constraints = [known_values("kind", OrderEventKind, "order_event_kind_known")]
        indexes = [models.Index(fields=["order", "id"], name="order_event_timeline")]
        triggers = [*append_only_but_erasable("note", "details")]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"
