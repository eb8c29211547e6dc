from decimal import Decimal
from urllib.parse import urljoin

import pgtrigger
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from catalog.models import Variant
from core.database.models import Entity, searched
from core.fields import MoneyField
from orders.models.order import Order, has_a_line


class OrderLine(Entity):
    """A variant, how many, at what price. Name, SKU, options and picture are as they were sold."""

    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="lines",
        verbose_name=_("order"),
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="order_lines", verbose_name=_("variant")
    )
    seller = models.ForeignKey(
        Seller,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="order_lines",
        verbose_name=_("seller"),
    )
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=255)
    sku = models.CharField(_("SKU"), max_length=120)
    options = models.JSONField(_("options"), default=dict)
    # Its place in the media storage: a small copy, if there was one.
    picture = models.CharField(
        max_length=255, blank=True, db_default="", default="", editable=False
    )
    kit = models.CharField(_("kit"), max_length=255, blank=True)
    warranty_months = models.PositiveSmallIntegerField(
        _("warranty, months"), default=0, db_default=0
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    list_price = MoneyField(_("list price"))
    unit_price = MoneyField(_("unit price"))
    discount = MoneyField(_("discount"), default=0)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=4, default=0)
    tax = MoneyField(_("tax"), default=0)
    total = MoneyField(_("total"))
    # Discounts and tax of each single unit, so that a refund of one is exact.
    unit_allocations = models.JSONField(default=list, editable=False)
    cancelled_quantity = models.PositiveIntegerField(_("cancelled"), default=0, editable=False)
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0, editable=False)
    delivered_quantity = models.PositiveIntegerField(_("delivered"), default=0, editable=False)
    returned_quantity = models.PositiveIntegerField(_("returned"), default=0, editable=False)

    class Meta(Entity.Meta):
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_not_empty"),
            models.CheckConstraint(
                condition=Q(total=F("unit_price") * F("quantity") - F("discount")),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, discount__gte=0, total__gte=0, tax__gte=0),
                name="order_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled_quantity") + F("shipped_quantity")),
                name="order_line_ships_what_was_ordered",
            ),
            models.CheckConstraint(
                condition=Q(delivered_quantity__lte=F("shipped_quantity")),
                name="order_line_delivers_what_was_shipped",
            ),
            models.CheckConstraint(
                condition=Q(returned_quantity__lte=F("delivered_quantity")),
                name="order_line_returns_what_was_delivered",
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lt=1), name="order_line_tax_rate_range"
            ),
        ]
        indexes = [
            models.Index(fields=["order", "position"], name="order_line_order"),
            models.Index(fields=["seller", "order"], name="order_line_seller"),
            searched("sku", "order_line_sku_searched"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            has_a_line(pgtrigger.Delete | pgtrigger.UpdateOf("order_id")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    @property
    def amount(self) -> Decimal:
        """Before promotions: the amounts of all lines add up to the order's subtotal."""
        amount: Decimal = self.unit_price * self.quantity
        return amount

    @property
    def picture_url(self) -> str:
        """The picture's address on pages, or "" if the variant had none."""
        return default_storage.url(self.picture) if self.picture else ""

    @property
    def picture_address(self) -> str:
        """The same in full, for mails."""
        return urljoin(settings.SITE_URL, self.picture_url)

    @property
    def open_quantity(self) -> int:
        return self.quantity - self.cancelled_quantity - self.shipped_quantity


class OrderDiscount(Entity):
    """Why the order costs less: one reason and its amount, for a line or for the shipping."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="discounts", verbose_name=_("order")
    )
    line = models.ForeignKey(
        OrderLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="discounts",
        verbose_name=_("line"),
    )
    promotion = models.UUIDField(_("promotion"), null=True, blank=True)
    code = models.CharField(_("code"), max_length=50, blank=True)
    reason = models.CharField(_("reason"), max_length=255)
    amount = MoneyField(_("amount"))

    class Meta(Entity.Meta):
        verbose_name = _("discount")
        verbose_name_plural = _("discounts")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_discount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.amount}"
