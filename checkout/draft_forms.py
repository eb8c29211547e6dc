"""The form of a draft order. It accepts missing values and refuses wrong ones."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.countries import PERU
from accounts.country_fields import NAMES, CountryField, document_field, place_fields
from accounts.districts import District, all_districts
from accounts.forms import phone_field
from accounts.names import check_name, check_street
from catalog.models import Variant
from checkout.forms import check_document
from checkout.models import MAX_UNITS, Draft
from core.money import ZERO
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
        phone.required, phone.help_text = False, ""
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
        self.fields["discount"].required = False
        self._add_places()

    def _country(self, served: Sequence[str]) -> str:
        typed = str(self.data.get("country"))
        return typed if typed in served else served[0]

    def _add_places(self) -> None:
        """What the country's addresses have, and nothing else is asked for."""
        shown = place_fields(self.delivery_country)
        for name in NAMES:
            field = shown.get(name) or forms.CharField(widget=forms.HiddenInput)
            field.required = False
            self.fields[name] = field

    @property
    def place_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in NAMES if not self[name].is_hidden]

    def clean_phone(self) -> str:
        return str(self.cleaned_data["phone"] or "")

    def clean_discount(self) -> Decimal:
        return self.cleaned_data["discount"] or ZERO

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


class LinesForm(forms.Form):
    """The units of each product in a draft: `line` names them, `units-…` says how many."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.keys = list(dict.fromkeys(data.getlist("line")))
        for key in self.keys:
            self.fields[f"units-{key}"] = forms.IntegerField(
                label=_("Units"), min_value=1, max_value=MAX_UNITS
            )

    def clean(self) -> dict[str, Any]:
        if Variant.objects.filter(pk__in=self.units).count() < len(self.keys):
            self.add_error(None, _("Something in this order is no longer sold: remove it."))
        return super().clean() or self.cleaned_data

    @property
    def units(self) -> dict[UUID, int]:
        """Units by variant, in their order; one where the number is wrong."""
        found = {key: self.cleaned_data.get(f"units-{key}", 1) for key in self.keys}
        return {key: units for text, units in found.items() if (key := key_of(text))}


def key_of(text: str) -> UUID | None:
    """The key that a form has sent, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def written(draft: Draft, units: Mapping[UUID, int]) -> dict[str, str | list[str]]:
    """A draft as its form is filled in."""
    fields = {name: str(getattr(draft, name)) for name in DraftForm.Meta.fields}
    district = all_districts().get(draft.ubigeo)
    if district:
        fields["district"] = str(district)
    lines = {f"units-{key}": str(number) for key, number in units.items()}
    return {**fields, **lines, "line": [str(key) for key in units]}


def _methods() -> list[tuple[str, str]]:
    found = ShippingMethod.objects.filter(is_active=True).order_by("position", "code")
    return [("", "—"), *((method.code, method.name) for method in found)]
