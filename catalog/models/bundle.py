from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.variant import Variant
from core.database.models import Entity


class BundleComponent(Entity):
    """The stock that one unit of a bundle consumes."""

    bundle = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="components", verbose_name=_("bundle")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="bundled_in", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)

    class Meta(Entity.Meta):
        verbose_name = _("bundle component")
        verbose_name_plural = _("bundle components")
        constraints = [
            models.UniqueConstraint(fields=["bundle", "variant"], name="bundle_component_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_component_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"
