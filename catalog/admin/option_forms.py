"""Options and their values as staff type them on a product's page."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.selectors import options_of
from catalog.services import Option, OptionValue

MAX_OPTIONS = 4
MAX_VALUE_LENGTH = 100
_SUFFIX = re.compile(r"[A-Za-z0-9._-]{1,40}")
_AMOUNT = re.compile(r"[+-]?\d{1,8}([.,]\d{1,2})?")


class OptionForm(forms.Form):
    """An option and its values, parted by commas."""

    name = forms.CharField(
        label=_("Option"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-options", "autocomplete": "off"}),
    )
    values = forms.CharField(
        label=_("Values"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "spellcheck": "false"}),
    )

    def clean_values(self) -> tuple[OptionValue, ...]:
        return tuple(_value(text) for text in _parted(self.cleaned_data["values"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("values") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Name the option."))
        if cleaned.get("name") and not cleaned.get("values") and "values" not in self.errors:
            self.add_error("values", _("Write at least one value."))
        return cleaned


class OptionFormSet(forms.BaseFormSet[OptionForm]):
    @property
    def options(self) -> list[Option]:
        """The options, without empty rows."""
        rows = [form.cleaned_data for form in self.forms]
        return [Option(row["name"], row["values"]) for row in rows if row.get("name")]


_FormSet: Any = forms.formset_factory(
    OptionForm, formset=OptionFormSet, extra=2, max_num=MAX_OPTIONS, absolute_max=MAX_OPTIONS
)


def option_forms(sent: Any, product: Product | None) -> OptionFormSet:
    """The options that were sent, or those of the product and room for more."""
    if sent is not None and "options-TOTAL_FORMS" in sent:
        formset: OptionFormSet = _FormSet(sent, prefix="options")
        return formset
    known = options_of(product)[:MAX_OPTIONS] if product else []
    initial = [{"name": each.name, "values": ", ".join(each.values)} for each in known]
    shown: OptionFormSet = _FormSet(initial=initial, prefix="options")
    shown.extra = 1 if known else 2
    return shown


def _parted(text: str) -> list[str]:
    """A line with a semicolon is one value with its parts; any other may hold several values."""
    lines = text.splitlines()
    parts = [part for line in lines for part in ([line] if ";" in line else line.split(","))]
    return [part.strip() for part in parts if part.strip(" ;")]


def _value(text: str) -> OptionValue:
    """:raises ValidationError: if the text is not a value, a suffix and an amount"""
    value, suffix, amount, *more = [*(part.strip() for part in text.split(";")), "", ""][:4]
    if more and more[0]:
        raise forms.ValidationError(_("“%(line)s” has too many parts."), params={"line": text[:80]})
    if not 0 < len(value) <= MAX_VALUE_LENGTH:
        raise forms.ValidationError(
            _("“%(line)s”: a value has 1 to 100 letters."), params={"line": text[:80]}
        )
    if suffix and not _SUFFIX.fullmatch(suffix):
        raise forms.ValidationError(
            _("“%(suffix)s” is no suffix: use up to 40 letters, figures, points and hyphens."),
            params={"suffix": suffix[:80]},
        )
    if amount and not _AMOUNT.fullmatch(amount):
        raise forms.ValidationError(_("“%(amount)s” is no amount."), params={"amount": amount[:80]})
    return OptionValue(value, suffix, Decimal(amount.replace(",", ".") or 0))
