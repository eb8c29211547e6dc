import pgtrigger
from constance import config
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import Seller
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from core.database.sql_files import read_sql

# Of fewer units a single cart may hold most.
MANY = 10


class WarehouseKind(models.TextChoices):
    OWN = "own", _("own")
    DROPSHIPPING = "dropshipping", _("dropshipping")


class WarehouseQuerySet(SellerOwnedQuerySet["Warehouse"]):
    """Each warehouse is one seller's."""


class Warehouse(Entity):
    """Where units lie: the shop's own shelf, or a supplier's who sends them for us."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(
        _("kind"), max_length=15, choices=WarehouseKind.choices, default=WarehouseKind.OWN
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="warehouses", verbose_name=_("seller")
    )
    street = models.CharField(_("street and number"), max_length=255, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    country = CountryField(_("country"), default="PE")
    ubigeo = models.CharField(_("ubigeo"), max_length=6, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority (lowest first)"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    objects = WarehouseQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        constraints = [known_values("kind", WarehouseKind, "warehouse_kind_known")]

    def __str__(self) -> str:
        return self.name


class StockLevelQuerySet(SellerOwnedQuerySet["StockLevel"]):
    seller_path = "warehouse__seller"

    def locked(self) -> "StockLevelQuerySet":
        """Lock the rows in primary-key order, so that no two orders can deadlock."""
        return self.order_by("pk").select_for_update(of=["self"])

    def mostly_held(self) -> "StockLevelQuerySet":
        """Of many units, carts and unpaid orders hold more than the settings call usual."""
        percent = config.HELD_STOCK_PERCENT
        if not percent:
            return self.none()
        return self.filter(on_hand__gte=MANY, on_hand__lt=F("reserved") * 100 / percent)

    def below_minimum(self) -> "StockLevelQuerySet":
        """Levels to reorder: by units on hand less sold ones; holds do not count."""
        return self.filter(
            on_hand__lt=F("minimum") + F("committed"),
            warehouse__is_active=True,
            variant__is_active=True,
            variant__product__is_active=True,
        )


class StockLevel(Entity):
    """
    How many units of a variant one warehouse has on the shelf, and how many are spoken for.

    `on_hand` and `committed` change by writing a movement and in no other way; `reserved` by
    reservations. The triggers below hold both.
    """

    variant = models.ForeignKey(
        Variant,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="stock_levels",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="stock_levels",
        verbose_name=_("warehouse"),
    )
    on_hand = models.IntegerField(_("on hand"), default=0, editable=False)
    committed = models.IntegerField(_("sold, to dispatch"), default=0, editable=False)
    reserved = models.IntegerField(_("held"), default=0, editable=False)
    minimum = models.PositiveIntegerField(_("minimum"), default=5)
    maximum = models.PositiveIntegerField(_("maximum"), null=True, blank=True)
    bin = models.CharField(_("bin"), max_length=50, blank=True)
    is_below_minimum = models.BooleanField(
        default=False, editable=False, verbose_name=_("below minimum")
    )

    objects = StockLevelQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(fields=["variant", "warehouse"], name="stock_level_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_level_on_hand"),
            models.CheckConstraint(condition=Q(committed__gte=0), name="stock_level_committed"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_level_reserved"),
            models.CheckConstraint(
                condition=Q(maximum=None) | Q(minimum__lte=F("maximum")),
                name="stock_level_minimum_below_maximum",
                violation_error_message=_("The minimum is above the maximum."),
            ),
        ]
        indexes = [models.Index(fields=["warehouse", "variant"], name="stock_level_warehouse")]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="starts_empty",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(
                    "NEW.on_hand <> 0 OR NEW.committed <> 0 OR NEW.reserved <> 0"
                ),
                func=read_sql("inventory", "level_starts_empty"),
            ),
            pgtrigger.Trigger(
                name="by_ledger",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.on_hand <> OLD.on_hand OR NEW.committed <> OLD.committed"
                ),
                func=read_sql("inventory", "level_by_ledger"),
            ),
            pgtrigger.Trigger(
                name="covers",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.committed + NEW.reserved > OLD.committed + OLD.reserved"
                    " AND NEW.on_hand < NEW.committed + NEW.reserved"
                ),
                func=read_sql("inventory", "level_covers"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} @ {self.warehouse_id}: {self.available}"

    @property
    def sellable(self) -> int:
        """Units on hand and not sold, held or not; alerts use it."""
        return self.on_hand - self.committed

    @property
    def available(self) -> int:
        """What can be sold now. Below zero when a count or write-off left the level short."""
        return self.on_hand - self.committed - self.reserved

    @property
    def is_short(self) -> bool:
        return self.available < 0
