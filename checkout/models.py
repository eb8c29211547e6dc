"""Orders that staff draw up by chat or phone, until they are orders."""

from collections.abc import Collection

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.countries import PERU, regions_of
from accounts.models import User
from accounts.places import Place
from catalog.models import Variant
from checkout.states import DRAFT_TRANSITIONS, DraftStatus
from core.database.models import Entity, known_values
from core.database.stateful import Stateful
from core.fields import MoneyField
from core.states import transition_trigger
from orders.models import Order

MAX_UNITS = 999


class DraftQuerySet(models.QuerySet["Draft"]):
    def locked(self) -> "DraftQuerySet":
        """Lock the rows in primary-key order."""
        return self.order_by("pk").select_for_update(of=["self"])


class Draft(Stateful, Entity):
    """
    What a customer wants, as staff have noted it so far: anything but the goods may be missing.

    It holds no units and keeps no figures: those are the day's until it is placed.
    """

    status = models.CharField(
        _("status"), max_length=10, choices=DraftStatus.choices, default=DraftStatus.OPEN
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    first_name = models.CharField(_("first name"), max_length=90, blank=True)
    last_name = models.CharField(_("last name"), max_length=90, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    document_type = models.CharField(_("document"), max_length=10, blank=True)
    document_number = models.CharField(_("document number"), max_length=20, blank=True)
    company = models.CharField(_("legal name of the company"), max_length=200, blank=True)
    shipping_method_code = models.CharField(_("delivery"), max_length=50, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    street = models.CharField(_("street and number"), max_length=255, blank=True)
    district = models.CharField(_("district"), max_length=150, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    ubigeo = models.CharField(_("ubigeo"), max_length=6, blank=True, editable=False)
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    coupon_code = models.CharField(_("coupon"), max_length=50, blank=True)
    discount = MoneyField(
        _("agreed discount"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Deducted from the products, in addition to promotions and the coupon."),
    )
    discount_reason = models.CharField(
        _("reason for the discount"),
        max_length=100,
        blank=True,
        help_text=_("The customer sees it."),
    )
    customer_note = models.TextField(_("customer's note"), max_length=1000, blank=True)
    staff_note = models.TextField(_("staff note"), max_length=1000, blank=True)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    order = models.OneToOneField(
        Order,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="draft",
        verbose_name=_("order"),
    )
    # The customer agrees when paying, not the person who types the order.
    terms_accepted_at = models.DateTimeField(_("terms accepted"), null=True, editable=False)

    objects = DraftQuerySet.as_manager()
    transitions = DRAFT_TRANSITIONS

    class Meta(Entity.Meta):
        verbose_name = _("draft order")
        verbose_name_plural = _("draft orders")
        constraints = [
            known_values("status", DraftStatus, "draft_status_known"),
            models.CheckConstraint(
                condition=Q(status=DraftStatus.PLACED) ^ Q(order=None),
                name="draft_placed_has_order",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0), name="draft_discount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(discount=0) | ~Q(discount_reason=""),
                name="draft_discount_has_reason",
                violation_error_message=_("Say why the discount is given."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="draft_phone_international",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="draft_status_newest")]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", DRAFT_TRANSITIONS)]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(_("draft order"))

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """The form checks what it has; Django would ask PostgreSQL about each rule at each key."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_open(self) -> bool:
        return self.status == DraftStatus.OPEN

    @property
    def place(self) -> Place | None:
        """Where the customer lives, once a parcel would find the way there."""
        has_region = bool(self.region) or not regions_of(self.country)
        is_known = self.ubigeo if self.country == PERU else self.city and has_region
        return Place.of(self) if is_known else None


class DraftLine(Entity):
    """Some units of a variant that the customer wants."""

    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, related_name="lines", verbose_name=_("draft order")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(
        _("units"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_UNITS)],
    )

    class Meta(Entity.Meta):
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(fields=["draft", "variant"], name="draft_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_UNITS),
                name="draft_line_quantity_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} ×"
