from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, append_only, known_values
from core.database.sql_files import read_sql
from inventory.models.level import Warehouse


class MovementKind(models.TextChoices):
    RECEIPT = "receipt", _("receipt")
    SALE = "sale", _("sale")
    DISPATCH = "dispatch", _("dispatch")
    CANCELLATION = "cancellation", _("cancellation")
    RETURN = "return", _("return")
    WRITE_OFF = "write_off", _("write-off")
    ADJUSTMENT = "adjustment", _("adjustment")
    TRANSFER_IN = "transfer_in", _("transfer in")
    TRANSFER_OUT = "transfer_out", _("transfer out")


class ReferenceKind(models.TextChoices):
    """What kind of document a movement or hold refers to. Its key is no foreign key upward."""

    CART = "cart", _("cart")
    ORDER = "order", _("order")
    PURCHASE_ORDER = "purchase_order", _("purchase order")
    SHIPMENT = "shipment", _("shipment")
    RETURN = "return", _("return")
    TRANSFER = "transfer", _("transfer")
    COUNT = "count", _("stock count")
    IMPORT = "import", _("import")
    MANUAL = "manual", _("by hand")
    SIGN_UP = "sign_up", _("back-in-stock sign-up")


class MovementQuerySet(SellerOwnedQuerySet["Movement"]):
    seller_path = "warehouse__seller"

    def to_dispatch(self, *by: str) -> QuerySet["Movement", Any]:
        """These fields with the `units` sold and still to leave, where there are any."""
        effect = Case(
            When(kind=MovementKind.DISPATCH, then="on_hand_delta"), default=-F("quantity")
        )
        kinds = (MovementKind.SALE, MovementKind.CANCELLATION, MovementKind.DISPATCH)
        rows = self.filter(kind__in=kinds).values_list(*by)
        return rows.annotate(units=Sum(effect)).filter(units__gt=0)


class Movement(Entity):
    """
    One line of the stock ledger: what happened, what it does to the shelf and to what can be sold.

    Σ on_hand_delta = on_hand and Σ quantity = on_hand - committed of the level, always: inserting
    a movement is what changes them. Nobody can rewrite one.
    """

    variant = models.ForeignKey(
        Variant,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="movements",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="movements", verbose_name=_("warehouse")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=MovementKind.choices)
    quantity = models.IntegerField(_("effect on what can be sold"))
    on_hand_delta = models.IntegerField(_("effect on the shelf"))
    reference = models.UUIDField(_("reference"), null=True, blank=True)
    reference_kind = models.CharField(
        _("document"), max_length=15, choices=ReferenceKind.choices, default=ReferenceKind.MANUAL
    )
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    on_hand_after = models.IntegerField(_("on hand after"), default=0, editable=False)
    committed_after = models.IntegerField(_("committed after"), default=0, editable=False)

    objects = MovementQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        constraints = [
            known_values("kind", MovementKind, "movement_kind_known"),
            known_values("reference_kind", ReferenceKind, "movement_reference_kind_known"),
            models.CheckConstraint(
                condition=~Q(quantity=0) | ~Q(on_hand_delta=0), name="movement_moves_something"
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", quantity__lt=0, on_hand_delta=0)
                | Q(kind="dispatch", quantity=0, on_hand_delta__lt=0)
                | Q(kind="cancellation", quantity__gt=0, on_hand_delta=0)
                | Q(kind__in=["receipt", "return", "transfer_in"], quantity__gt=0)
                & Q(on_hand_delta=F("quantity"))
                | Q(kind__in=["write_off", "transfer_out"], quantity__lt=0)
                & Q(on_hand_delta=F("quantity"))
                | Q(kind="adjustment", on_hand_delta=F("quantity")),
                name="movement_effects_fit_kind",
            ),
            models.UniqueConstraint(
                fields=["reference", "variant", "warehouse"],
                condition=Q(reference_kind="count") | Q(kind="transfer_out"),
                name="movement_posted_once",
            ),
        ]
        indexes = [
            models.Index(fields=["variant", "warehouse", "id"], name="movement_variant"),
            models.Index(fields=["reference"], name="movement_reference"),
            models.Index(fields=["kind", "created_at"], name="movement_kind_time"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="apply",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=read_sql("inventory", "movement_apply"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}/{self.on_hand_delta:+d} of {self.variant_id}"
