from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.states import transition_trigger
from inventory.models import Warehouse
from orders.models import Order
from orders.states import OrderStatus
from purchasing.models.supplier import Supplier
from purchasing.states import SUPPLIER_TASK_TRANSITIONS, SupplierTaskStatus
from shipping.models import Shipment


class SupplierTaskQuerySet(SellerOwnedQuerySet["SupplierTask"]):
    def live(self) -> "SupplierTaskQuerySet":
        return self.exclude(status=SupplierTaskStatus.CANCELLED)

    def unsent(self) -> "SupplierTaskQuerySet":
        """Whose units have not been dispatched: what left before parcels were is among them."""
        return self.live().filter(shipment=None)

    def waiting_for_staff(self) -> "SupplierTaskQuerySet":
        """Tasks that nobody was told of yet, and dispatched ones of cancelled orders."""
        is_untold = Q(status=SupplierTaskStatus.OPEN)
        left_in_vain = Q(status=SupplierTaskStatus.SHIPPED, order__status=OrderStatus.CANCELLED)
        return self.filter(is_untold | left_in_vain)


class SupplierTask(Stateful, Entity):
    """
    What a supplier sends to a customer of ours: the dropship units of one order, and where to.

    The address is a copy. The customer's e-mail and how the order is paid are not the supplier's
    business.
    """

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="supplier_tasks", verbose_name=_("order")
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="supplier_tasks", verbose_name=_("seller")
    )
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("supplier"),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SupplierTaskStatus.choices,
        default=SupplierTaskStatus.OPEN,
    )
    recipient = models.CharField(_("recipient"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    address = models.TextField(_("address"), blank=True)
    currency = CurrencyField(_("currency"))
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=100, blank=True)
    mailed_to = models.EmailField(_("written to"), blank=True, editable=False)
    withdrawal_mailed_at = models.DateTimeField(null=True, editable=False)
    shipment = models.ForeignKey(
        Shipment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="supplier_tasks",
        verbose_name=_("shipment"),
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)

    objects = SupplierTaskQuerySet.as_manager()
    transitions = SUPPLIER_TASK_TRANSITIONS
    saved_with_state = ("carrier", "tracking_number", "sent_at", "shipped_at")

    class Meta(Entity.Meta):
        verbose_name = _("supplier's task")
        verbose_name_plural = _("suppliers' tasks")
        constraints = [
            known_values("status", SupplierTaskStatus, "supplier_task_status_known"),
            models.UniqueConstraint(
                fields=["order", "seller", "supplier"],
                condition=~Q(status__in=["shipped", "cancelled"]),
                nulls_distinct=False,
                name="supplier_task_on_hand_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "cancelled"]) | Q(supplier__isnull=False),
                name="supplier_task_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(status="shipped") | ~Q(carrier=""), name="supplier_task_shipped_by"
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="supplier_task_status")]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", SUPPLIER_TASK_TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.recipient} ({self.get_status_display()})"

    @property
    def has_left_in_vain(self) -> bool:
        """Whether the parcel was dispatched for a cancelled order. Load the order first."""
        has_left = self.status == SupplierTaskStatus.SHIPPED
        return has_left and self.order.status == OrderStatus.CANCELLED


class SupplierTaskLine(Entity):
    task = models.ForeignKey(
        SupplierTask, on_delete=models.CASCADE, related_name="lines", verbose_name=_("task")
    )
    variant = models.ForeignKey(
        Variant,
        on_delete=models.PROTECT,
        related_name="supplier_task_lines",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("warehouse")
    )
    quantity = models.PositiveIntegerField(_("units"))
    # What the variant cost last, without tax; empty where it was never bought.
    unit_cost = MoneyField(_("unit cost"), null=True, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("line of the task")
        verbose_name_plural = _("lines of the task")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "variant", "warehouse"], name="supplier_task_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="supplier_task_line_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.variant_id}"
