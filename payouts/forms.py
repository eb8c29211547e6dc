from datetime import date, timedelta
from typing import Any

from constance import config
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller


class MakeForm(forms.Form):
    """Whose statement is to be written, and up to which day."""

    seller: forms.ModelChoiceField[Seller] = forms.ModelChoiceField(
        label=_("Seller"), queryset=Seller.objects.filter(is_house=False).order_by("name")
    )
    last_day = forms.DateField(
        label=_("Up to the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    currency = forms.RegexField(label=_("Currency"), regex=r"^[A-Z]{3}$", max_length=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate() - timedelta(days=1)
        self.fields["currency"].initial = config.CURRENCY

    def clean_last_day(self) -> date:
        """:raises ValidationError: for a day that is not over"""
        day: date = self.cleaned_data["last_day"]
        if day >= timezone.localdate():
            raise forms.ValidationError(_("That day is not over yet."))
        return day


class PaidForm(forms.Form):
    bank_reference = forms.CharField(
        label=_("Bank reference"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
