"""Forms of promotions and coupons; they refuse input beside the field that is wrong."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from core.web.forms import WholeNumberField
from promotions import kinds
from promotions.batches import MAX_CODES, MIN_RANDOM, Batch
from promotions.models import Coupon, Promotion, PromotionEffect, PromotionScope, PromotionTrigger
from promotions.selectors import TARGETS

WHOLE = 100  # percent
Step = dict[str, float]
NO_CODES = _("Only a promotion whose trigger is a coupon code has codes.")


class TiersField(forms.Field):
    """Steps of a discount by quantity, one to a line: the units, then the percent."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 20})

    def prepare_value(self, value: Any) -> str:
        """As lines, in the form in which they were typed."""
        if isinstance(value, str):
            return value
        return "\n".join(f"{step['quantity']} {step['percent']:g}" for step in value or ())

    def to_python(self, value: Any) -> list[Step]:
        """:raises ValidationError: if a line is no step"""
        return [_step(line) for line in str(value or "").splitlines() if line.strip()]


def _step(line: str) -> Step:
    try:
        quantity, percent = line.replace(",", ".").replace("%", "").split()
        step: Step = {"quantity": int(quantity), "percent": float(percent)}
    except ValueError:
        step = {"quantity": 0, "percent": 0}
    if step["quantity"] < 1 or not 0 < step["percent"] <= WHOLE:
        raise forms.ValidationError(
            _("“%(line)s”: write units and a percentage up to 100, such as 3 10."),
            params={"line": line.strip()[:40]},
        )
    return step


class PromotionForm(forms.ModelForm[Promotion]):
    """A promotion that could take effect."""

    tiers = TiersField(
        label=_("Steps by quantity"),
        required=False,
        help_text=_("One to a line: from how many units, how many percent off. Such as 3 10."),
    )

    def clean_tiers(self) -> list[Step]:
        """:raises ValidationError: if two steps begin at the same quantity"""
        tiers: list[Step] = self.cleaned_data["tiers"]
        if len({step["quantity"] for step in tiers}) < len(tiers):
            raise forms.ValidationError(_("Two steps begin at the same quantity."))
        return sorted(tiers, key=lambda step: step["quantity"])

    def clean_max_uses(self) -> int | None:
        return _not_below_count(self.cleaned_data["max_uses"], self.instance.uses)

    def clean_minimum_purchase(self) -> Decimal:
        amount: Decimal = self.cleaned_data["minimum_purchase"]
        if amount < 0:
            raise forms.ValidationError(_("The minimum purchase cannot be below 0."))
        return amount

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        effect = typed.get("effect")
        if effect in {PromotionEffect.PERCENTAGE, PromotionEffect.FIXED}:
            self._check_value(effect, typed.get("value"))
        elif effect == PromotionEffect.BUY_X_GET_Y:
            for name in ("buy_quantity", "free_quantity"):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, _("Write how many units, 1 at the least."))
        elif effect == PromotionEffect.TIERS and not typed.get("tiers"):
            self._add_first_error("tiers", _("Write one step at the least."))
        self._check_needs(effect or "", typed)
        self._check_scope(typed)
        starts, ends = typed.get("starts_at"), typed.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end is not after the start."))
        return typed

    def _check_value(self, effect: str, value: Decimal | None) -> None:
        if value is None or value <= 0:
            self._add_first_error("value", _("The value is not above 0."))
        elif effect == PromotionEffect.PERCENTAGE and value > WHOLE:
            self.add_error("value", _("A percentage is 100 at the most."))

    def _check_needs(self, effect: str, typed: dict[str, Any]) -> None:
        """Check the fields that a kind of an installed package requires."""
        for name in kinds.needs(effect):
            if (typed.get(name) or 0) <= 0:
                self._add_first_error(name, _("The value is not above 0."))

    def _check_scope(self, typed: dict[str, Any]) -> None:
        scope = typed.get("scope")
        if scope and scope != PromotionScope.ORDER:
            name, _column = TARGETS[PromotionScope(scope)]
            if not typed.get(name):
                self._add_first_error(name, _("Choose what the promotion applies to."))

    def _add_first_error(self, name: str, message: Any) -> None:
        """Add the error unless the field has one."""
        if name not in self.errors:
            self.add_error(name, message)


class CouponForm(forms.ModelForm[Coupon]):
    """A code that staff think up themselves."""

    class Meta:
        model = Coupon
        fields = ("promotion", "code", "max_uses", "is_active")

    def clean_promotion(self) -> Promotion:
        promotion: Promotion = self.cleaned_data["promotion"]
        if promotion.trigger != PromotionTrigger.COUPON:
            raise forms.ValidationError(NO_CODES)
        return promotion

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()

    def clean_max_uses(self) -> int | None:
        return _not_below_count(self.cleaned_data["max_uses"], self.instance.uses)


class CouponFormSet(BaseInlineFormSet[Coupon, Promotion, CouponForm]):
    """The codes on the page of their promotion."""

    def clean(self) -> None:
        """Refuse duplicate codes, and codes for promotions that need none."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        codes = [typed["code"] for typed in kept if typed.get("code")]
        if len(set(codes)) < len(codes):
            raise forms.ValidationError(_("The same code stands here twice."))
        if codes and self.instance.trigger != PromotionTrigger.COUPON:
            raise forms.ValidationError(NO_CODES)


def _not_below_count(most: int | None, uses: int) -> int | None:
    if most is not None and most < uses:
        raise forms.ValidationError(
            _("It has been used %(uses)s times already."), params={"uses": uses}
        )
    return most


class BatchForm(forms.Form):
    """How many codes to make, and what they look like."""

    title = forms.CharField(
        label=_("Name of the batch"), max_length=50, help_text=_("Only staff see it.")
    )
    number = WholeNumberField(label=_("How many codes"), min_value=1, max_value=MAX_CODES)
    start = forms.CharField(
        label=_("Begins with"),
        max_length=20,
        required=False,
        validators=[
            RegexValidator(r"^[A-Za-z0-9_-]*$", _("Only letters without accents, digits, - and _."))
        ],
    )
    length = WholeNumberField(
        label=_("Random characters"),
        min_value=MIN_RANDOM,
        max_value=20,
        initial=10,
        help_text=_("The more there are, the harder it is to guess a code."),
    )
    max_uses = WholeNumberField(
        label=_("Uses of each code"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        required=False,
        help_text=_("Empty: without limit."),
    )

    def batch(self) -> Batch:
        typed = dict(self.cleaned_data)
        return Batch(name=typed.pop("title"), prefix=typed.pop("start"), **typed)
