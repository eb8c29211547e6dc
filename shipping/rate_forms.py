"""What staff ask of the tables of rates: put a file in their place, or say what an order costs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.country_fields import CountryField, place_fields, place_of
from catalog.models import Variant
from core.web.forms import AmountField
from shipping import rate_tables
from shipping.forms import TableFileForm
from shipping.rate_tables import Table
from shipping.selectors import Offer, load_of, offers_for, reach


class RateFileForm(TableFileForm[Table]):
    limits = _("With the columns of the export. UTF-8, at most 10,000 rates.")
    no_file = _("Choose a file with rates.")

    def read(self, content: bytes) -> Table:
        return rate_tables.read(content)


def _length(label: StrOrPromise) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=Decimal("0.1"), max_value=Decimal(9_999)
    )


class CalculatorForm(forms.Form):
    """A parcel, what it is worth, and where it would go."""

    weight_kg = forms.DecimalField(
        label=_("Weight, kg"), min_value=Decimal("0.001"), max_value=Decimal(99_999), initial=1
    )
    length_cm = _length(_("Length, cm"))
    width_cm = _length(_("Width, cm"))
    height_cm = _length(_("Height, cm"))
    amount = AmountField(
        label=_("Order amount"), min_value=Decimal(0), max_digits=12, decimal_places=2, initial=100
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        served = reach().countries
        asked = str(self.data.get("country") or "")
        self.country = asked if asked in served else served[0]
        self.fields["country"] = CountryField(served, label=_("Country"))
        self.initial["country"] = self.country
        self.fields |= place_fields(self.country)

    def offers(self) -> list[Offer]:
        """The ways in which it could go. At most two queries."""
        data = self.cleaned_data
        names = ("weight_kg", "length_cm", "width_cm", "height_cm")
        parcel = Variant(**{name: data[name] for name in names})
        return offers_for(place_of(data, self.country), load_of([(parcel, 1)]), data["amount"])
