"""Forms that several apps ask with."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AmountField(forms.DecimalField):
    """An amount as people write it: `1234.50`, `1,234.50`, `1234,50` or `1.234,50`."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(with_point(value) if isinstance(value, str) else value)


def with_point(text: str) -> str:
    """The last comma or point before one or two figures parts the cents; the others are groups."""
    text = text.strip()
    found = re.fullmatch(r"([\d., ]+?)(?:[.,](\d{1,2}))?", text)
    if not found or not re.fullmatch(r"\d{1,3}(?:[., ]\d{3})*|\d+", found[1]):
        return text
    whole = re.sub(r"\D", "", found[1])
    return f"{whole}.{found[2]}" if found[2] else whole


class AddressForm(forms.Form):
    """Where to write to, once."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Write the address that we should write to."),
            "invalid": _("Write an e-mail address such as ana@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # People do not see it; programs that fill in every field give themselves away.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))
