import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from catalog.models import Variant
from core.web.forms import AddressForm, WholeNumberField
from inventory.models import (
    MovementKind,
    StockCountLine,
    Transfer,
    TransferLine,
    Warehouse,
    WarehouseKind,
)
from inventory.states import TransferStatus

MAX_UNITS = 1_000_000
MAX_LINES = 2000
# A SKU of 120 characters, blanks and a number.
_MAX_LINE = 200
ON_CONSIGNMENT = _(
    "Another seller's warehouse for: %(skus)s. If this is consignment stock, tick the box."
)
# Blanks, commas or semicolons part a SKU from its units.
_UNITS = re.compile(r"(.*[^\s,;])[\s,;]+([0-9]{1,9})[\s,;]*")


class SignUpForm(AddressForm):
    """Who wants to hear of it when a sold-out variant is back."""

    v = forms.CharField(widget=forms.HiddenInput, max_length=120)


def units_in(line: str, number: int) -> tuple[str, int]:
    """
    The SKU of a line with that number, and its units.

    :raises ValidationError: if the line is longer than any, or ends with no whole number
    """
    found = _UNITS.fullmatch(line) if len(line) <= _MAX_LINE else None
    if found is None:
        raise forms.ValidationError(
            _("Line %(number)s: “%(line)s” is not a SKU and a whole number."),
            params={"number": number, "line": line[:80]},
        )
    return found[1], int(found[2])


def keys_in(names: Iterable[str], prefix: str) -> list[UUID]:
    """The keys that follow this prefix in the names of posted fields."""
    found = []
    for name in names:
        with suppress(ValueError):
            if name.startswith(prefix):
                found.append(UUID(name.removeprefix(prefix)))
    return found


class UnitsField(forms.CharField):
    """Units of variants, a line each: SKU, blank, units. Two columns of a sheet can be pasted."""

    def __init__(self, **kwargs: Any) -> None:
        widget = AdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"})
        kwargs.setdefault("label", _("Units"))
        self.variants = Variant.objects.all()
        help_text = _("One line per SKU with its units, such as “SOFA-GRIS 12”.")
        longest = MAX_LINES * _MAX_LINE
        # Blank lines count: a line that is wrong is named by its number.
        super().__init__(
            widget=widget, help_text=help_text, max_length=longest, strip=False, **kwargs
        )

    def clean(self, value: Any) -> dict[UUID, int]:
        """The units by variant. At most one query."""
        units: dict[str, int] = {}
        lines: dict[str, int] = {}
        for number, line in enumerate(map(str.strip, super().clean(value).splitlines()), start=1):
            if not line:
                continue
            sku, quantity = units_in(line, number)
            if sku in units:
                text = _("Line %(line)s: %(sku)s is already in line %(first)s.")
                params = {"line": number, "sku": sku, "first": lines[sku]}
                raise forms.ValidationError(text, params=params)
            units[sku], lines[sku] = quantity, number
        keys = dict(self.variants.filter(sku__in=units).values_list("sku", "pk"))
        if unknown := sorted(units.keys() - keys.keys(), key=lines.__getitem__):
            named = (_("%(sku)s (line %(line)s)") % {"sku": s, "line": lines[s]} for s in unknown)
            text = _("There is no variant %(skus)s.")
            raise forms.ValidationError(text, params={"skus": ", ".join(list(named)[:9])})
        return {keys[sku]: quantity for sku, quantity in units.items()}


