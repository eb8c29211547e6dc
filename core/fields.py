from typing import Any

from django.core.validators import RegexValidator
from django.db import models


class MoneyField(models.DecimalField[Any, Any]):
    """An amount in the currency that stands on the same row: numeric(12,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 12, "decimal_places": 2, **kwargs})


class CurrencyField(models.CharField[Any, Any]):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults = {"max_length": 3, "validators": [RegexValidator(r"^[A-Z]{3}$")]}
        super().__init__(*args, **{**defaults, **kwargs})
