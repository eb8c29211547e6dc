"""Forms of the checkout; they keep what was typed when something is wrong."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts import documents
from accounts.countries import FORMATS, PERU
from accounts.country_fields import (
    CountryField,
    document_field,
    place_fields,
    place_of,
    place_typed,
)
from accounts.district_lists import is_choosing, lists_of, with_chosen
from accounts.districts import District, matching
from accounts.forms import phone_field
from accounts.names import check_name, check_street
from accounts.places import Place
from cart.services import Owner
from checkout.places import BUYER_FIELDS, Billing, BuyerDetails
from checkout.selectors import Attempt
from shipping.selectors import reach

KEY_PATTERN = re.compile(r"[0-9a-f]{32}")
LATER_FIELDS = ("shipping", "payment", "terms")
# May be another when the same order is sent again: who pays in another way orders nothing else.
VARIABLE_FIELDS = {"key", "seen", "coupon", "terms", "remind", "payment"}
FIELD_ORDER = (
    *("email", "remind", "first_name", "last_name", "phone", "country", "street"),
    *("district", "city", "region", "postal_code", "reference"),
    *("receipt", "document_type", "document_number", "tax_number", "company"),
    *("other_billing", "billing_name", "billing_country", "billing_street", "billing_district"),
    *("billing_city", "billing_region", "billing_postal_code"),
)


BOLETA, FACTURA = "boleta", "factura"
# Elsewhere a person's receipt has no name of its own.
WITH_BOLETAS = {"PE", "CL"}
FOR_THE_BILL = _("This is required for the bill.")


def _line(
    label: StrOrPromise,
    autocomplete: str,
    most: int = 255,
    *,
    missing: StrOrPromise = "",
    help_text: StrOrPromise = "",
    check: Callable[[str], None] | None = None,
) -> forms.CharField:
    """A line of text, required if `missing` says so where it is empty."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(missing),
        help_text=help_text,
        validators=[check] if check else [],
        error_messages={"required": missing},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete} if autocomplete else {}),
    )


