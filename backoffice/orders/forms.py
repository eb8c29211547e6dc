"""What staff type to change an order."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.countries import PERU
from accounts.country_fields import CountryField, place_fields, place_of
from accounts.districts import all_districts
from accounts.forms import phone_field
from accounts.names import check_name, check_street
from accounts.places import Place
from backoffice import variant_picker
from cart.selectors import find_variant
from catalog.models import Variant
from checkout import deliveries, editing
from checkout.editing import Change
from checkout.exceptions import ChangeRefused
from core.formats import money
from core.web.forms import WholeNumberField
from orders.models import AddressKind, Order, OrderLine
from orders.new_orders import NewAddress
from shipping.selectors import reach

NEW_LINES = range(3)
MAX_UNITS = 9999


class ChangeForm(forms.Form):
    """The order's lines, empty lines for additions, address, delivery. Keeps input on errors."""

    moves = forms.BooleanField(label=_("Send it to another address"), required=False)
    recipient = forms.CharField(label=_("Recipient"), max_length=200, validators=[check_name])
    street = forms.CharField(
        label=_("Street and number"), max_length=255, validators=[check_street]
    )
    reference = forms.CharField(label=_("Reference"), max_length=255, required=False)
    note = forms.CharField(
        label=_("Note for staff"),
        max_length=255,
        required=False,
        help_text=_("Why it is changed. The customer does not see it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, data: QueryDict | None, *, order: Order) -> None:
        self.order = order
        self.lines = list(order.lines.order_by("position", "pk"))
        super().__init__(_caught_up(data, self.lines))
        self._address = order.addresses.filter(kind=AddressKind.SHIPPING).first()
        self._add_lines()
        self._add_address()
        offers = [
            (offer.code, f"{offer.name} · {money(offer.price, order.currency)}")
            for offer in deliveries.offers(order, editing.amounts_of(order))
        ]
        agreed = format_lazy(
            "{}: {}", _("as agreed"), order.shipping_method_name or _("no delivery")
        )
        self.fields["shipping"] = forms.ChoiceField(
            label=_("Delivery"), required=False, choices=[("", agreed), *offers]
        )

    def _add_lines(self) -> None:
        for line in self.lines:
            self.fields[f"units-{line.pk}"] = WholeNumberField(
                label=f"{line.name} ({line.sku})",
                min_value=0,
                max_value=MAX_UNITS,
                initial=line.quantity,
            )
        for number in NEW_LINES:
            self.fields[f"sku-{number}"] = forms.CharField(
                label=_("SKU or words of the name"),
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"list": "variants", "autocomplete": "off"}),
            )
            self.fields[f"more-{number}"] = WholeNumberField(
                label=_("Units"), min_value=1, max_value=MAX_UNITS, required=False
            )

    def _add_address(self) -> None:
        """The address fields of the country, filled from the order."""
        served = reach().countries
        now = self._address
        wanted = str(self.data.get("country") or (now.country if now else ""))
        self.country = wanted if wanted in served else served[0]
        self.fields["country"] = CountryField(served, label=_("Country"))
        self.fields["phone"] = phone_field(self.country)
        self._places = place_fields(self.country)
        self.fields |= self._places
        self.initial["country"] = self.country
        names = ("recipient", "phone", "street", "reference", *self._places)
        self.initial = {**self.initial, **{name: getattr(now, name, "") for name in names}}
        district = all_districts().get(now.ubigeo) if now else None
        if self.country == PERU and district:
            self.initial["district"] = str(district)

    @property
    def rows(self) -> list[tuple[OrderLine, forms.BoundField]]:
        return [(line, self[f"units-{line.pk}"]) for line in self.lines]

    @property
    def new_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"sku-{number}"], self[f"more-{number}"]) for number in NEW_LINES]

    @property
    def offered(self) -> Iterable[Variant]:
        return variant_picker.offered(self.order)

    @property
    def address_fields(self) -> list[forms.BoundField]:
        names = ("recipient", "phone", "country", "street", *self._places, "reference")
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("moves"):
            for field in self.address_fields:
                self.errors.pop(field.name, None)
        data["added"] = self._added(data)
        return data

    def _added(self, data: Mapping[str, Any]) -> dict[UUID, int]:
        added: dict[UUID, int] = {}
        for number in NEW_LINES:
            sku, units = f"sku-{number}", f"more-{number}"
            if not data.get(sku):
                if data.get(units):
                    self.add_error(sku, _("Say of what."))
                continue
            variant_id = self._variant(sku, data[sku].strip())
            if variant_id:
                added[variant_id] = added.get(variant_id, 0) + (data.get(units) or 1)
        return added

    def _variant(self, field: str, text: str) -> UUID | None:
        """What the text names; where that is nothing, or not one thing, the field says so."""
        if variant_id := find_variant(text):
            return variant_id
        found = variant_picker.named(text)
        if len(found) == 1:
            return found[0]
        several = format_lazy("{} {}", _("Which of these?"), variant_picker.told(text))
        self.add_error(field, several if found else _("There is nothing with this SKU or name."))
        return None

    @property
    def change(self) -> Change:
        data = self.cleaned_data
        units = {str(line.pk): data[f"units-{line.pk}"] for line in self.lines}
        place = place_of(data, self.country) if data["moves"] else None
        return Change(
            quantities=units,
            added=data["added"],
            address=_address(place, data) if place else None,
            shipping=data["shipping"],
            note=data["note"],
        )

    def refuse(self, refusal: Exception) -> None:
        """Attach the refusal to the field at fault."""
        field = refusal.field if isinstance(refusal, ChangeRefused) else ""
        place = {"added": "sku-0", "shipping": "shipping"}.get(field)
        self.add_error(place, str(refusal))


def _address(place: Place, data: Mapping[str, Any]) -> NewAddress:
    return NewAddress(
        recipient=data["recipient"],
        phone=str(data["phone"]),
        street=data["street"],
        reference=data["reference"],
        **vars(place),
    )


def _caught_up(data: QueryDict | None, lines: list[OrderLine]) -> QueryDict | None:
    """Quantities that were not edited follow the order's current ones."""
    if data is None:
        return None
    typed = data.copy()
    for line in lines:
        units, was = f"units-{line.pk}", f"was-{line.pk}"
        if typed.get(units) == typed.get(was):
            typed[units] = str(line.quantity)
    return typed
