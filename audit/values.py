"""Values of watched rows, as JSON keeps them and as people read them."""

import json
from decimal import Decimal
from typing import Any

from constance import settings
from constance.codecs import loads
from django.db.models import DateTimeField, Field
from django.template.defaultfilters import yesno
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.timezone import localtime

MAX = 300


class ExactDecoder(json.JSONDecoder):
    """Amounts come back to the cent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


def shown(value: object, field: "Field[Any, Any] | None" = None) -> str:
    """The value in words: a choice by its label, a moment in the shop's time, nothing as a dash."""
    if value in (None, "", [], {}):
        return "–"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return str(yesno(value))
    if isinstance(value, (int, Decimal)):
        return number_format(value, use_l10n=True)
    if isinstance(field, DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return Truncator(text).chars(MAX)


def of_setting(name: str, kept: str | None) -> object:
    """A setting as django-constance keeps it; without a row of its own it has its default."""
    if kept is None:
        return settings.CONFIG.get(name, ("",))[0]
    return loads(kept)