class CheckoutForm(forms.Form):
    """One page: who, where, how it comes, how it is paid."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send the confirmation there."),
        error_messages={
            "required": _("Enter the e-mail address for the confirmation."),
            "invalid": _("Enter an e-mail address such as ana@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    remind = forms.BooleanField(
        label=_("Remind me once by e-mail if I leave this order unfinished"),
        help_text=_("A single e-mail with an unsubscribe link; then we delete your address."),
        required=False,
    )
    first_name = _line(
        _("First name"), "given-name", 90, missing=_("Enter your first name."), check=check_name
    )
    last_name = _line(
        _("Last name"), "family-name", 90, missing=_("Enter your last name."), check=check_name
    )
    receipt = forms.ChoiceField(
        label=_("Receipt"), required=False, choices=[(BOLETA, BOLETA), (FACTURA, FACTURA)]
    )
    document_number = _line(_("Document number"), "off", 20)
    tax_number = _line(
        _("Tax number of the company"),
        "off",
        20,
        missing=_("Enter the tax number of the company."),
    )
    company = _line(
        _("Legal name of the company"),
        "organization",
        200,
        missing=_("A factura needs the legal name of the company."),
        check=check_name,
    )
    street = _line(
        _("Street and number"),
        "address-line1",
        missing=_("Enter the street and the number."),
        check=check_street,
    )
    reference = _line(
        _("Reference"), "address-line2", help_text=_("Anything that helps to find the door.")
    )
    other_billing = forms.BooleanField(label=_("Bill to another name or address"), required=False)
    billing_name = _line(
        _("Name or company on the bill"), "", 200, missing=FOR_THE_BILL, check=check_name
    )
    billing_street = _line(
        _("Address on the bill"),
        "billing address-line1",
        missing=FOR_THE_BILL,
        check=check_street,
    )
    shipping = forms.CharField(
        label=_("Delivery"),
        max_length=50,
        error_messages={"required": _("Choose a delivery method.")},
    )
    payment = forms.CharField(
        label=_("Payment"),
        max_length=50,
        error_messages={"required": _("Choose a payment method.")},
    )
    use_credit = forms.BooleanField(label=_("Use my store credit"), required=False)
    coupon = forms.CharField(label=_("Coupon code"), required=False, max_length=50)
    note = forms.CharField(
        label=_("Note for us"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of sale"),
        error_messages={"required": _("Please accept the terms of sale to place the order.")},
    )
    key = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(_normalised(data), initial=_normalised(initial))
        self._values: Mapping[str, Any] = self.data if self.is_bound else self.initial
        self._reach = reach()
        self.delivery_country = _country(self._values, "country", self._reach.countries)
        self.bill_country = self.delivery_country
        billable = [self.delivery_country, *sorted({*self._reach.countries, *FORMATS})]
        if self._values.get("other_billing"):
            self.bill_country = _country(self._values, "billing_country", billable)
        self.fields |= {
            "country": CountryField(self._reach.countries, label=_("Country")),
            "phone": phone_field(self.delivery_country),
            "billing_country": CountryField(
                list(dict.fromkeys(billable)), label=_("Country of the bill"), section="billing"
            ),
            "document_type": document_field(self.bill_country, firms=False),
        }
        if firm := documents.for_invoice(self.bill_country):
            self.fields["tax_number"].label = documents.DOCUMENTS[firm].label
        self.initial.setdefault("receipt", BOLETA)
        self.initial.setdefault("country", self.delivery_country)
        self._add_places()
        if self._values.get("is_listed") and self.delivery_country == PERU:
            # The list that was chosen from is gone: its focus goes on to what it has filled in.
            self.fields["district"].widget.attrs["autofocus"] = True
        self.order_fields(FIELD_ORDER)

    def _add_places(self) -> None:
        """The fields of a delivery address and of one on the bill, as the country writes them."""
        delivery = place_fields(self.delivery_country)
        billing = place_fields(self.bill_country, "billing")
        self._place_names, self._billing_names = tuple(delivery), tuple(billing)
        self.fields |= delivery
        self.fields |= {f"billing_{name}": field for name, field in billing.items()}
        is_wanted = bool(self._values.get("other_billing"))
        for name in ("name", "street", *self._billing_names):
            field = self.fields[f"billing_{name}"]
            field.required = field.required and is_wanted

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not KEY_PATTERN.fullmatch(key):
            raise forms.ValidationError(_("This form is too old. Please send it again."))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["pickup"] = self._reach.pickups.get(data.get("shipping", ""))
        if data["pickup"]:
            self._forgive_address()
        if data.get("use_credit"):
            # It may pay all of it; if not, the method is asked for when the figures are known.
            self.errors.pop("payment", None)
            data.setdefault("payment", "")
        data["place"] = place_of(data, self.delivery_country)
        self._check_receipt(data)
        self._check_billing(data)
        return data

    def _check_receipt(self, data: dict[str, Any]) -> None:
        """A factura names a company, a boleta at most a person; the other's fields are hidden."""
        is_factura = data.get("receipt") == FACTURA
        hidden = ("document_type", "document_number") if is_factura else ("tax_number", "company")
        for name in hidden:
            self.errors.pop(name, None)
        data["company"] = (is_factura and data.get("company")) or data.get("billing_name", "")
        if is_factura:
            data["document_type"] = documents.for_invoice(self.bill_country)
            data["document_number"] = data.get("tax_number", "")
            if data["company"]:
                self.errors.pop("company", None)
        check_document(self, data, field="tax_number" if is_factura else "document_number")

    def _forgive_address(self) -> None:
        """A pickup needs no delivery address."""
        for name in ("street", *self._place_names):
            self.errors.pop(name, None)

    def _check_billing(self, data: dict[str, Any]) -> None:
        if data.get("other_billing"):
            data["billing_place"] = place_of(data, self.bill_country, "billing_")
            return
        for name in ("name", "street", *self._billing_names):
            self.errors.pop(f"billing_{name}", None)

    def attempt(self, owner: Owner) -> Attempt:
        data = self.cleaned_data
        billing = None
        if data["other_billing"]:
            billing = Billing(
                name=data["billing_name"],
                street=data["billing_street"],
                place=data["billing_place"],
            )
        buyer = BuyerDetails(
            **{name: data[name] for name in BUYER_FIELDS},
            phone=str(data["phone"]),
            language=get_language() or settings.LANGUAGE_CODE,
            street=data.get("street", ""),
            reference=data.get("reference", ""),
            pickup=data["pickup"],
            billing=billing,
            note=data["note"],
        )
        choices = ("country", "shipping", "payment", "use_credit", "seen", "key")
        return Attempt(
            owner=owner,
            buyer=buyer,
            fingerprint=self.fingerprint,
            **{name: data[name] for name in choices},
        )

    @property
    def receipts(self) -> list[tuple[str, StrOrPromise, StrOrPromise]]:
        """The kinds of receipt with their names; a factura where the bill's country has one."""
        is_named = self.bill_country in WITH_BOLETAS
        person = (BOLETA, _("Boleta") if is_named else _("Receipt"), _("For a person"))
        firm = (FACTURA, _("Factura"), _("For a company"))
        return [person, firm] if documents.for_invoice(self.bill_country) else [person]

    @property
    def has_pickups(self) -> bool:
        return bool(self._reach.pickups)

    @property
    def is_collected(self) -> bool:
        return self.typed("shipping") in self._reach.pickups

    @property
    def place(self) -> list[forms.BoundField]:
        return [self[name] for name in self._place_names]

    @property
    def billing_place(self) -> list[forms.BoundField]:
        return [self[f"billing_{name}"] for name in self._billing_names]

    @property
    def lists(self) -> list[dict[str, Any]]:
        """Selects of Peru's departments and of the levels below the choice."""
        return lists_of(self._values, self.delivery_country)

    @property
    def candidates(self) -> Sequence[District]:
        """The districts that the typed name can mean, where there are several."""
        if self.delivery_country != PERU:
            return ()
        found = matching(self.typed("district"))
        return found if len(found) > 1 else ()

    @property
    def is_asking_for_fields(self) -> bool:
        """Whether address fields are missing: the country is new, or a list is open."""
        return self.has_new_country or is_choosing(self._values)

    @property
    def has_new_country(self) -> bool:
        """Whether the submitted fields belong to another country than the chosen one."""
        now = {"shown_country": self.delivery_country}
        if self._values.get("other_billing"):
            now["shown_billing"] = self.bill_country
        return any(self._values.get(name) not in (None, "", code) for name, code in now.items())

    @property
    def asks_for_choices(self) -> bool:
        """Whether the page has not shown delivery methods yet: the shopper asks for them."""
        return not self.typed("shipping")

    def forgive_later_fields(self) -> None:
        """Drop the errors of fields that the shopper has not seen yet."""
        for name in LATER_FIELDS:
            self.errors.pop(name, None)

    def place_typed(self) -> Place | None:
        """The place as far as it is known, whatever else is wrong."""
        return place_typed(self._values, self.delivery_country)

    @property
    def wants_reminder(self) -> bool:
        return bool(self["remind"].value())

    @property
    def fingerprint(self) -> str:
        """Of who orders, where to and how it comes: the same when the same form is sent again."""
        said = {name: self.typed(name) for name in sorted(self.fields.keys() - VARIABLE_FIELDS)}
        return sha256(json.dumps(said).encode()).hexdigest()

    def typed(self, name: str) -> str:
        """The current value of a field, valid or not."""
        return str(self[name].value() or "")[:254].replace("\0", "")


