from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shipping.models import Carrier, Shipment, ShipmentEvent
from shipping.parcels import items_of


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


class SplitForm(forms.Form):
    """Units to take out of a parcel, by line."""

    def __init__(self, parcel: Shipment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items_of(parcel):
            self.fields[str(item.line_id)] = forms.IntegerField(
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
