"""What a setting may hold, for django-constance: each kind is a form field with its limits."""

from typing import Any

from django_stubs_ext import StrOrPromise

# By the names that CONSTANCE_CONFIG gives the kinds; filled by the functions below.
FIELDS: dict[str, list[Any]] = {}


def whole(low: int, high: int) -> str:
    """A whole number from low to high."""
    limits = {"min_value": low, "max_value": high, "widget": "django.forms.NumberInput"}
    return _kind(f"whole {low} to {high}", "django.forms.IntegerField", limits)


def number(high: int) -> str:
    """A number from 0 to high, with two decimal places."""
    limits = {"min_value": 0, "max_value": high, "decimal_places": 2}
    widget = {"widget": "django.forms.NumberInput"}
    return _kind(f"number to {high}", "django.forms.DecimalField", limits | widget)


def rate() -> str:
    """A share, for example a tax rate, typed as a fraction or in percent."""
    options = {"decimal_places": 4, "widget": "django.forms.NumberInput"}
    return _kind("rate", "core.web.forms.RateField", options)


def line(longest: int = 200, *, required: bool = False) -> str:
    """A text of one line."""
    options = {"max_length": longest, "required": required, "widget": "django.forms.TextInput"}
    return _kind(f"line {longest} {required}", "django.forms.CharField", options)


def text(longest: int = 2000) -> str:
    """A text of several lines."""
    widget = {"widget": "django.forms.Textarea", "widget_kwargs": {"attrs": {"rows": 3}}}
    options = {"max_length": longest, "required": False}
    return _kind(f"text {longest}", "django.forms.CharField", options | widget)


def shaped(pattern: str, refusal: StrOrPromise) -> str:
    """A line of that pattern, or nothing; what else is typed is refused in this sentence."""
    options = {
        "regex": pattern,
        "required": False,
        "error_messages": {"invalid": refusal},
        "widget": "django.forms.TextInput",
    }
    return _kind(f"shaped {pattern}", "django.forms.RegexField", options)


def one_of(name: str, *choices: tuple[object, StrOrPromise]) -> str:
    """One of these values; without any, the back office knows them."""
    kind = type(choices[0][0]) if choices else str
    options = {"choices": choices, "coerce": kind, "widget": "django.forms.Select"}
    return _kind(f"one of {name}", "django.forms.TypedChoiceField", options)


def _kind(name: str, field: str, options: dict[str, Any]) -> str:
    FIELDS[name] = [field, options]
    return name


EMAIL = _kind(
    "email", "django.forms.EmailField", {"required": False, "widget": "django.forms.EmailInput"}
)
URL = _kind(
    "url",
    "django.forms.URLField",
    {
        "max_length": 500,
        "required": False,
        "assume_scheme": "https",
        "widget": "django.forms.URLInput",
    },
)
PHONE = _kind(
    "phone",
    "core.admin.setting_fields.Phone",
    {"max_length": 30, "required": False, "widget": "django.forms.TextInput"},
)
CURRENCY = _kind(
    "currency", "core.admin.setting_fields.Currency", {"widget": "django.forms.TextInput"}
)
COUNTRY = _kind("country", "core.admin.setting_fields.Country", {"widget": "django.forms.Select"})
COLOUR = _kind(
    "colour",
    "core.admin.setting_fields.BrandColour",
    {"max_length": 7, "required": False, "widget": "django.forms.TextInput"},
)
