"""Form fields of settings that need more than limits."""

from typing import Any

import phonenumbers
from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from core.brand.colours import Colour
from core.money import THREE_DECIMAL_CURRENCIES

_UNDIALLED = _("Write the number with the code of its country, such as +51 987 654 321.")


class Currency(forms.CharField):
    """The ISO code of a currency that the tables can hold."""

    def clean(self, value: Any) -> str:
        """
        The code in capitals.

        :raises ValidationError: if there is no such currency, or it has three decimals
        """
        code = str(super().clean(value)).upper()
        if code not in Locale("en").currencies or code in THREE_DECIMAL_CURRENCIES:
            raise ValidationError(
                _(
                    "Write the ISO code of a currency, such as PEN or USD. Currencies with three "
                    "decimals, such as KWD, cannot be used."
                )
            )
        return code


class Phone(forms.CharField):
    """A phone number with the code of its country, as anybody anywhere can dial it; or nothing."""

    def clean(self, value: Any) -> str:
        """
        The number with its groups apart.

        :raises ValidationError: if the country's code is missing, or there can be no such number
        """
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(_UNDIALLED) from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_UNDIALLED)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class BrandColour(forms.CharField):
    """A colour as browsers write it; or nothing."""

    def clean(self, value: Any) -> str:
        """
        The colour as `#1f5596`.

        :raises ValidationError: if it is none
        """
        text = str(super().clean(value))
        try:
            return Colour.of_hex(text).hex if text else ""
        except ValueError as error:
            raise ValidationError(
                _("Write the colour as # and six digits from 0 to F, such as #1F5596.")
            ) from error


class Country(forms.ChoiceField):
    """A country by its ISO code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": lambda: list(countries), **options})
