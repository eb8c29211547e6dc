"""Form fields of settings that need more than limits."""

from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from core.money import THREE_DECIMAL_CURRENCIES


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


class Country(forms.ChoiceField):
    """A country by its ISO code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": lambda: list(countries), **options})
