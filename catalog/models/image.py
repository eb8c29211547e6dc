from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.variant import Variant
from core.db import Entity


class ProductImage(Entity):
    """A picture of a product or of one of its variants; AVIF and WebP renditions lie beside it."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="images", verbose_name=_("product")
    )
    variant = models.ForeignKey(
        Variant,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="images",
        verbose_name=_("variant"),
    )
    picture = models.ImageField(
        _("picture"), upload_to="products/%Y/%m/", width_field="width", height_field="height"
    )
    alt = models.CharField(_("what it shows"), max_length=255, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    rendition_widths = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True, editable=False
    )

    class Meta(Entity.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [models.Index(fields=["product", "position"], name="product_image_order")]

    def __str__(self) -> str:
        return str(self.picture)
