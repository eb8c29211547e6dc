from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller, User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, append_only, known_values, whole_amounts
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.states import transition_trigger
from inventory.models import Warehouse
from purchasing.models.supplier import Supplier
from purchasing.states import PURCHASE_ORDER_TRANSITIONS, PurchaseOrderStatus

# Per line. A larger number is a typing error.
MAX_UNITS = 1_000_000


class PurchaseYear(models.Model):
    """The sequence value that is number 001 of a year: numbers start again without a lock."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    first_value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.first_value}"


class PurchaseOrderQuerySet(SellerOwnedQuerySet["PurchaseOrder"]):
    """Each order is one seller's."""


class PurchaseOrder(Stateful, Entity):
    """What we have asked a supplier for. Costs are without tax."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.PROTECT,
        related_name="purchase_orders",
        limit_choices_to={"is_active": True},
        verbose_name=_("supplier"),
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="purchase_orders", verbose_name=_("seller")
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=PurchaseOrderStatus.choices,
        default=PurchaseOrderStatus.DRAFT,
    )
    currency = CurrencyField(_("currency"))
    subtotal = MoneyField(_("subtotal"), default=0)
    tax = MoneyField(_("tax"), default=0)
    total = MoneyField(_("total"), default=0)
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    mailed_to = models.EmailField(_("written to"), blank=True, db_default="", editable=False)
    expected_on = models.DateField(_("expected"), null=True, blank=True)

    objects = PurchaseOrderQuerySet.as_manager()
    transitions = PURCHASE_ORDER_TRANSITIONS
    saved_with_state = ("sent_at",)

    class Meta(Entity.Meta):
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            known_values("status", PurchaseOrderStatus, "purchase_order_status_known"),
            models.CheckConstraint(
                condition=Q(total=F("subtotal") + F("tax")), name="purchase_order_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^OC-[0-9]{4}-[0-9]{3,}$"),
                name="purchase_order_number_shape",
            ),
            models.CheckConstraint(
                condition=Q(subtotal__gte=0, tax__gte=0), name="purchase_order_not_negative"
            ),
            whole_amounts(["subtotal", "tax", "total"], "purchase_order_whole_amounts"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            transition_trigger("status", PURCHASE_ORDER_TRANSITIONS),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_draft(self) -> bool:
        return self.status == PurchaseOrderStatus.DRAFT

    @property
    def is_awaited(self) -> bool:
        """Whether goods may still come."""
        return self.status in (PurchaseOrderStatus.SENT, PurchaseOrderStatus.PARTIALLY_RECEIVED)


class PurchaseOrderLineQuerySet(SellerOwnedQuerySet["PurchaseOrderLine"]):
    seller_path = "purchase_order__seller"


class PurchaseOrderLine(Entity):
    purchase_order = models.ForeignKey(
        PurchaseOrder,
        on_delete=models.CASCADE,
        related_name="lines",
        verbose_name=_("purchase order"),
    )
    variant = models.ForeignKey(
        Variant,
        on_delete=models.PROTECT,
        related_name="purchase_order_lines",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("warehouse")
    )
    quantity = models.PositiveIntegerField(_("ordered"), validators=[MaxValueValidator(MAX_UNITS)])
    received_quantity = models.PositiveIntegerField(_("received"), default=0, editable=False)
    unit_cost = MoneyField(_("unit cost"))

    objects = PurchaseOrderLineQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        constraints = [
            models.UniqueConstraint(
                fields=["purchase_order", "variant", "warehouse"], name="purchase_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="purchase_line_not_empty",
                violation_error_message=_("Order at least one unit."),
            ),
            # A supplier may send more than was ordered, as far as the shop's settings say.
            models.CheckConstraint(
                condition=Q(received_quantity__lte=2 * F("quantity")),
                name="purchase_line_received_of_ordered",
            ),
            models.CheckConstraint(
                condition=Q(unit_cost__gte=0),
                name="purchase_line_cost",
                violation_error_message=_("A cost is never below zero."),
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="only_in_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf(
                    "purchase_order_id", "variant_id", "warehouse_id", "quantity", "unit_cost"
                ),
                func=read_sql("purchasing", "line_only_in_draft"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.unit_cost}"

    @property
    def missing(self) -> int:
        """Units that are still to come, or never will once the order is cancelled."""
        return max(self.quantity - self.received_quantity, 0)

    @property
    def total(self) -> Decimal:
        """Without tax."""
        return Decimal(self.quantity * self.unit_cost)


class ReceiptQuerySet(SellerOwnedQuerySet["Receipt"]):
    seller_path = "line__purchase_order__seller"


class Receipt(Entity):
    """Units of a purchase order line received with one delivery note."""

    line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("line")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    delivery_note = models.CharField(_("delivery note"), max_length=100)
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("received by")
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_not_empty"),
            models.UniqueConstraint(fields=["line", "delivery_note"], name="receipt_once"),
        ]
        triggers = [*append_only()]

    def __str__(self) -> str:
        return f"{self.quantity} by {self.delivery_note}"
