from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# Characters of a text in Markdown; a table of so many wide rows is drawn in less than a second.
MAX_PROSE = 20_000
# A path of this shop, or an address that runs no script: "//" and "/\" lead to other hosts.
LINK = r"^(/([^/\\\s]\S*)?|(https?://|mailto:|tel:)[^\s/]\S*)$"


class MoneyField(models.DecimalField[Any, Any]):
    """An amount in the currency of the same row: numeric(12,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 12, "decimal_places": 2, **kwargs})


class CurrencyField(models.CharField[Any, Any]):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults = {"max_length": 3, "validators": [RegexValidator(r"^[A-Z]{3}$")]}
        super().__init__(*args, **{**defaults, **kwargs})


class LinkField(models.CharField[Any, Any]):
    """Where staff let a link lead: a path of the shop, or an address of the web, mail or phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        refusal = _("Write a path such as /kits/, or an address that starts with https://.")
        defaults = {"max_length": 500, "validators": [RegexValidator(LINK, refusal)]}
        super().__init__(*args, **{**defaults, **kwargs})


def is_link(field: str, name: str) -> models.CheckConstraint:
    """The column holds a link, or nothing."""
    return models.CheckConstraint(
        condition=models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": LINK}), name=name
    )
