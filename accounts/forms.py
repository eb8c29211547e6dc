"""Forms of the account pages: they check shapes, services write."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import phonenumbers
from constance import config
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.country_fields import place_fields, place_of, place_written
from accounts.district_lists import is_choosing, lists_of, with_chosen
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
        error_messages={"required": _("Write a phone number for the courier."), "invalid": wrong},
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
    """An address of the account, with the fields that its country's addresses have."""

    FLAGS = ("is_default_shipping", "is_default_billing")

    class Meta:
        model = Address
        fields = (
            "recipient",
            "phone",
            "country",
            "street",
            "reference",
            "is_default_shipping",
            "is_default_billing",
        )
        widgets = {
            "recipient": forms.TextInput(attrs={"autocomplete": "name"}),
            "country": forms.Select(attrs={"autocomplete": "country"}),
            "street": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "reference": forms.TextInput(attrs={"autocomplete": "address-line2"}),
        }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        instance: Address | None = None,
    ) -> None:
        known = place_written(instance) if instance else {}
        super().__init__(
            with_chosen(data), initial=known | (with_chosen(initial) or {}), instance=instance
        )
        self._values: Mapping[str, Any] = self.data if self.is_bound else self.initial
        usual = known.get("country") or config.COUNTRY
        self.delivery_country = str(self._values.get("country") or usual)
        self.initial.setdefault("country", self.delivery_country)
        places = place_fields(self.delivery_country)
        self._place_names = tuple(places)
        self.fields |= {"phone": phone_field(self.delivery_country), **places}
        self.fields["phone"].required = False
        self.fields["recipient"].validators.append(check_name)
        self.fields["street"].validators.append(check_street)

    @property
    def flags(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FLAGS]

    @property
    def place(self) -> list[forms.BoundField]:
        return [self[name] for name in self._place_names]

    @property
    def lists(self) -> list[dict[str, Any]]:
        """Selects of Peru's departments and of the levels below the choice."""
        return lists_of(self._values, self.delivery_country)

    @property
    def is_asking_for_fields(self) -> bool:
        """The address is not all there to be typed: its country is new, or a list is open."""
        shown = self._values.get("shown_country") or self.delivery_country
        return shown != self.delivery_country or is_choosing(self._values)

    def clean_phone(self) -> str:
        return str(self.cleaned_data["phone"] or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        place = place_of(data, self.delivery_country)
        # The whole place is written, so that nothing is left of a country before.
        return data | asdict(place) if place else data
