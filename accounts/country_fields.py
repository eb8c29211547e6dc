"""The fields that every country asks in its own way: the address and the document."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_stubs_ext import StrOrPromise

from accounts import documents
from accounts.countries import PERU, format_of, regions_of
from accounts.districts import District, all_districts, matching
from accounts.models import Address
from accounts.names import check_street
from accounts.places import Place

NAMES = ("district", "city", "region", "postal_code")


class CountryField(forms.ChoiceField):
    """One of some countries, the first unless said; not shown where there is no choice."""

    def __init__(self, known: Sequence[str], *, label: StrOrPromise, section: str = "") -> None:
        self._usual = known[0]
        select = forms.Select(attrs={"autocomplete": f"{section} country".strip()})
        super().__init__(
            label=label,
            choices=_named(tuple(known), get_language()),
            widget=select if len(known) > 1 else forms.HiddenInput(),
        )

    def clean(self, value: Any) -> Any:
        return super().clean(value or self._usual)


@cache
def _named(known: Sequence[str], _language: str | None) -> Sequence[tuple[str, str]]:
    """The countries by their codes with their names, in the language that is spoken now."""
    return tuple((code, countries.name(code)) for code in known)


class DistrictField(forms.CharField):
    """A district of Peru as people write it; clean gives the District."""

    def __init__(self, *, label: StrOrPromise, section: str = "") -> None:
        super().__init__(
            label=label,
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


class PostalCodeField(forms.CharField):
    """A postal code as its country writes it, in capitals."""

    def __init__(self, country: str, *, section: str = "") -> None:
        form = format_of(country)
        wrong = _("Write a postal code such as %(example)s.") % {
            "example": form.postal_code_example
        }
        super().__init__(
            label=_("Postal code"),
            required=form.needs_postal_code,
            max_length=12,
            validators=[RegexValidator(rf"^(?:{form.postal_code})\Z", wrong)],
            error_messages={"required": wrong},
            widget=forms.TextInput(attrs={"autocomplete": f"{section} postal-code".strip()}),
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").upper()


def document_field(country: str, *, firms: bool = True) -> forms.ChoiceField:
    """
    Who the receipt names: a person's document makes it a boleta, a company's a factura.

    Only documents of the country that the bill goes to are understood; without `firms` only those
    of people.
    """
    known = documents.choices(country)
    people = [choice for choice in known if not documents.is_for_invoices(choice[0])]
    people = [("", _("Without a document")), *people]
    companies = [choice for choice in known if documents.is_for_invoices(choice[0])]
    return forms.ChoiceField(
        label=_("Document"),
        required=False,
        choices=[(_("Boleta"), people), (_("Factura"), companies)] if firms else people,
        error_messages={"invalid_choice": _("Choose a document of the country of the bill.")},
    )


def place_fields(country: str, section: str = "") -> dict[str, forms.Field]:
    """The fields that the country's addresses have, in the order in which they are written."""
    if country == PERU:
        label = _("District on the bill") if section else _("District")
        return {"district": DistrictField(label=label, section=section)}
    form = format_of(country)
    fields: dict[str, forms.Field] = {}
    if form.district:
        fields["district"] = _name_field(form.district, f"{section} address-level3")
        fields["district"].required = False
    fields["city"] = _name_field(form.city, f"{section} address-level2")
    fields["region"] = _region_field(country, section)
    if form.postal_code:
        fields["postal_code"] = PostalCodeField(country, section=section)
    return fields


def place_of(data: Mapping[str, Any], country: str, prefix: str = "") -> Place | None:
    """What the fields say, as far as it is enough for a parcel to go there."""
    given = {name: data.get(f"{prefix}{name}") or "" for name in NAMES}
    if country == PERU:
        found = given["district"]
        return Place.in_peru(found) if isinstance(found, District) else None
    is_enough = given["city"] and (given["region"] or not regions_of(country))
    return Place(country=country, **given) if is_enough else None


def place_typed(values: Mapping[str, Any], country: str) -> Place | None:
    """The place as far as it is clear, whatever else is wrong: enough to quote delivery."""
    if country == PERU:
        found = matching(str(values.get("district") or "")[:150])
        return Place.in_peru(found[0]) if len(found) == 1 else None
    region = str(values.get("region") or "")[:100].replace("\0", "")
    known = regions_of(country)
    return Place(country=country, region=region) if region in known or not known else None


def _name_field(label: StrOrPromise, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=100,
        validators=[check_street],
        error_messages={"required": _("The address needs this.")},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete.strip()}),
    )


def _region_field(country: str, section: str) -> forms.Field:
    label, known = format_of(country).region, regions_of(country)
    autocomplete = f"{section} address-level1"
    if not known:
        # Not every country has such parts.
        field = _name_field(label, autocomplete)
        field.required = False
        return field
    return forms.ChoiceField(
        label=label,
        choices=[("", _("Choose one")), *((name, name) for name in known)],
        error_messages={"required": _("The address needs this.")},
        widget=forms.Select(attrs={"autocomplete": autocomplete.strip()}),
    )


def place_written(address: Address) -> dict[str, str]:
    """A saved address as the fields for it are filled in."""
    return {
        "country": str(address.country),
        "street": address.street,
        "district": _district_of(address),
        "city": address.city,
        "region": address.region,
        "postal_code": address.postal_code,
    }


def _district_of(address: Address) -> str:
    """As the field for it is filled in: in Peru a district that is known and clear."""
    if address.country != PERU:
        return address.district
    known = all_districts().get(address.ubigeo)
    found = [known] if known else matching(f"{address.district} {address.city}")
    return str(found[0]) if len(found) == 1 else ""
