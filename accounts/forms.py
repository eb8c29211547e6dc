"""Forms of the account pages: they check shapes, services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Address, User


class ProfileForm(forms.ModelForm[User]):
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        help_text=_("For the courier, if the door stays closed."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
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


class AddressForm(forms.ModelForm[Address]):
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
