"""The forms of a till: opening, paying, cash in or out, closing."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from till.models import EntryKind, Till, Way


def _amount(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=required,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _tills() -> QuerySet[Till]:
    return Till.objects.filter(is_active=True).order_by("name")


class OpeningForm(forms.Form):
    till = forms.ModelChoiceField(_tills(), label=_("Till"), initial=lambda: _tills().first())
    opening = _amount(_("Cash at the opening"))


class PaymentForm(forms.Form):
    # What the page has shown.
    total = forms.DecimalField(
        max_digits=12,
        error_messages=dict.fromkeys(
            ("required", "invalid", "max_digits", "max_whole_digits"),
            _("The price has changed. Please look at the total and confirm."),
        ),
    )
    # The change that the page has shown.
    change = forms.DecimalField(required=False, max_digits=12)
    way = forms.ChoiceField(
        label=_("Payment"), choices=Way.choices, initial=Way.CASH, widget=forms.RadioSelect
    )
    tendered = _amount(_("Cash received"), required=False)
    bank_reference = forms.CharField(
        label=_("Number of the operation"), max_length=100, required=False
    )


class CashForm(forms.Form):
    prefix = "cash"
    kind = forms.ChoiceField(
        label=_("Cash in or out"),
        choices=[(EntryKind.IN, EntryKind.IN.label), (EntryKind.OUT, EntryKind.OUT.label)],
    )
    amount = _amount(_("Amount"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput)


class ClosingForm(forms.Form):
    counted = _amount(_("Cash counted"))
    note = forms.CharField(label=_("Note"), max_length=255, required=False)
