from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import WholeNumberField
from purchasing.models import PurchaseOrderLine, Receipt, SupplierTask
from purchasing.selectors import OrderLineRow


class NewLineForm(forms.ModelForm[PurchaseOrderLine]):
    """A line to add to a draft. Django checks it against the other new lines alone."""

    def clean(self) -> dict[str, Any]:
        """Refuse goods that the draft has a line for already."""
        line: dict[str, Any] = super().clean() or {}
        places = PurchaseOrderLine.objects.filter(purchase_order=self.instance.purchase_order_id)
        if places.filter(variant=line.get("variant"), warehouse=line.get("warehouse")).exists():
            raise forms.ValidationError(
                _("The order has a line for these goods and this warehouse: change its units.")
            )
        return line


class DeliveryNoteForm(forms.Form):
    """The paper that came with the goods."""

    delivery_note = forms.CharField(
        label=_("Delivery note"), max_length=Receipt._meta.get_field("delivery_note").max_length
    )


class DeliveryForm(DeliveryNoteForm):
    """A delivery note: the total received so far of each line."""

    def __init__(
        self,
        lines: list[OrderLineRow],
        *args: Any,
        scanned: Mapping[UUID, int] | None = None,
        **kwargs: Any,
    ) -> None:
        """The fields begin with what was received before and, if any, what was scanned since."""
        super().__init__(*args, **kwargs)
        self.lines = lines
        for each in lines:
            label = _("Come so far: %(sku)s") % {"sku": each.line.variant.sku}
            self.fields[str(each.line.pk)] = WholeNumberField(
                label=label,
                min_value=0,
                max_value=each.most,
                initial=each.line.received_quantity + (scanned or {}).get(each.line.pk, 0),
                widget=forms.NumberInput(attrs={"aria-label": label}),
            )

    def rows(self) -> list[tuple[OrderLineRow, forms.BoundField]]:
        """Each line with the field that asks for its units."""
        return [(each, self[str(each.line.pk)]) for each in self.lines]

    def arrived(self) -> dict[UUID, int]:
        """The units by line, of a form that is valid."""
        return {each.line.pk: self.cleaned_data[str(each.line.pk)] for each in self.lines}


class ParcelForm(forms.ModelForm[SupplierTask]):
    """The carrier of a supplier's parcel."""

    class Meta:
        model = SupplierTask
        fields = ("carrier", "tracking_number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].required = True
