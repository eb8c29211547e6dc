from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cart.selectors import find_variant
from cart.store import LineKey
from core.web.forms import WholeNumberField

MAX_UNITS = 999


def _quantity_field() -> WholeNumberField:
    message = format_lazy(
        _("Choose a whole number from {least} to {most}."), least=1, most=MAX_UNITS
    )
    errors = ("required", "invalid", "min_value", "max_value")
    return WholeNumberField(
        min_value=1, max_value=MAX_UNITS, error_messages=dict.fromkeys(errors, message)
    )


class VariantForm(forms.Form):
    """A variant, by its key or SKU, and the kit that it belongs to."""

    variant = forms.CharField(max_length=120)
    kit = forms.CharField(max_length=255, required=False)

    def clean_variant(self) -> UUID:
        variant_id = find_variant(self.cleaned_data["variant"])
        if variant_id is None:
            raise forms.ValidationError(_("This product is no longer available."))
        return variant_id

    @property
    def key(self) -> LineKey:
        return LineKey(self.cleaned_data["variant"], self.cleaned_data["kit"])

    @property
    def complaint(self) -> str:
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class AddForm(VariantForm):
    quantity = _quantity_field()


class CouponForm(forms.Form):
    code = forms.CharField(max_length=50, required=False, strip=True)


class KitForm(forms.Form):
    """A kit, by its slug; `instead` is how often it is in the cart that is edited."""

    kit = forms.CharField(max_length=255)
    instead = WholeNumberField(min_value=1, max_value=MAX_UNITS, required=False)
