from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from inventory.models.level import StockLevel


class StockAlertKind(models.TextChoices):
    LOW = "low", _("below minimum")
    SOLD_OUT = "sold_out", _("sold out")


class StockAlertQuerySet(SellerOwnedQuerySet["StockAlert"]):
    seller_path = "level__warehouse__seller"


class StockAlert(Entity):
    """A level crossed its minimum or ran out. One for each crossing; it ends as the level rises."""

    level = models.ForeignKey(
        StockLevel, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("level")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=StockAlertKind.choices)
    available = models.IntegerField(_("available then"))
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = StockAlertQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("stock alert")
        verbose_name_plural = _("stock alerts")
        constraints = [
            known_values("kind", StockAlertKind, "stock_alert_kind_known"),
            models.UniqueConstraint(
                fields=["level", "kind"],
                condition=Q(resolved_at=None),
                name="stock_alert_once_per_crossing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level_id}"


class BackInStockQuerySet(models.QuerySet["BackInStockRequest"]):
    def waiting(self) -> "BackInStockQuerySet":
        """Those who were not told yet, of what shoppers can see."""
        return self.filter(
            notified_at=None, variant__is_active=True, variant__product__is_active=True
        )


class BackInStockRequest(Entity):
    """A shopper waits for a variant. Served in order of sign-up."""

    variant = models.ForeignKey(
        Variant,
        on_delete=models.CASCADE,
        related_name="back_in_stock_requests",
        verbose_name=_("variant"),
    )
    email = models.EmailField(_("e-mail address"))
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    language = models.CharField(max_length=10, blank=True, verbose_name=_("language"))
    notified_at = models.DateTimeField(_("notified"), null=True, blank=True)

    objects = BackInStockQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("back-in-stock request")
        verbose_name_plural = _("back-in-stock requests")
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "email"],
                condition=Q(notified_at=None),
                name="back_in_stock_once",
            ),
        ]
        indexes = [models.Index(fields=["variant", "notified_at"], name="back_in_stock_told")]

    def __str__(self) -> str:
        return f"{self.email} waits for {self.variant_id}"
