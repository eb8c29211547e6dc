from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cart.selectors import find_variant
from cart.store import LineKey
from core.web.forms import WholeNumberField

MAX_UNITS = 999


def _quantity_field(least: int) -> WholeNumberField:
    message = format_lazy(
        _("Choose a whole number from {least} to {most}."), least=least, most=MAX_UNITS
    )
    return WholeNumberField(
        min_value=least,
        max_value=MAX_UNITS,
        error_messages={
            "required": message,
            "invalid": message,
            "min_value": message,
            "max_value": message,
        },
    )


class VariantForm(forms.Form):
    """Names a variant by its key or SKU, and the kit that it is in."""

    variant = forms.CharField(max_length=120)
    kit = forms.CharField(max_length=255, required=False)

    def clean_variant(self) -> UUID:
        variant_id = find_variant(self.cleaned_data["variant"])
        if variant_id is None:
            raise forms.ValidationError(_("This product is not offered any more."))
        return variant_id

    @property
    def key(self) -> LineKey:
        return LineKey(self.cleaned_data["variant"], self.cleaned_data["kit"])

    @property
    def complaint(self) -> str:
        """What is wrong, in a sentence or two."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class AddForm(VariantForm):
    quantity = _quantity_field(1)


class UpdateForm(VariantForm):
    quantity = _quantity_field(1)


class CouponForm(forms.Form):
    code = forms.CharField(max_length=50, required=False, strip=True)


class KitForm(forms.Form):
    """Names a kit by its slug."""

    kit = forms.CharField(max_length=255)
