from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from constance import config
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.database.models import Entity, known_values
from core.fields import MoneyField
from shipping.models import Zone

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """An amount in another currency; one unit of it costs `rate` of the order's currency."""

    amount: Decimal
    currency: str
    rate: Decimal

    def __str__(self) -> str:
        """As a form sends it back: what the shopper has seen and agreed to."""
        return f"{self.currency} {self.amount}"


class Gateway(models.TextChoices):
    """The gateways that come with the shop. Installed packages may register further names."""

    STRIPE = "stripe", "Stripe"
    PAYPAL = "paypal", "PayPal"
    MERCADOPAGO = "mercadopago", "Mercado Pago"
    CONEKTA = "conekta", "Conekta"
    MANUAL = "manual", _("by hand")
    STORE_CREDIT = "store_credit", _("store credit")
    SIMULATOR = "simulator", _("simulator")


class MethodType(models.TextChoices):
    CARD = "card", _("card")
    WALLET = "wallet", _("wallet")
    BANK_TRANSFER = "bank_transfer", _("bank transfer")
    CASH_VOUCHER = "cash_voucher", _("cash voucher")
    CASH_ON_DELIVERY = "cash_on_delivery", _("cash on delivery")
    PAY_IN_SHOP = "pay_in_shop", _("pay in the shop")


class PaymentMethod(Entity):
    """A way to pay, as the shopper chooses it: who processes it, its cost, the time it may take."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=255, blank=True)
    instructions = models.TextField(_("instructions"), blank=True)
    type = models.CharField(_("type"), max_length=20, choices=MethodType.choices)
    gateway = models.CharField(_("provider"), max_length=30)
    commission_percent = models.DecimalField(
        _("commission, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    commission_fixed = MoneyField(
        _("commission, fixed"), default=0, validators=[MinValueValidator(0)]
    )
    hold_minutes = models.PositiveIntegerField(
        _("minutes to pay"), default=30, validators=[MinValueValidator(1)]
    )
    currencies = ArrayField(
        models.CharField(max_length=3), default=list, blank=True, verbose_name=_("currencies")
    )
    countries = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("countries")
    )
    zones = models.ManyToManyField(
        Zone,
        blank=True,
        related_name="+",
        verbose_name=_("zones"),
        help_text=_("Only for orders that are handed over there; everywhere if none is chosen."),
    )
    minimum_amount = MoneyField(_("from amount"), default=0, validators=[MinValueValidator(0)])
    maximum_amount = MoneyField(_("to amount"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    # What the provider asks for, where it does not take the currency: `methods_for` says it.
    quote: Quote | None = None
    # Its zones as plain figures, where a selector has read them.
    areas: Sequence[Mapping[str, Any]] = ()

    class Meta(Entity.Meta):
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        constraints = [
            known_values("type", MethodType, "payment_method_type_known"),
            models.CheckConstraint(
                condition=Q(commission_percent__range=(0, 100), commission_fixed__gte=0),
                name="payment_method_commission_range",
            ),
            models.CheckConstraint(
                condition=Q(maximum_amount=None) | Q(maximum_amount__gte=F("minimum_amount")),
                name="payment_method_amount_range",
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__gt=0), name="payment_method_hold_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.maximum_amount is not None and self.maximum_amount < (self.minimum_amount or 0):
            raise ValidationError(
                {"maximum_amount": _("This is less than the amount from which it is offered.")}
            )
        if self.collects_on_delivery and self.gateway != Gateway.MANUAL:
            raise ValidationError(
                {"gateway": _("Money that is collected at the door or in the shop comes by hand.")}
            )

    @property
    def term(self) -> str:
        """How long the shopper has to pay; empty where the courier or the shop collects."""
        if self.collects_on_delivery:
            return ""
        if self.hold < self.hold_minutes * MINUTE:
            hours = self.hold // (60 * MINUTE)
            return (
                ngettext(
                    "You have %d hour to pay and send the proof.",
                    "You have %d hours to pay and send the proof.",
                    hours,
                )
                % hours
            )
        minutes = self.hold // MINUTE
        days, hours = minutes // (24 * 60), minutes // 60
        if days:
            return ngettext("You have %d day to pay.", "You have %d days to pay.", days) % days
        if hours:
            return ngettext("You have %d hour to pay.", "You have %d hours to pay.", hours) % hours
        text = ngettext("You have %d minute to pay.", "You have %d minutes to pay.", minutes)
        return text % minutes

    @property
    def hold(self) -> timedelta:
        """
        How long an order holds its units initially.

        A transfer holds them for `hold_minutes` once its proof has arrived; cash on delivery holds
        them until it is confirmed.
        """
        minutes = self.hold_minutes
        if self.type == MethodType.BANK_TRANSFER and config.TRANSFER_PROOF_HOURS:
            minutes = min(minutes, config.TRANSFER_PROOF_HOURS * 60)
        elif self.collects_on_delivery and config.CASH_CONFIRMATION_HOURS:
            minutes = config.CASH_CONFIRMATION_HOURS * 60
        return minutes * MINUTE

    @property
    def collects_on_delivery(self) -> bool:
        return self.type in (MethodType.CASH_ON_DELIVERY, MethodType.PAY_IN_SHOP)
