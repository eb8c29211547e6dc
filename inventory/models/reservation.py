from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from core.states import transition_trigger
from inventory.models.level import Warehouse
from inventory.models.movement import ReferenceKind
from inventory.states import RESERVATION_TRANSITIONS, ReservationStatus


class ReservationQuerySet(SellerOwnedQuerySet["Reservation"]):
    seller_path = "warehouse__seller"

    def active(self) -> "ReservationQuerySet":
        return self.filter(status=ReservationStatus.ACTIVE)

    def expired(self) -> "ReservationQuerySet":
        """What may be given to others now."""
        return self.active().filter(self.ran_out())

    @staticmethod
    def ran_out() -> Q:
        """
        Carts' holds end by the clock; an order's end when the order itself expires.

        By PostgreSQL's clock: those of the programs may differ or jump.
        """
        return Q(expires_at__lte=Now()) & ~Q(reference_kind=ReferenceKind.ORDER)


class Reservation(Entity):
    """
    Units held for a while: for a cart, then for its order. One row travels.

    `reference` is the holder's own key (a cart's, an order's): no foreign key points upward.
    """

    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("variant")
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("warehouse"),
    )
    reference = models.UUIDField(_("held for"))
    reference_kind = models.CharField(
        _("document"), max_length=15, choices=ReferenceKind.choices, default=ReferenceKind.CART
    )
    quantity = models.PositiveIntegerField(_("units"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReservationStatus.choices,
        default=ReservationStatus.ACTIVE,
    )
    expires_at = models.DateTimeField(_("expires"))
    # The total of all extensions is counted from here.
    held_since = models.DateTimeField(_("held since"), db_default=Now())
    # Where a cart was filled and for whom, for the limits: a fingerprint, no address.
    place = models.CharField(max_length=32, blank=True, db_default="", editable=False)
    account = models.UUIDField(null=True, blank=True, editable=False)

    objects = ReservationQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "variant", "warehouse"],
                condition=Q(status="active"),
                name="reservation_active_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_not_empty"),
            known_values("status", ReservationStatus, "reservation_status_known"),
            known_values("reference_kind", ReferenceKind, "reservation_reference_kind_known"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="reservation_expiry", condition=Q(status="active")
            ),
            models.Index(
                fields=["variant", "warehouse"],
                name="reservation_active_variant",
                condition=Q(status="active"),
            ),
            models.Index(fields=["reference"], name="reservation_reference"),
            models.Index(
                fields=["place"],
                name="reservation_place",
                condition=Q(status="active") & ~Q(place=""),
            ),
            models.Index(
                fields=["account"],
                name="reservation_account",
                condition=Q(status="active", account__isnull=False),
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            transition_trigger("status", RESERVATION_TRANSITIONS),
        ]

    def has_run_out(self, now: datetime) -> bool:
        """As `ran_out`, for a row in memory."""
        return self.expires_at <= now and self.reference_kind != ReferenceKind.ORDER

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id} for {self.reference}"
