from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from django_stubs_ext import StrOrPromise

from accounts.models import Seller, User
from catalog.models import Brand, Category, Collection, Product
from core.database.models import Entity, known_values, undeletable
from core.fields import MoneyField
from orders.models import Order
from promotions import kinds


class PromotionTrigger(models.TextChoices):
    AUTOMATIC = "automatic", _("automatic")
    COUPON = "coupon", _("coupon code")


class PromotionEffect(models.TextChoices):
    PERCENTAGE = "percentage", _("percentage off")
    FIXED = "fixed", _("amount off")
    FREE_SHIPPING = "free_shipping", _("free shipping")
    BUY_X_GET_Y = "buy_x_get_y", _("buy X, get Y free")
    TIERS = "tiers", _("percentage by quantity")


def effects() -> list[tuple[str, StrOrPromise]]:
    """Ours, and those of installed packages."""
    return [*PromotionEffect.choices, *kinds.choices()]


class PromotionScope(models.TextChoices):
    ORDER = "order", _("whole order")
    PRODUCT = "product", _("products")
    CATEGORY = "category", _("categories with all below them")
    BRAND = "brand", _("brands")
    SELLER = "seller", _("sellers")
    COLLECTION = "collection", _("collections")


class HasSteps(models.Func):
    """Whether the JSON is a list of steps, each with units and a percentage that can be given."""

    _GOOD = "(@.quantity >= 1 && @.percent > 0 && @.percent <= 100)"
    template = (
        'NOT jsonb_path_exists(%(expressions)s, \'strict $ ? (@.type() != "array" '
        f"|| exists(@[*] ? (!{_GOOD} || {_GOOD} is unknown)))')"
    )
    output_field = models.BooleanField()


class PromotionQuerySet(models.QuerySet["Promotion"]):
    def running(self, now: datetime | None = None) -> "PromotionQuerySet":
        now = now or timezone.now()
        return self.filter(
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(ends_at=None) | Q(ends_at__gt=now),
            is_active=True,
        )

    def locked(self) -> "PromotionQuerySet":
        """Lock the rows in primary-key order."""
        return self.order_by("pk").select_for_update(of=["self"])


