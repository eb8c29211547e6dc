from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from core.database.stateful import Stateful
from core.states import transition_trigger
from inventory.models.level import Warehouse
from inventory.states import TRANSFER_TRANSITIONS, TransferStatus


class TransferQuerySet(SellerOwnedQuerySet["Transfer"]):
    seller_path = "origin__seller"


class Transfer(Stateful, Entity):
    """Units on their way from one warehouse to another."""

    origin = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="transfers_out", verbose_name=_("origin")
    )
    destination = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        related_name="transfers_in",
        verbose_name=_("destination"),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=TransferStatus.choices, default=TransferStatus.DRAFT
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    dispatched_at = models.DateTimeField(null=True, blank=True, verbose_name=_("dispatched at"))
    received_at = models.DateTimeField(null=True, blank=True, verbose_name=_("received at"))

    objects = TransferQuerySet.as_manager()
    transitions = TRANSFER_TRANSITIONS
    saved_with_state = ("dispatched_at", "received_at")

    class Meta(Entity.Meta):
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            known_values("status", TransferStatus, "transfer_status_known"),
            models.CheckConstraint(
                condition=~Q(origin=F("destination")), name="transfer_goes_elsewhere"
            ),
        ]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", TRANSFER_TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.origin_id} → {self.destination_id}"


class TransferLine(Entity):
    transfer = models.ForeignKey(
        Transfer, on_delete=models.CASCADE, related_name="lines", verbose_name=_("transfer")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(_("sent"))
    received = models.PositiveIntegerField(_("received"), default=0)

    class Meta(Entity.Meta):
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "variant"], name="transfer_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transfer_line_not_empty"),
            models.CheckConstraint(
                condition=Q(received__lte=F("quantity")), name="transfer_line_received_of_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"

    @property
    def missing(self) -> int:
        """Units still on their way, or lost on it once the transfer is closed."""
        return self.quantity - self.received
