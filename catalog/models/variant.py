import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from catalog.gtin import check_gtin
from catalog.models.brand import Brand
from catalog.models.category import Category
from catalog.models.facet import facet_trigger
from catalog.models.product import Availability, Product
from catalog.models.stale import stale_trigger
from catalog.querysets import VariantQuerySet
from core.database.models import Entity, known_values, searched
from core.database.sql_files import read_sql
from core.fields import MoneyField


class Variant(Entity):
    """The unit of sale and stock: one size, colour or other version of a product."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="variants", verbose_name=_("product")
    )
    brand = models.ForeignKey(
        Brand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="variants",
        verbose_name=_("brand"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="variants",
        verbose_name=_("category, if another than the product's"),
    )
    name = models.CharField(_("full name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    model = models.CharField(_("manufacturer's model"), max_length=150, blank=True)
    gtin = models.CharField(
        _("GTIN (EAN, UPC)"),
        max_length=14,
        blank=True,
        db_default="",
        default="",
        validators=[check_gtin],
        help_text=_("The number under the bars on the product. It is scanned when packing."),
    )
    sku = models.CharField(_("SKU"), max_length=120, unique=True)
    sku_suffix = models.CharField(_("SKU suffix"), max_length=100, blank=True)
    slug = models.SlugField(_("slug"), max_length=255, unique=True)
    price_modifier = MoneyField(_("price modifier"), default=0)
    sale_price = MoneyField(_("sale price"), null=True, blank=True)
    # Computed by triggers: base price + modifier, and the sale price if there is one.
    list_price = MoneyField(_("list price"), default=0, editable=False)
    price = MoneyField(_("current price"), default=0, editable=False)
    cost = MoneyField(_("cost"), null=True, blank=True)
    weight_kg = models.DecimalField(
        _("weight, kg"), max_digits=8, decimal_places=3, null=True, blank=True
    )
    length_cm = models.DecimalField(
        _("length, cm"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    width_cm = models.DecimalField(
        _("width, cm"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    height_cm = models.DecimalField(
        _("height, cm"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=0)
    units_sold = models.PositiveIntegerField(_("units sold"), default=0, editable=False)
    availability = models.CharField(
        max_length=10,
        choices=Availability.choices,
        default=Availability.SOLD_OUT,
        editable=False,
        verbose_name=_("availability"),
    )
    is_featured = models.BooleanField(_("featured"), default=False)
    is_new = models.BooleanField(_("new"), default=False)
    is_on_offer = models.BooleanField(_("on offer"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = VariantQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.UniqueConstraint(fields=["product", "sku_suffix"], name="variant_suffix_once"),
            models.CheckConstraint(
                condition=Q(gtin="") | Q(gtin__regex=r"^([0-9]{8}|[0-9]{12,14})$"),
                name="variant_gtin_of_digits",
            ),
            models.UniqueConstraint(
                fields=["gtin"],
                condition=~Q(gtin=""),
                name="variant_gtin_once",
                violation_error_message=_("Another variant has this GTIN."),
            ),
            models.CheckConstraint(
                condition=Q(list_price__gte=0), name="variant_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(sale_price=None)
                | Q(sale_price__gte=0, sale_price__lte=F("list_price")),
                name="variant_sale_not_above_list",
                violation_error_message=_("The sale price is above the list price."),
            ),
            models.CheckConstraint(
                condition=Q(weight_kg=None) | Q(weight_kg__gte=0),
                name="variant_weight_not_negative",
            ),
            known_values("availability", Availability, "variant_availability_known"),
        ]
        indexes = [
            models.Index(
                fields=["product", "position"],
                include=["id"],
                name="variant_product",
                condition=Q(is_active=True),
            ),
            models.Index(
                fields=["brand", "product"], name="variant_brand", condition=Q(is_active=True)
            ),
            models.Index(Upper("model"), name="variant_model"),
            searched(("name_es", "name_en", "sku", "model", "gtin"), "variant_searched"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            stale_trigger(
                pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf("product_id", "brand_id", "model", "sku", "is_active"),
                "SELECT unnest(ARRAY[OLD.product_id, NEW.product_id])",
            ),
            facet_trigger(
                pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf("product_id", "brand_id", "is_active"),
                "SELECT unnest(ARRAY[OLD.product_id, NEW.product_id])",
                told_by=("product_id", "brand_id", "is_active"),
            ),
            pgtrigger.Trigger(
                name="compute_price",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf(
                    "product_id", "price_modifier", "sale_price", "list_price", "price"
                ),
                func=read_sql("catalog", "variant_compute_price"),
            ),
            pgtrigger.Trigger(
                name="record_price",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("now_at", "timestamptz")],
                func=read_sql("catalog", "variant_record_price"),
            ),
            pgtrigger.Trigger(
                name="product_prices",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("changed", "uuid")],
                func=read_sql("catalog", "variant_product_prices"),
            ),
            pgtrigger.Trigger(
                name="product_flags",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf("product_id", "is_active", "is_new", "is_on_offer"),
                declare=[("changed", "uuid")],
                func=read_sql("catalog", "variant_product_flags"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"


class VariantOption(Entity):
    """An option of a variant: size XL, colour black, 16 GB of memory."""

    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="options", verbose_name=_("variant")
    )
    name = models.CharField(_("option"), max_length=50)
    value = models.CharField(_("value"), max_length=100)
    # For URLs and filters; never translated.
    key = models.SlugField(max_length=60)
    value_key = models.SlugField(max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(Entity.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(fields=["variant", "key"], name="variant_option_once")
        ]
        indexes = [
            models.Index(fields=["key", "value_key", "variant"], name="variant_option_facet")
        ]
        triggers = [
            *Entity.Meta.triggers,
            stale_trigger(
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                "SELECT product_id FROM catalog_variant"
                " WHERE id IN (OLD.variant_id, NEW.variant_id)",
            ),
            facet_trigger(
                pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf("variant_id", "key", "value_key"),
                "SELECT product_id FROM catalog_variant"
                " WHERE id IN (OLD.variant_id, NEW.variant_id)",
                told_by=("variant_id", "key", "value_key"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
