"""The form of a draft order. It accepts missing values and refuses wrong ones."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.countries import PERU
from accounts.country_fields import NAMES, CountryField, document_field, place_fields
from accounts.districts import District, all_districts
from accounts.forms import phone_field
from accounts.names import check_name, check_street
from checkout.forms import check_document
from checkout.models import Draft, DraftLine
from shipping.models import ShippingMethod
from shipping.selectors import reach


class DraftForm(forms.ModelForm[Draft]):
    """A draft but for its lines. The fields of the address are those of its country."""

    class Meta:
        model = Draft
        fields = (
            *("email", "phone", "first_name", "last_name", "language"),
            *("shipping_method_code", "country", "street", *NAMES, "reference"),
            *("document_type", "document_number", "company"),
            *("coupon_code", "discount", "discount_reason", "customer_note", "staff_note"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = reach().countries
        self.delivery_country = self._country(served)
        phone = phone_field(self.delivery_country)
        phone.required, phone.help_text = False, _("For the chat and the courier.")
        self.fields |= {
            "phone": phone,
            "country": CountryField(served, label=_("Country")),
            "document_type": document_field(self.delivery_country),
            "shipping_method_code": forms.ChoiceField(
                label=_("Delivery"), required=False, choices=_methods
            ),
        }
        for name in ("first_name", "last_name", "company"):
            self.fields[name].validators.append(check_name)
        self.fields["street"].validators.append(check_street)
        self.initial["country"] = self.delivery_country
        self._add_places()

    def _country(self, served: Sequence[str]) -> str:
        typed = str(self.data.get("country") if self.is_bound else self.instance.country)
        return typed if typed in served else served[0]

    def _add_places(self) -> None:
        """What the country's addresses have, and nothing else is asked for."""
        shown = place_fields(self.delivery_country)
        for name in NAMES:
            field = shown.get(name) or forms.CharField(widget=forms.HiddenInput)
            field.required = False
            self.fields[name] = field
        district = all_districts().get(self.instance.ubigeo)
        if self.delivery_country == PERU and district:
            self.initial["district"] = str(district)

    def clean_phone(self) -> str:
        return str(self.cleaned_data["phone"] or "")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        check_document(self, data)
        if data.get("discount") and not data.get("discount_reason"):
            self.add_error("discount_reason", _("Say why the discount is given."))
        if self.delivery_country == PERU:
            self._name_place(data)
        else:
            self.instance.ubigeo = ""
        return data

    def _name_place(self, data: dict[str, Any]) -> None:
        """Peruvian districts show their province and department."""
        found: District | None = data.get("district")
        data["district"] = found.name if found else ""
        data["city"] = found.province if found else ""
        data["region"] = found.department if found else ""
        self.instance.ubigeo = found.ubigeo if found else ""


class NewDraftLineForm(forms.ModelForm[DraftLine]):
    """A line to add to a draft. Django checks it against the other new lines alone."""

    def clean(self) -> dict[str, Any]:
        """Refuse what the draft has a line for already."""
        line: dict[str, Any] = super().clean() or {}
        lines = DraftLine.objects.filter(draft=self.instance.draft_id)
        if lines.filter(variant=line.get("variant")).exists():
            raise forms.ValidationError(
                _("The draft already has a line for this product: change its quantity.")
            )
        return line


def _methods() -> list[tuple[str, str]]:
    found = ShippingMethod.objects.filter(is_active=True).order_by("position", "code")
    return [("", "—"), *((method.code, method.name) for method in found)]
