"""How staff settle a return: what is kept of it, what goes out instead, and photos of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.forms import AmountField, PhotosField, PhotosForm
from inventory.selectors import available_quantities
from orders.models import Order
from returns import selectors
from returns.models import DeductionCause, ReturnItem
from returns.services import MAX_PHOTOS
from returns.services.settling import Deduction, Kept


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """A row that came, with what was paid for it and the fields for what is kept of that."""

    item: ReturnItem
    paid: Decimal
    kept: forms.BoundField
    cause: forms.BoundField


class SettlementForm(forms.Form):
    """How much of the worth goes back, in money or as store credit."""

    reason = forms.CharField(
        label=gettext_lazy("In words, as the customer reads it"), required=False, max_length=200
    )
    keep_delivery = forms.BooleanField(label=gettext_lazy("keep the delivery"), required=False)

    def __init__(
        self,
        *args: Any,
        order: Order,
        items: Sequence[ReturnItem],
        delivery: Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not delivery:
            del self.fields["keep_delivery"]
        self.paid = {item: selectors.goods_worth(order, [item]) for item in items if item.quantity}
        for item, paid in self.paid.items():
            self.fields[f"kept-{item.pk}"] = AmountField(
                label=_("Keep of %(name)s") % {"name": item.line.name},
                min_value=0,
                max_value=paid,
                decimal_places=2,
                required=False,
            )
            self.fields[f"cause-{item.pk}"] = forms.ChoiceField(
                label=_("Why of %(name)s") % {"name": item.line.name},
                choices=[("", "–"), *_causes()],
                required=False,
            )

    @property
    def rows(self) -> list[KeptLine]:
        return [
            KeptLine(
                item=item, paid=paid, kept=self[f"kept-{item.pk}"], cause=self[f"cause-{item.pk}"]
            )
            for item, paid in self.paid.items()
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self.paid:
            if data.get(f"kept-{item.pk}") and not data.get(f"cause-{item.pk}"):
                self.add_error(f"cause-{item.pk}", _("Choose why: the customer reads it."))
        return data

    @property
    def what_is_kept(self) -> Kept:
        values = self.cleaned_data
        rows = {
            item.pk: Deduction(amount, DeductionCause(values[f"cause-{item.pk}"]))
            for item in self.paid
            if (amount := values[f"kept-{item.pk}"])
        }
        return Kept(
            rows=rows,
            reason=values["reason"].strip(),
            delivery=values.get("keep_delivery", False),
        )


def _causes() -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in DeductionCause.choices]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Another variant that is there, as one button."""

    field: str
    value: str
    name: str
    units: int


class ExchangeForm(forms.Form):
    """Which variant goes out for each row that came, with how many of it can be sold."""

    def __init__(self, *args: Any, items: Sequence[ReturnItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = [item for item in items if item.quantity]
        lines = [item.line for item in self.items]
        self._choices = selectors.exchanges_for(lines, by_staff=True)
        self._free = available_quantities(
            {key for choices in self._choices.values() for key, _name in choices}
        )
        wished = {item.line_id: item.exchange_for_id for item in items if item.exchange_for_id}
        for item in self.items:
            self.fields[f"variant_{item.pk}"] = forms.ChoiceField(
                label=f"{item.quantity} × {item.line.sku}",
                choices=[(key, self._told(key, name)) for key, name in self._choices[item.line_id]],
                initial=wished.get(item.line_id, item.line.variant_id),
            )

    def _told(self, variant_id: UUID, name: str) -> str:
        units = self._free.get(variant_id, 0)
        return f"{name} · {_('%(units)s to sell') % {'units': units}}"

    @property
    def proposals(self) -> list[Proposal]:
        """Where one row came: the variants that there are enough of, the wished one first."""
        if len(self.items) != 1:
            return []
        [item] = self.items
        found = [
            Proposal(
                field=f"variant_{item.pk}", value=str(key), name=name, units=self._free.get(key, 0)
            )
            for key, name in self._choices[item.line_id]
            if key != item.line.variant_id and self._free.get(key, 0) >= item.quantity
        ]
        return sorted(found, key=lambda each: each.value != str(item.exchange_for_id))

    @property
    def variants(self) -> dict[UUID, UUID]:
        return {item.pk: UUID(self.cleaned_data[f"variant_{item.pk}"]) for item in self.items}


class StaffPhotosForm(PhotosForm):
    """Photos that staff have taken of what came."""

    photos = PhotosField(
        label=gettext_lazy("Photos"),
        most=MAX_PHOTOS,
        help_text=gettext_lazy("The customer sees them beside the return."),
    )
