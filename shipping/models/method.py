from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.countries import PERU
from accounts.districts import prefixes
from core.database.models import Entity, known_values
from core.fields import MoneyField
from inventory.models import Warehouse
from shipping import carriers

# Working days. No method promises more, and holidays are not known that far ahead.
MAX_HANDLING_DAYS = 90
MAX_DAYS = 180


class Carrier(Entity):
    """Who drives: Olva Courier, the shop's own van."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    tracking_url_template = models.CharField(
        _("tracking address, with {number}"), max_length=255, blank=True
    )
    volume_divisor = models.PositiveIntegerField(
        _("volume divisor, cm³ per kg"),
        null=True,
        blank=True,
        help_text=_("What is bulky pays for its volume: often 5000. Empty: only weight counts."),
    )
    works_saturdays = models.BooleanField(
        _("delivers on Saturdays"), default=False, db_default=False
    )
    integration = models.SlugField(
        _("connection"),
        max_length=50,
        blank=True,
        default="",
        db_default="",
        help_text=_("Code of the installed package that speaks with the carrier; usually empty."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        constraints = [
            models.CheckConstraint(
                condition=Q(volume_divisor=None) | Q(volume_divisor__gt=0),
                name="carrier_volume_divisor_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """With an unknown carrier code parcels would never be announced, without an error."""
        if self.integration and carriers.find(self.integration) is None:
            unknown = _("No installed package has this code, or it lacks its keys.")
            raise ValidationError({"integration": unknown})


class Zone(Entity):
    """Where a rate holds. Empty lists mean everywhere in the country."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    country = CountryField(_("country"), default="PE")
    # Peru: a department is 2 digits of ubigeo, a province 4, a district 6.
    ubigeo_prefixes = ArrayField(
        models.CharField(max_length=6),
        default=list,
        blank=True,
        verbose_name=_("ubigeo prefixes"),
        help_text=_("Parted by commas: 2 digits are a department, 4 a province, 6 a district."),
    )
    regions = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, verbose_name=_("regions")
    )

    class Meta(Entity.Meta):
        verbose_name = _("zone")
        verbose_name_plural = _("zones")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A prefix without districts would match no address."""
        if self.country == PERU:
            unknown = [prefix for prefix in self.ubigeo_prefixes if prefix not in prefixes()]
            if unknown:
                wrong = _("No department, province or district has the ubigeo %(ubigeo)s.")
                raise ValidationError({"ubigeo_prefixes": wrong % {"ubigeo": ", ".join(unknown)}})


class MethodKind(models.TextChoices):
    DELIVERY = "delivery", _("delivery")
    PICKUP = "pickup", _("pickup in shop")


class ShippingMethod(Entity):
    """A way to get the order, as the shopper chooses it."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=150)
    description = models.CharField(_("description"), max_length=255, blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=MethodKind.choices, default=MethodKind.DELIVERY
    )
    carrier = models.ForeignKey(
        Carrier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="methods",
        verbose_name=_("carrier"),
    )
    pickup_warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("pickup warehouse"),
    )
    handling_days = models.PositiveSmallIntegerField(
        _("handling, working days"), default=1, validators=[MaxValueValidator(MAX_HANDLING_DAYS)]
    )
    cut_off_hour = models.PositiveSmallIntegerField(
        _("cut-off hour"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(24)],
        help_text=_(
            "Orders from this hour on count from the next working day; 24: none does. "
            "Empty: as in the settings."
        ),
    )
    free_over = MoneyField(_("free over"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Entity.Meta):
        verbose_name = _("shipping method")
        verbose_name_plural = _("shipping methods")
        constraints = [
            known_values("kind", MethodKind, "shipping_method_kind_known"),
            models.CheckConstraint(
                condition=Q(free_over=None) | Q(free_over__gte=0),
                name="shipping_method_threshold_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(handling_days__lte=MAX_HANDLING_DAYS),
                name="shipping_method_handling_limited",
            ),
            models.CheckConstraint(
                condition=Q(cut_off_hour=None) | Q(cut_off_hour__lte=24),
                name="shipping_method_cut_off_in_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind == MethodKind.PICKUP and self.pickup_warehouse is None:
            missing = _("Say in which warehouse the order waits.")
            raise ValidationError({"pickup_warehouse": missing})


class ShippingRate(Entity):
    """What a method costs in a zone, for a range of weight and order amount."""

    method = models.ForeignKey(
        ShippingMethod, on_delete=models.CASCADE, related_name="rates", verbose_name=_("method")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.CASCADE, related_name="rates", verbose_name=_("zone")
    )
    min_weight_kg = models.DecimalField(_("from kg"), max_digits=8, decimal_places=3, default=0)
    max_weight_kg = models.DecimalField(
        _("to kg"), max_digits=8, decimal_places=3, null=True, blank=True
    )
    min_amount = MoneyField(_("from amount"), default=0)
    max_amount = MoneyField(_("to amount"), null=True, blank=True)
    price = MoneyField(_("price"))
    price_per_kg = MoneyField(_("and per further kg"), default=0)
    days_min = models.PositiveSmallIntegerField(_("days from"), default=1)
    days_max = models.PositiveSmallIntegerField(
        _("days to"), default=3, validators=[MaxValueValidator(MAX_DAYS)]
    )

    class Meta(Entity.Meta):
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0, price_per_kg__gte=0), name="shipping_rate_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(max_weight_kg=None) | Q(max_weight_kg__gt=F("min_weight_kg")),
                name="shipping_rate_weight_range",
            ),
            models.CheckConstraint(
                condition=Q(max_amount=None) | Q(max_amount__gt=F("min_amount")),
                name="shipping_rate_amount_range",
            ),
            models.CheckConstraint(
                condition=Q(days_max__gte=F("days_min")), name="shipping_rate_days_range"
            ),
            models.CheckConstraint(
                condition=Q(days_max__lte=MAX_DAYS), name="shipping_rate_days_limited"
            ),
        ]
        indexes = [models.Index(fields=["method", "zone"], name="shipping_rate_method")]

    def __str__(self) -> str:
        return f"{self.method_id} in {self.zone_id}: {self.price}"

    def clean(self) -> None:
        """In words what the constraints would say by their names."""
        wrong = {}
        for low, high in (("min_weight_kg", "max_weight_kg"), ("min_amount", "max_amount")):
            lower, upper = getattr(self, low), getattr(self, high)
            if None not in (lower, upper) and upper <= lower:
                wrong[high] = _("Write more than the lower limit, or nothing for no limit.")
        if None not in (self.days_min, self.days_max) and self.days_max < self.days_min:
            wrong["days_max"] = _("Write at least as many days as in the field before.")
        if wrong:
            raise ValidationError(wrong)
