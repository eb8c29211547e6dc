from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.redirect import SlugRedirectKind, redirect_triggers
from core.database.models import Entity


class Kit(Entity):
    """A room or outfit: the shopper chooses variants and adds all at once."""

    name = models.CharField(_("name"), max_length=255)
    slug = models.SlugField(_("slug"), max_length=255, unique=True)
    description = models.TextField(_("description"), blank=True)
    cover = models.ImageField(_("cover picture"), upload_to="kits/", blank=True)
    discount_percent = models.DecimalField(_("discount, %"), max_digits=5, decimal_places=2)
    room_type = models.CharField(_("room"), max_length=50, blank=True)
    style_tags = models.JSONField(_("style tags"), default=list, blank=True)
    product = models.OneToOneField(
        Product,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kit",
        verbose_name=_("product that lists it"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Entity.Meta):
        verbose_name = _("kit")
        verbose_name_plural = _("kits")
        constraints = [
            models.CheckConstraint(
                condition=Q(discount_percent__range=(0, 100)), name="kit_discount_range"
            )
        ]
        triggers = [*Entity.Meta.triggers, *redirect_triggers(SlugRedirectKind.KIT)]

    def __str__(self) -> str:
        return self.name


class KitItem(Entity):
    kit = models.ForeignKey(
        Kit, on_delete=models.CASCADE, related_name="items", verbose_name=_("kit")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="kit_items", verbose_name=_("product")
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    is_optional = models.BooleanField(_("optional"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Entity.Meta):
        verbose_name = _("kit item")
        verbose_name_plural = _("kit items")
        constraints = [
            models.UniqueConstraint(fields=["kit", "product"], name="kit_item_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="kit_item_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