class Promotion(Entity):
    """A rule that lowers a price: when it applies, to what, and by how much."""

    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("description"), max_length=1000, blank=True, db_default="")
    trigger = models.CharField(
        _("trigger"),
        max_length=10,
        choices=PromotionTrigger.choices,
        default=PromotionTrigger.AUTOMATIC,
    )
    effect = models.CharField(
        _("effect"),
        max_length=15,
        choices=effects,
        default=PromotionEffect.PERCENTAGE,
    )
    scope = models.CharField(
        _("applies to"),
        max_length=10,
        choices=PromotionScope.choices,
        default=PromotionScope.ORDER,
    )
    value = MoneyField(_("value: percent or amount"), null=True, blank=True)
    buy_quantity = models.PositiveSmallIntegerField(_("buy"), null=True, blank=True)
    free_quantity = models.PositiveSmallIntegerField(_("get free"), null=True, blank=True)
    tiers = models.JSONField(_("tiers"), default=list, blank=True)
    products = models.ManyToManyField(
        Product, blank=True, related_name="promotions", verbose_name=_("products")
    )
    categories = models.ManyToManyField(
        Category, blank=True, related_name="promotions", verbose_name=_("categories")
    )
    brands = models.ManyToManyField(
        Brand, blank=True, related_name="promotions", verbose_name=_("brands")
    )
    sellers = models.ManyToManyField(
        Seller, blank=True, related_name="promotions", verbose_name=_("sellers")
    )
    collections = models.ManyToManyField(
        Collection, blank=True, related_name="promotions", verbose_name=_("collections")
    )
    minimum_purchase = MoneyField(_("minimum purchase"), default=0)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    max_uses_per_customer = models.PositiveIntegerField(
        _("uses per customer"), null=True, blank=True
    )
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    priority = models.SmallIntegerField(_("priority"), default=0)
    exclusive_group = models.CharField(_("exclusive group"), max_length=50, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PromotionQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            known_values("trigger", PromotionTrigger, "promotion_trigger_known"),
            models.CheckConstraint(
                condition=Q(effect__in=PromotionEffect.values) | Q(effect__regex=kinds.CODE),
                name="promotion_effect_known",
            ),
            known_values("scope", PromotionScope, "promotion_scope_known"),
            models.CheckConstraint(
                condition=~Q(effect__in=["percentage", "fixed"])
                | Q(value__isnull=False, value__gt=0),
                name="promotion_value_positive",
                violation_error_message=_("The value is not above 0."),
            ),
            models.CheckConstraint(
                condition=~Q(effect="percentage") | Q(value__lte=100),
                name="promotion_percentage_range",
                violation_error_message=_("A percentage is 100 at the most."),
            ),
            models.CheckConstraint(
                condition=~Q(effect="buy_x_get_y")
                | Q(
                    buy_quantity__isnull=False,
                    buy_quantity__gt=0,
                    free_quantity__isnull=False,
                    free_quantity__gt=0,
                ),
                name="promotion_buy_x_get_y",
                violation_error_message=_("Write how many units, 1 at the least."),
            ),
            models.CheckConstraint(
                condition=HasSteps(F("tiers")),
                name="promotion_tiers_are_steps",
                violation_error_message=_("A step has units and a percentage up to 100."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="promotion_ends_after_start",
                violation_error_message=_("The end is not after the start."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_purchase__gte=0),
                name="promotion_minimum_not_negative",
                violation_error_message=_("The minimum purchase cannot be below 0."),
            ),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")),
                name="promotion_not_overused",
            ),
        ]
        indexes = [
            models.Index(
                fields=["trigger", "starts_at"],
                name="promotion_running",
                condition=Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Coupon(Entity):
    """A code that turns a promotion on. Codes ignore case."""

    promotion = models.ForeignKey(
        Promotion, on_delete=models.CASCADE, related_name="coupons", verbose_name=_("promotion")
    )
    code = models.CharField(_("code"), max_length=50)
    batch = models.CharField(_("batch"), max_length=50, blank=True)
    max_uses = models.PositiveIntegerField(_("uses"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="coupon_code_once",
                violation_error_message=_("There is a coupon with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")), name="coupon_not_overused"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9_-]{3,50}$"),
                name="coupon_code_shape",
                violation_error_message=_(
                    "A code has 3 to 50 letters without accents, digits, - and _."
                ),
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "code"], name="coupon_newest")]

    def __str__(self) -> str:
        return self.code


class Redemption(Entity):
    """One use of a promotion by one order; given back when the order is cancelled."""

    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("promotion")
    )
    coupon = models.ForeignKey(
        Coupon,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="redemptions",
        verbose_name=_("coupon"),
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("order")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="redemptions",
        verbose_name=_("user"),
    )
    identity = models.CharField(_("identity"), max_length=255, blank=True)
    amount = MoneyField(_("amount"))
    freed_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = [
            models.UniqueConstraint(
                fields=["promotion", "order"],
                condition=Q(freed_at=None),
                name="redemption_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(freed_at=None, coupon__isnull=False),
                name="redemption_one_coupon_per_order",
            ),
        ]
        indexes = [
            models.Index(fields=["promotion", "identity"], name="redemption_identity"),
        ]
        triggers = [*Entity.Meta.triggers, *undeletable()]

    def __str__(self) -> str:
        return f"{self.promotion} · {self.order}"


class TaxRate(Entity):
    """The tax of a country, or of one of its regions, on a class of products."""

    name = models.CharField(_("name"), max_length=50)
    country = CountryField(_("country"))
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    tax_class = models.SlugField(_("tax class"), max_length=30, default="standard")
    rate = models.DecimalField(_("rate (0.18 is 18 %)"), max_digits=6, decimal_places=4)

    class Meta(Entity.Meta):
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "tax_class"], name="tax_rate_once"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="tax_rate_range"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.country}"
