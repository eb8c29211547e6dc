from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.exceptions import DomainError
from core.reports.csv_files import MAX_FILE
from core.web.forms import WholeNumberField
from shipping.models import Carrier, Shipment, ShipmentEvent
from shipping.models.shipment import ShipmentQuerySet
from shipping.parcels import items_of
from shipping.services import tracking_imports

TableT = TypeVar("TableT")


def first_error(form: forms.BaseForm) -> str:
    """What is wrong with a form, beginning with the label of the field."""
    name, errors = next(iter(form.errors.items()))
    label = form[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}".removeprefix(": ")


class SendForm(forms.Form):
    """With whom a parcel leaves."""

    carrier = forms.ModelChoiceField(
        Carrier.objects.none(), label=_("Carrier"), required=False, empty_label=_("none")
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=Shipment._meta.get_field("tracking_number").max_length,
    )

    def __init__(self, parcel: Shipment, data: QueryDict | None = None) -> None:
        initial = {"carrier": parcel.carrier_id, "tracking_number": parcel.tracking_number}
        super().__init__(data, initial=initial)
        field: Any = self.fields["carrier"]
        field.queryset = Carrier.objects.filter(is_active=True).order_by("name")


class CodeForm(forms.Form):
    """What the buyer says at the counter."""

    code = forms.CharField(
        label=_("Code that the buyer says"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class SeenForm(forms.ModelForm[ShipmentEvent]):
    """Where a parcel was seen, or what happened to it."""

    class Meta:
        model = ShipmentEvent
        fields = ("place", "note")


class DetailsForm(forms.ModelForm[Shipment]):
    """What the parcel costs the shop, where it can be followed, and what staff note about it."""

    tracking_url = forms.URLField(
        label=_("Tracking address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Only where the carrier has no address of its own in the settings."),
    )

    class Meta:
        model = Shipment
        fields = ("cost", "tracking_url", "notes")
        widgets: ClassVar = {"notes": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar = {
            "cost": _("What the shop pays the carrier, in the currency of the order."),
            "notes": _("Staff and the seller read them; the customer does not."),
        }


class SplitForm(forms.Form):
    """Units to take out of a parcel, by line."""

    def __init__(self, parcel: Shipment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items_of(parcel):
            self.fields[str(item.line_id)] = WholeNumberField(
                label=f"{item.line.name} ({item.line.sku})",
                required=False,
                min_value=0,
                max_value=item.quantity,
            )

    def units(self) -> dict[UUID, int]:
        """Of a form that is valid."""
        return {UUID(name): units for name, units in self.cleaned_data.items() if units}


class JoinForm(forms.Form):
    """Which other parcels of the order go into this one."""

    parcels = forms.ModelMultipleChoiceField(
        Shipment.objects.none(),
        label=_("Other parcels of the order"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, parcel: Shipment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Shipment.objects.filter(order=parcel.order_id, seller=parcel.seller_id)
        field: Any = self.fields["parcels"]
        field.queryset = others.filter(status="pending").exclude(pk=parcel.pk).order_by("pk")
        self.has_others = field.queryset.exists()


class BatchForm(forms.Form):
    """With whom many parcels leave, and the number of each that has one."""

    PREFIX = "tracking-"

    carrier = forms.ModelChoiceField(
        Carrier.objects.none(),
        label=_("Carrier"),
        required=False,
        empty_label=_("as planned for each"),
    )

    def __init__(self, parcels: Sequence[Shipment], data: QueryDict | None = None) -> None:
        super().__init__(data)
        field: Any = self.fields["carrier"]
        field.queryset = Carrier.objects.filter(is_active=True).order_by("name")
        longest = Shipment._meta.get_field("tracking_number").max_length
        for parcel in parcels:
            self.fields[f"{self.PREFIX}{parcel.pk}"] = forms.CharField(
                label=_("Tracking number of %s") % parcel,
                required=False,
                max_length=longest,
                initial=parcel.tracking_number,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        self.parcels = parcels

    def rows(self) -> list[tuple[Shipment, forms.BoundField]]:
        return [(parcel, self[f"{self.PREFIX}{parcel.pk}"]) for parcel in self.parcels]

    def numbers(self) -> dict[UUID, str]:
        """Of a form that is valid."""
        numbers = {row.pk: self.cleaned_data[f"{self.PREFIX}{row.pk}"] for row in self.parcels}
        return {key: number for key, number in numbers.items() if number}

    @property
    def carrier_id(self) -> UUID | None:
        carrier = self.cleaned_data["carrier"]
        return carrier.pk if carrier else None


class TableFileForm(forms.Form, Generic[TableT]):
    """A CSV file; once it has been looked at, its text comes back instead."""

    limits: StrOrPromise
    no_file: StrOrPromise

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.limits

    def read(self, content: bytes) -> TableT:
        """:raises DomainError: if this is no such table"""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file, text = data.get("file"), data.get("text") or ""
        content = file.read(MAX_FILE + 1) if file else text.encode()
        if not content:
            raise forms.ValidationError(self.no_file)
        try:
            self.table = self.read(content)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        data["text"] = content.decode("utf-8-sig")
        return data


class TrackingFileForm(TableFileForm[tracking_imports.Table]):
    limits = _("UTF-8, at most 500 rows.")
    no_file = _("Choose the carrier’s file.")

    def __init__(self, parcels: ShipmentQuerySet, *args: Any, **kwargs: Any) -> None:
        """`parcels` are those that the person may dispatch."""
        super().__init__(*args, **kwargs)
        self.parcels = parcels

    def read(self, content: bytes) -> tracking_imports.Table:
        return tracking_imports.read(content, self.parcels)


class ScanForm(forms.Form):
    """What a scanner has read or somebody has typed."""

    code = forms.CharField(max_length=120)
    units = WholeNumberField(min_value=1, max_value=99_999, required=False)
