"""Forms that several apps ask with."""

import re
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.database.models import FIRST_DAY, LAST_DAY, READABLE_YEARS
from core.web.throttle import allows, place_of
from core.web.uploads import FileRefused, clean_picture

CHOOSE_AGAIN = _("Choose your photos again: the browser does not keep them.")
HOUR = 3600
TOO_FAR = _("This day is too far from today.")
_WHOLE = r"\d+|[1-9]\d{0,2}([., ])\d{3}(?:\1\d{3})*"


class WholeNumberField(forms.IntegerField):
    """A whole number in the digits 0 to 9; Python alone would read `1_0` and other scripts too."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and ("_" in value or not value.strip().isascii()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class AmountField(forms.DecimalField):
    """An amount as people write it: `1234.50`, `1,234.50`, `1234,50` or `1.234,50`."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(with_point(value) if isinstance(value, str) else value)


class RateField(forms.DecimalField):
    """
    A rate from 0 to 1, shown and typed in percent: `18` is 18 %, and so is `0.18`.

    One below 1 % is shown as it is kept, for 0.5 typed is the half.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=1, **kwargs)
        self.widget.attrs |= {"min": 0, "max": 100, "step": "any"}

    def to_python(self, value: Any) -> Any:
        rate = super().to_python(value)
        return rate / 100 if rate is not None and rate >= 1 else rate

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal) and value >= Decimal("0.01"):
            return f"{(value * 100).normalize():f}"
        return value


def with_point(text: str) -> str:
    """
    The last comma or point before one or two figures parts the cents; the others are groups.

    Groups are parted by one sign and begin with no zero: else the text comes back as it is.
    """
    text = text.strip()
    found = re.fullmatch(r"([\d., ]+?)(?:[.,](\d{1,2}))?", text)
    if not found or not re.fullmatch(_WHOLE, found[1]):
        return text
    whole = re.sub(r"\D", "", found[1])
    return f"{whole}.{found[2]}" if found[2] else whole


def check_moment(moment: datetime | None) -> datetime | None:
    """
    The moment itself.

    :raises ValidationError: if it is so far away that PostgreSQL keeps it and Python cannot read it
    """
    if moment and moment.year not in READABLE_YEARS:
        raise forms.ValidationError(forms.DateTimeField.default_error_messages["invalid"])
    return moment


def day_field(label: StrOrPromise) -> forms.DateField:
    """A day that may be left open, with a calendar to choose it from."""
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_DAY, TOO_FAR), MaxValueValidator(LAST_DAY, TOO_FAR)],
    )


class PhotosForm(forms.Form):
    """A form with `photos`: a refusal says beside them that no browser sends files twice."""

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        is_said = CHOOSE_AGAIN in self.errors.get("photos", ())
        if self.files.getlist(self.add_prefix("photos")) and not is_said:
            super().add_error("photos", CHOOSE_AGAIN)


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos, each re-encoded; other files, or too many, are refused here."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True})

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[ContentFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > self.most:
            raise forms.ValidationError(_("Choose at most %(most)s photos.") % {"most": self.most})
        photos, refused = [], []
        for file in files:
            try:
                photos.append(clean_picture(file))
            except FileRefused as refusal:
                refused.append(f"{file.name}: {refusal}")
        if refused:
            raise forms.ValidationError(refused)
        return photos


class TrapForm(forms.Form):
    """With a field that people do not see; programs that fill it in give themselves away."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    def refusal(self, request: HttpRequest, kind: str, *, most: int) -> HTTPStatus | None:
        """Why the form is shown again: it is incomplete, or more than `most` came in an hour."""
        if not self.is_valid():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        if not allows(f"{kind}:{place_of(request)}", most=most, seconds=HOUR):
            self.add_error(None, _("Too many attempts. Please try again in an hour."))
            return HTTPStatus.TOO_MANY_REQUESTS
        return None


def answer_field(help_text: StrOrPromise = "") -> forms.EmailField:
    """The address that the shop answers to."""
    return forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=help_text,
        error_messages={
            "required": _("Write the address that we should answer to."),
            "invalid": _("Enter an e-mail address such as ana@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AddressForm(TrapForm):
    """Where to write to, once."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Write the address that we should write to."),
            "invalid": _("Enter an e-mail address such as ana@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