def check_document(
    form: forms.BaseForm, data: dict[str, Any], *, field: str = "document_number"
) -> None:
    """Refuse a document that cannot be, and a factura that names no company."""
    kind, number = data.get("document_type", ""), data.get("document_number", "")
    if number and not kind and "document_type" not in form.errors:
        form.add_error("document_type", _("Choose the type of this document."))
    if kind and field not in form.errors and not documents.is_valid(kind, number):
        form.add_error(field, _("This is not a valid number for that document."))
    data["document_number"] = documents.compact(number) if kind else ""
    is_nameless = not data.get("company") and "company" not in form.errors
    if documents.is_for_invoices(kind) and is_nameless:
        form.add_error("company", _("A factura needs the legal name of the company."))


def _country(values: Mapping[str, Any], name: str, known: Sequence[str]) -> str:
    wanted = str(values.get(name) or "")
    return wanted if wanted in known else known[0]


def _normalised(values: Mapping[str, Any] | None) -> Any:
    """The submitted data, with the district from the selects and the invoice's country."""
    values = with_chosen(values)
    shown = values.get("shown_billing") if values else None
    if values is None or not shown:
        return values
    copy: Any = values.copy() if isinstance(values, QueryDict) else dict(values)
    if values.get("billing_country", shown) != shown:
        # Who names another country wants another bill, the box ticked or not.
        copy["other_billing"] = "on"
    elif not values.get("other_billing"):
        copy.pop("billing_country", None)
    return copy
