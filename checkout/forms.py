"""What a shopper types to order. Everything typed is kept when something is wrong."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from phonenumber_field.formfields import PhoneNumberField

from accounts import documents
from accounts.models import Address, User
from checkout.districts import District, all_districts, matching

KEY = re.compile(r"[0-9a-f]{32}")
LATER_FIELDS = ("shipping", "payment", "terms")


class DistrictField(forms.CharField):
    """A district of Peru as people write it; clean gives the District."""

    def __init__(self, *, label: StrOrPromise, required: bool = True, section: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=150,
            help_text=_("Such as “Miraflores, Lima”."),
            error_messages={"required": _("Say to which district the order goes.")},
            widget=forms.TextInput(
                attrs={"list": "districts", "autocomplete": f"{section} address-level3".strip()}
            ),
        )

    def clean(self, value: Any) -> District | None:
        text = super().clean(value)
        if not text:
            return None
        found = matching(text)
        if not found:
            raise forms.ValidationError(
                _("We do not know this district. Write its name and its province.")
            )
        if len(found) > 1:
            raise forms.ValidationError(
                _("There are several of this name. Which one? %(names)s"),
                params={"names": " · ".join(str(district) for district in found)},
            )
        return found[0]


class CheckoutForm(forms.Form):
    """One page: who, where, how it comes, how it is paid."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The confirmation goes there."),
        error_messages={"required": _("Write the e-mail address for the confirmation.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        max_length=90,
        error_messages={"required": _("Write your first name.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=90,
        error_messages={"required": _("Write your last name.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        region="PE",
        help_text=_("Only for the courier."),
        error_messages={
            "required": _("Write a phone number for the courier."),
            "invalid": _("Write a phone number such as 987 654 321."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    document_type = forms.ChoiceField(
        label=_("Document"),
        required=False,
        choices=[("", _("None")), *documents.choices()],
    )
    document_number = forms.CharField(
        label=_("Document number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    street = forms.CharField(
        label=_("Street and number"),
        max_length=255,
        error_messages={"required": _("Write the street and the number.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    district = DistrictField(label=_("District"))
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=255,
        help_text=_("What helps to find the door."),
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    other_billing = forms.BooleanField(label=_("Bill to another name or address"), required=False)
    billing_name = forms.CharField(
        label=_("Name or company on the bill"), required=False, max_length=200
    )
    billing_street = forms.CharField(
        label=_("Address on the bill"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "billing address-line1"}),
    )
    billing_district = DistrictField(
        label=_("District on the bill"), required=False, section="billing"
    )
    shipping = forms.CharField(
        label=_("Delivery"),
        max_length=50,
        error_messages={"required": _("Choose how the order comes to you.")},
    )
    payment = forms.CharField(
        label=_("Payment"),
        max_length=50,
        error_messages={"required": _("Choose how you pay.")},
    )
    coupon = forms.CharField(label=_("Coupon code"), required=False, max_length=50)
    note = forms.CharField(
        label=_("Note for us"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of sale"),
        error_messages={"required": _("The order needs your consent to the terms of sale.")},
    )
    key = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not KEY.fullmatch(key):
            raise forms.ValidationError(_("This form is too old. Please send it again."))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("document_type")
        if kind and not documents.is_valid(kind, data.get("document_number", "")):
            self.add_error("document_number", _("This is not a number of that document."))
        if data.get("other_billing"):
            for name in ("billing_name", "billing_street", "billing_district"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("The bill needs this."))
        return data

    @property
    def asks_for_choices(self) -> bool:
        """No way of delivery was on the page yet: the shopper has asked to see them."""
        return not self.typed("shipping")

    def forgive_later_fields(self) -> None:
        """What comes after the choices is not missing before they were seen."""
        for name in LATER_FIELDS:
            self.errors.pop(name, None)

    def district_typed(self) -> District | None:
        """The district as far as it is clear, whatever else is wrong."""
        text = str(self["district"].value() or "")[:150]
        found = matching(text)
        return found[0] if len(found) == 1 else None

    def typed(self, name: str) -> str:
        """What stands in a field, right or wrong."""
        return str(self[name].value() or "")[:254].replace("\0", "")


def new_key() -> str:
    """One attempt to order: sent twice, it gives one order."""
    return uuid4().hex


def first_values(user: User | None, address: Address | None) -> dict[str, str]:
    """What the shop knows of a signed-in shopper already."""
    values = {"key": new_key()}
    if user:
        values |= {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "phone": user.phones[0] if user.phones else "",
        }
    if address:
        district = all_districts().get(address.ubigeo)
        values |= {
            "street": address.street,
            "reference": address.reference,
            "district": str(district or ""),
            "phone": address.phone or values["phone"],
        }
    return values
