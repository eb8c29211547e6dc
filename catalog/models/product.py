import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from catalog.models.category import Category
from catalog.models.facet import facet_trigger
from catalog.models.redirect import SlugRedirectKind, redirect_triggers
from catalog.models.seo import SearchEngineTexts
from catalog.models.stale import stale_trigger
from catalog.querysets import ProductQuerySet
from core.database.models import Entity, known_values, searched
from core.database.sql_files import read_sql
from core.fields import MoneyField


class ProductKind(models.TextChoices):
    PHYSICAL = "physical", _("physical")
    BUNDLE = "bundle", _("bundle")
    TEMPLATE = "template", _("kit")


class Availability(models.TextChoices):
    """Stock in bands, as shown to shoppers. Updated by events when the band changes."""

    IN_STOCK = "in_stock", _("in stock")
    LAST_FEW = "last_few", _("last few")
    SOLD_OUT = "sold_out", _("sold out")


class Product(SearchEngineTexts, Entity):
    """A product of the shop; its variants are sold."""

    external_id = models.CharField(  # noqa: DJ001 - many products have none, and it is unique
        max_length=255, null=True, unique=True, editable=False, verbose_name=_("id in the file")
    )
    name = models.CharField(_("name"), max_length=255)
    slug = models.SlugField(_("slug"), max_length=255, unique=True)
    sku = models.CharField(_("SKU"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="products", verbose_name=_("seller")
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=ProductKind.choices, default=ProductKind.PHYSICAL
    )
    base_price = MoneyField(_("base price"))
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    specifications = models.JSONField(_("base specifications"), default=dict, blank=True)
    tax_class = models.SlugField(_("tax class"), max_length=30, default="standard")
    is_active = models.BooleanField(_("active"), default=True)
    # Was active when its seller was suspended; activated again with the seller.
    waits_for_seller = models.BooleanField(default=False, db_default=False, editable=False)
    sales_paused = models.BooleanField(_("sales paused"), default=False)
    purchase_limit = models.PositiveIntegerField(_("units per customer"), null=True, blank=True)
    published_at = models.DateTimeField(_("published from"), null=True, blank=True)
    language = models.CharField(_("language of the texts"), max_length=10, blank=True)
    rating_average = models.DecimalField(
        _("rating"), max_digits=3, decimal_places=2, default=0, editable=False
    )
    rating_count = models.PositiveIntegerField(_("ratings"), default=0, editable=False)
    # Sort and filter columns, computed from the variants by triggers.
    price_from = MoneyField(_("price from"), default=0, editable=False)
    list_price_from = MoneyField(_("list price from"), default=0, editable=False)
    availability = models.CharField(
        max_length=10,
        choices=Availability.choices,
        default=Availability.SOLD_OUT,
        editable=False,
        verbose_name=_("availability"),
    )
    units_sold = models.PositiveIntegerField(_("units sold"), default=0, editable=False)
    # Whether an active variant is; denormalised for an index.
    is_new = models.BooleanField(_("new"), default=False, db_default=False, editable=False)
    is_on_offer = models.BooleanField(
        _("on offer"), default=False, db_default=False, editable=False
    )

    objects = ProductQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            known_values("kind", ProductKind, "product_kind_known"),
            known_values("availability", Availability, "product_availability_known"),
            models.CheckConstraint(
                condition=Q(base_price__gte=0), name="product_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(rating_average__range=(0, 5)), name="product_rating_range"
            ),
            models.CheckConstraint(
                condition=Q(purchase_limit=None) | Q(purchase_limit__gt=0),
                name="product_limit_positive",
            ),
        ]
        indexes = [
            # Covers everything that lists count: index-only scans.
            models.Index(
                fields=["category"],
                include=["id", "published_at", "price_from", "availability", "rating_average"],
                name="product_counts",
                condition=Q(is_active=True),
            ),
            # The same of what a search has found. With the shelf in it PostgreSQL would read all of
            # it for a list of few products.
            models.Index(
                fields=["id"],
                include=["price_from", "availability", "rating_average"],
                name="product_figures",
            ),
            # Hidden products, which searches exclude.
            models.Index(fields=["id"], name="product_hidden", condition=Q(is_active=False)),
            models.Index(
                fields=["published_at"],
                name="product_to_come",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                fields=["category", "-units_sold", "id"],
                name="product_category_popular",
                condition=Q(is_active=True),
            ),
            models.Index(
                fields=["category", "price_from", "id"],
                name="product_category_price",
                condition=Q(is_active=True),
            ),
            models.Index(
                fields=["-created_at", "id"], name="product_newest", condition=Q(is_active=True)
            ),
            models.Index(
                fields=["-units_sold", "id"], name="product_popular", condition=Q(is_active=True)
            ),
            models.Index(
                fields=["price_from", "id"], name="product_price", condition=Q(is_active=True)
            ),
            models.Index(
                fields=["-rating_average", "-rating_count", "id"],
                name="product_rated",
                condition=Q(is_active=True),
            ),
            # The first products of each category, for the rows of the home page.
            models.Index(
                fields=["category", "-created_at", "id"],
                name="product_news",
                condition=Q(is_active=True, is_new=True) & ~Q(availability="sold_out"),
            ),
            models.Index(
                fields=["category", "-units_sold", "id"],
                name="product_offers",
                condition=Q(is_active=True, is_on_offer=True) & ~Q(availability="sold_out"),
            ),
            # The admin's list: order by name, and search.
            searched(("name_es", "name_en", "sku", "slug"), "product_searched"),
            models.Index(fields=["name_es", "-id"], name="product_name_es"),
            models.Index(fields=["name_en", "-id"], name="product_name_en"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *redirect_triggers(SlugRedirectKind.PRODUCT),
            stale_trigger(
                pgtrigger.Insert
                | pgtrigger.UpdateOf(
                    *("name_es", "name_en", "description_es", "description_en"),
                    *("sku", "category_id", "attributes"),
                ),
                "SELECT NEW.id",
            ),
            # Products of a suspended seller are hidden too.
            facet_trigger(
                pgtrigger.UpdateOf("category_id", "is_active", "seller_id"),
                "SELECT NEW.id",
                told_by=("category_id", "is_active"),
            ),
            pgtrigger.Trigger(
                name="hide_with_seller",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_active", "seller_id"),
                condition=pgtrigger.Condition("NEW.is_active"),
                func=read_sql("catalog", "product_hide_with_seller"),
            ),
            pgtrigger.Trigger(
                name="reprice_variants",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("base_price"),
                condition=pgtrigger.Condition("OLD.base_price IS DISTINCT FROM NEW.base_price"),
                func=read_sql("catalog", "product_reprice_variants"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
