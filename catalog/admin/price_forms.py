"""Forms for the prices of many variants and for scheduled prices."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.models import ScheduledPrice, ScheduledPriceKind
from catalog.services import Prices, PriceStep, PriceStepKind, check_prices
from core.exceptions import DomainError
from core.money import MAX_AMOUNT
from core.web.forms import AmountField, check_moment

_ROUNDINGS = ("0.01", "0.10", "0.50", "1", "5", "10")


class MomentField(forms.DateTimeField):
    """A date and time in the shop's time zone, as `datetime-local`."""

    def __init__(self, **kwargs: Any) -> None:
        control = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "vTextField"}
        )
        super().__init__(**{"required": False, "widget": control, **kwargs})

    def clean(self, value: Any) -> datetime | None:
        return check_moment(super().clean(value))


class PriceStepForm(forms.Form):
    """One change for all prices, now or scheduled."""

    kind = forms.ChoiceField(label=_("What to change"), choices=PriceStepKind.choices)
    value = AmountField(
        label=_("Percent or amount"),
        required=False,
        max_digits=12,
        decimal_places=3,
        min_value=-MAX_AMOUNT,
        max_value=MAX_AMOUNT,
        help_text=_("Such as 10, or -10 for less. “Off” counts downwards by itself."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "vTextField"}),
    )
    rounded_to = forms.ChoiceField(
        label=_("Rounded to"), choices=[(each, each) for each in _ROUNDINGS]
    )
    starts_at = MomentField(label=_("From"), help_text=_("Empty: now."))
    ends_at = MomentField(label=_("Until"), help_text=_("Empty: for good."))
    confirm_price = forms.BooleanField(
        label=_("Also change the prices that are in doubt"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == PriceStepKind.SALE_END:
            if cleaned.get("starts_at") or cleaned.get("ends_at"):
                self.add_error(
                    "starts_at",
                    _("Offers end now; to end one at another time, change its scheduled price."),
                )
        elif cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Write a number."))
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins."))
        return cleaned

    @property
    def step(self) -> PriceStep:
        return PriceStep(
            PriceStepKind(self.cleaned_data["kind"]),
            self.cleaned_data["value"] or Decimal(0),
            Decimal(self.cleaned_data["rounded_to"]),
        )

    @property
    def is_planned(self) -> bool:
        return bool(self.cleaned_data["starts_at"] or self.cleaned_data["ends_at"])


class ScheduledPriceForm(forms.ModelForm[ScheduledPrice]):
    confirm_price = forms.BooleanField(
        label=_("The price is right"),
        required=False,
        help_text=_("Needed to save a price of 0, or one far below that of today."),
    )

    class Meta:
        model = ScheduledPrice
        fields = ("variant", "kind", "amount", "starts_at", "ends_at")

    def clean_starts_at(self) -> datetime | None:
        return check_moment(self.cleaned_data["starts_at"])

    def clean_ends_at(self) -> datetime | None:
        return check_moment(self.cleaned_data["ends_at"])

    def _get_validation_exclusions(self) -> set[str]:
        """The constraint against overlaps needs all columns, also those not in the form."""
        return set()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        variant = cleaned.get("variant") or getattr(self.instance, "variant", None)
        amount = cleaned.get("amount")
        if variant is not None and amount is not None:
            now = Prices.of(variant)
            is_list = cleaned.get("kind", self.instance.kind) == ScheduledPriceKind.LIST
            after = Prices(amount) if is_list else Prices(now.list_price, amount)
            try:
                check_prices(now, after, confirmed=bool(cleaned.get("confirm_price")))
            except DomainError as refusal:
                self.add_error("amount", ValidationError(str(refusal)))
        return cleaned
