"""Forms of the account pages: they check shapes, services write."""

import re
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.countries import format_of
from accounts.models import Address, Customer, User
from accounts.names import check_name, check_street


def phone_field(country: str) -> PhoneNumberField:
    """A phone as it is dialled within the country, or any with its international prefix."""
    wrong = _("Write a phone number such as %(example)s.") % {"example": _mobile(country)}
    return PhoneNumberField(
        label=_("Phone"),
        # Some countries share the numbers of another.
        region=country if country in phonenumbers.SUPPORTED_REGIONS else None,
        help_text=_("Only for the courier."),
        error_messages={
            "required": _("Write a phone number for the courier."),
            "invalid": wrong,
        },
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


def _mobile(country: str) -> str:
    """A mobile number as people of the country write it."""
    kind = phonenumbers.PhoneNumberType.MOBILE
    number = phonenumbers.example_number_for_type(country, kind)
    if number is None:
        return "+51 987 654 321"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


class ProfileForm(forms.ModelForm[User]):
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        help_text=_("For the courier, if the door stays closed."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    accepts_marketing = forms.BooleanField(
        label=_("I want news and reminders of my cart by mail"), required=False
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "national_id")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "national_id": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phones = self.instance.phones
        self.fields["phone"].initial = phones[0] if phones else ""
        consents = Customer.objects.filter(user=self.instance, accepts_marketing=True)
        self.fields["accepts_marketing"].initial = consents.exists()


class AddressForm(forms.ModelForm[Address]):
    """An address of the account, by the rules of its country."""

    class Meta:
        model = Address
        fields = (
            "recipient",
            "phone",
            "street",
            "reference",
            "district",
            "city",
            "region",
            "postal_code",
            "country",
            "is_default_shipping",
            "is_default_billing",
        )
        widgets = {
            "recipient": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "street": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "reference": forms.TextInput(attrs={"autocomplete": "address-line2"}),
            "district": forms.TextInput(attrs={"autocomplete": "address-level3"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "region": forms.TextInput(attrs={"autocomplete": "address-level1"}),
            "postal_code": forms.TextInput(
                attrs={"autocomplete": "postal-code", "inputmode": "numeric"}
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = phone_field(self.data.get("country") or str(self.instance.country))
        self.fields["phone"].required = False
        self.fields["recipient"].validators.append(check_name)
        for name in ("street", "city"):
            self.fields[name].validators.append(check_street)

    def clean_phone(self) -> str:
        return str(self.cleaned_data["phone"] or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        form, code = format_of(str(data.get("country", ""))), data.get("postal_code", "").upper()
        is_wrong = bool(code and form.postal_code) and not re.fullmatch(form.postal_code, code)
        if is_wrong or (form.needs_postal_code and not code):
            wrong = _("Write a postal code such as %(example)s.")
            self.add_error("postal_code", wrong % {"example": form.postal_code_example})
        if {"district", "city", "region", "country"} & set(self.changed_data):
            data["ubigeo"] = ""  # It was of the place before.
        return data | {"postal_code": code}
