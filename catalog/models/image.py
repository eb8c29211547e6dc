import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.variant import Variant
from core.database.models import Entity
from core.database.sql_files import read_sql


class ProductImage(Entity):
    """
    A picture of a product, of an option value such as a colour, or of a single variant.

    The most specific one is shown: see `catalog.selectors.pictures_for`. Its AVIF and WebP
    renditions are stored beside it.
    """

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
    # As in VariantOption, for all variants with this value. Both are set, or neither.
    option_key = models.SlugField(
        _("option"), max_length=60, blank=True, db_default="", default="", db_index=False
    )
    value_key = models.SlugField(
        _("value of the option"),
        max_length=120,
        blank=True,
        db_default="",
        default="",
        db_index=False,
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
    # Empty until the renditions have been tried.
    copied_at = models.DateTimeField(null=True, editable=False)

    class Meta(Entity.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=Q(option_key="", value_key="")
                | (~Q(option_key="") & ~Q(value_key="") & Q(variant=None)),
                name="product_image_one_owner",
            )
        ]
        indexes = [
            models.Index(fields=["product", "position"], name="product_image_order"),
            models.Index(
                fields=["created_at"], name="product_image_new", condition=Q(copied_at=None)
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="forget_copies",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("picture"),
                condition=pgtrigger.Condition("OLD.picture IS DISTINCT FROM NEW.picture"),
                func="NEW.rendition_widths = '{}'; NEW.copied_at = NULL; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="own_variant",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("variant_id", "product_id"),
                condition=pgtrigger.Condition("NEW.variant_id IS NOT NULL"),
                func=read_sql("catalog", "image_own_variant"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.picture)