class UnitsForm(forms.Form):
    """
    Counted, transferred or received units: a box per line, or a pasted list.

    Only edited boxes are saved, so that other people's changes stay.
    """

    units = UnitsField(required=False, label=_("Paste a list"))

    def __init__(
        self,
        *args: Any,
        user: User,
        lines: Iterable[StockCountLine | TransferLine] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitsField", self.fields["units"]).variants = Variant.objects.for_user(user)
        self._boxes = {f"line-{line.variant_id}": line.variant_id for line in lines}
        for line in lines:
            self.fields[f"line-{line.variant_id}"] = WholeNumberField(
                label=f"{line.variant.name} · {line.variant.sku}",
                required=False,
                min_value=0,
                max_value=MAX_UNITS,
                initial=_noted(line),
                show_hidden_initial=True,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            self.fields[f"line-{line.variant_id}"].widget.attrs["aria-label"] = (
                f"{line.variant.name} {line.variant.sku}"
            )
        self.order_fields([*self._boxes, "units"])

    def box(self, line: StockCountLine | TransferLine) -> forms.BoundField | None:
        """The field of that line, if it has one."""
        name = f"line-{line.variant_id}"
        return self[name] if name in self._boxes else None

    @property
    def wrong(self) -> list[tuple[StrOrPromise, str, str]]:
        """The error: the line or field, the key of its input, and the reason."""
        return [
            (field.label, field.id_for_label, str(error))
            for field in self
            for error in field.errors
        ]

    def clean(self) -> dict[str, Any]:
        """:raises ValidationError: beside the list, if nothing is typed at all"""
        cleaned = super().clean() or self.cleaned_data
        typed = {
            self._boxes[name]: cleaned.get(name)
            for name in self._boxes.keys() & set(self.changed_data)
        }
        units = {key: number for key, number in typed.items() if number is not None}
        cleaned["units"] = units | (cleaned.get("units") or {})
        if not self.errors and not cleaned["units"]:
            self.add_error("units", _("No number was changed, and no list was pasted."))
        return cleaned


def _noted(line: StockCountLine | TransferLine) -> int | None:
    """The initial value of a line's input."""
    if isinstance(line, StockCountLine):
        return line.counted
    is_draft = line.transfer.status == TransferStatus.DRAFT
    return line.quantity if is_draft else line.received


def others_goods(variants: QuerySet[Variant], keys: Iterable[UUID], place: Warehouse) -> list[str]:
    """The SKUs of the first of these that are another seller's than the place. One query."""
    foreign = variants.filter(pk__in=list(keys)).exclude(product__seller=place.seller_id)
    return list(foreign.order_by("sku").values_list("sku", flat=True)[:9])


class TransferForm(forms.ModelForm[Transfer]):
    """Units to transfer between warehouses. The page passes the allowed `variants`."""

    units = UnitsField(required=False, label=_("Paste a list"))
    consigned = forms.BooleanField(
        label=_("On consignment"),
        required=False,
        help_text=_("Required when one seller's goods go to another's warehouse."),
    )
    variants = Variant.objects.all()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitsField", self.fields["units"]).variants = self.variants

    class Meta:
        model = Transfer
        fields = ("origin", "destination", "note")

    def clean_units(self) -> dict[UUID, int]:
        """Empty is right: the goods can be scanned afterwards."""
        units: dict[UUID, int] = self.cleaned_data["units"]
        if min(units.values(), default=1) <= 0:
            raise forms.ValidationError(_("Send at least one unit of each."))
        return units

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("origin") and cleaned.get("origin") == cleaned.get("destination"):
            self.add_error("destination", _("The units are already there."))
        destination = cleaned.get("destination")
        if destination and not cleaned.get("consigned"):
            skus = others_goods(self.variants, cleaned.get("units") or (), destination)
            if skus:
                self.add_error("destination", ON_CONSIGNMENT % {"skus": ", ".join(skus)})
        return cleaned


class ShelvesForm(forms.Form):
    """How many units of each of many variants lie in a warehouse, or more or fewer, and why."""

    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=_("Type of change"),
        choices=[
            ("difference", _("Change by this number (negative to reduce)")),
            ("whole", _("Set the number on hand")),
        ],
    )
    units = WholeNumberField(label=_("Units"), min_value=-MAX_UNITS, max_value=MAX_UNITS)
    note = forms.CharField(label=_("Why"), max_length=255, widget=AdminTextInputWidget)
    consigned = forms.BooleanField(
        label=_("On consignment"),
        required=False,
        help_text=_("Tick this, and show the new numbers, to choose among other sellers' places."),
    )

    def __init__(self, *args: Any, user: User, sellers: Iterable[UUID] = (), **kwargs: Any) -> None:
        """Offer the warehouses of the goods' sellers, a supplier's shelves last."""
        super().__init__(*args, **kwargs)
        places = Warehouse.objects.for_user(user).filter(is_active=True)
        if not self["consigned"].value():
            places = places.filter(seller__in=sellers)
        is_own = Case(When(kind=WarehouseKind.OWN, then=0), default=1)
        warehouse = cast("forms.ModelChoiceField[Warehouse]", self.fields["warehouse"])
        warehouse.queryset = places.order_by(is_own, "priority", "code")
        warehouse.initial = warehouse.queryset.first()
        warehouse.error_messages["invalid_choice"] = _(
            "Choose a warehouse of the seller. For consignment stock elsewhere, tick the box."
        )

    @property
    def is_whole(self) -> bool:
        return bool(self.cleaned_data["kind"] == "whole")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        units = cleaned.get("units")
        if units is not None and units < 0 and cleaned.get("kind") == "whole":
            self.add_error("units", _("Stock cannot be negative."))
        return cleaned


class CorrectionForm(forms.Form):
    """What somebody has found on a shelf, and why."""

    kind = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (MovementKind.WRITE_OFF, _("Write off spoilt or lost units")),
            (MovementKind.ADJUSTMENT, _("Correct a wrong number by a difference")),
        ],
    )
    units = WholeNumberField(
        label=_("Units"),
        min_value=-MAX_UNITS,
        max_value=MAX_UNITS,
        help_text=_("A whole number; negative to reduce the stock."),
    )
    note = forms.CharField(label=_("Why"), max_length=255, widget=AdminTextInputWidget)
    # What the person saw: a form that is sent twice corrects once.
    seen = WholeNumberField(widget=forms.HiddenInput)

    def clean_kind(self) -> MovementKind:
        return MovementKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        units = cleaned.get("units")
        if units == 0:
            self.add_error("units", _("The difference must be at least one unit."))
        elif units and units < 0 and cleaned.get("kind") == MovementKind.WRITE_OFF:
            self.add_error("units", _("Enter a number above 0 to write off."))
        return cleaned
