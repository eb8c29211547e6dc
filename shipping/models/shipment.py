from uuid import UUID

import pgtrigger
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller, User
from accounts.querysets import SellerOwnedQuerySet
from core.database.models import Entity, append_only_but_erasable, known_values
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import MoneyField
from core.states import transition_trigger
from inventory.models import Warehouse
from orders.models import Order, OrderLine
from shipping.models.method import Carrier
from shipping.states import NOT_ARRIVED, SHIPMENT_TRANSITIONS, STILL_HERE, Decision, ShipmentStatus


def _private() -> Storage:
    return storages["private"]


class ShipmentQuerySet(SellerOwnedQuerySet["Shipment"]):
    def locked(self) -> "ShipmentQuerySet":
        """Lock the rows in primary-key order."""
        return self.order_by("pk").select_for_update(of=["self"])

    def sent_by(self, user: User) -> "ShipmentQuerySet":
        """The parcels that this person packs and sends: all, or their seller's."""
        if user.has_perm("shipping.change_shipment"):
            return self
        return self.filter(seller__members__user=user)

    def to_send(self) -> "ShipmentQuerySet":
        """Parcels that have not left."""
        return self.filter(status__in=STILL_HERE)

    def undecided(self) -> "ShipmentQuerySet":
        """Undelivered parcels whose units still need a decision."""
        return self.filter(status__in=NOT_ARRIVED, decision="")


class Shipment(Stateful, Entity):
    """A parcel of one order, from one seller's warehouse."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="shipments",
        verbose_name=_("order"),
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("seller")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("warehouse")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ShipmentStatus.choices, default=ShipmentStatus.PENDING
    )
    is_pickup = models.BooleanField(_("fetched by its buyer"), default=False, db_default=False)
    # Assembled by staff from several warehouses.
    is_gathered = models.BooleanField(default=False, db_default=False, editable=False)
    carrier = models.ForeignKey(
        Carrier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shipments",
        verbose_name=_("carrier"),
    )
    tracking_number = models.CharField(_("tracking number"), max_length=100, blank=True)
    tracking_url = models.URLField(_("tracking address"), max_length=500, blank=True)
    # The carrier's own; it names who lives where.
    label = models.FileField(_("label"), upload_to="labels/%Y/%m/", storage=_private, blank=True)
    cost = MoneyField(_("cost"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, blank=True, db_default=""
    )
    # What its buyer says at the counter; none for what a carrier brings.
    pickup_code = models.CharField(
        _("pickup code"), max_length=8, blank=True, db_default="", editable=False
    )
    notes = models.TextField(_("notes"), max_length=2000, blank=True, db_default="")
    metadata = models.JSONField(default=dict, blank=True, verbose_name=_("further data"))

    objects = ShipmentQuerySet.as_manager()
    transitions = SHIPMENT_TRANSITIONS

    class Meta(Entity.Meta):
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            known_values("status", ShipmentStatus, "shipment_status_known"),
            models.CheckConstraint(
                condition=Q(decision="")
                | Q(decision__in=Decision.values, status__in=["lost", "returned", "delivered"]),
                name="shipment_decided_if_not_arrived",
            ),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="shipment_tracking_once",
            ),
            models.UniqueConstraint(
                fields=["pickup_code"],
                condition=~Q(pickup_code=""),
                name="shipment_pickup_code_once",
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="shipment_cost_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="shipment_order"),
            models.Index(fields=["status", "created_at"], name="shipment_status_time"),
        ]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", SHIPMENT_TRANSITIONS)]

    def __str__(self) -> str:
        return self.number

    @property
    def carried_by(self) -> str:
        """Who drives, by name: a supplier's carrier need not be one of ours."""
        return self.carrier.name if self.carrier else str(self.metadata.get("carrier", ""))

    @property
    def spoken_code(self) -> str:
        """The code as it is read aloud."""
        return f"{self.pickup_code[:4]} {self.pickup_code[4:]}".strip()

    @property
    def has_left(self) -> bool:
        waits = (ShipmentStatus.PENDING, ShipmentStatus.PACKED, ShipmentStatus.CANCELLED)
        return self.status not in waits

    def record_event(
        self, actor_id: UUID | None = None, *, place: str = "", note: str = ""
    ) -> None:
        """Add the status of now to the parcel's history."""
        self.events.create(
            status=self.status, place=place[:150], note=note[:255], actor_id=actor_id
        )


class ShipmentItem(Entity):
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="items", verbose_name=_("shipment")
    )
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="shipment_items", verbose_name=_("line")
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta(Entity.Meta):
        verbose_name = _("shipped line")
        verbose_name_plural = _("shipped lines")
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipment_item_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_item_not_empty"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="never_more_than_ordered",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("quantity", "line_id", "shipment_id"),
                declare=[("ordered", "integer"), ("planned", "integer")],
                func=read_sql("shipping", "item_never_more_than_ordered"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ShipmentEvent(Entity):
    """One step of a parcel's way."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="events", verbose_name=_("shipment")
    )
    status = models.CharField(_("status"), max_length=12, choices=ShipmentStatus.choices)
    place = models.CharField(_("place"), max_length=150, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("step of the parcel")
        verbose_name_plural = _("steps of the parcel")
        constraints = [known_values("status", ShipmentStatus, "shipment_event_status_known")]
        triggers = [*append_only_but_erasable("note", "place")]

    def __str__(self) -> str:
        return f"{self.status} {self.shipment_id}"
