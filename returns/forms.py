"""What shoppers and staff write about a return."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from core.web.forms import PhotosField, PhotosForm, WholeNumberField
from inventory.models import Warehouse, WarehouseKind
from orders.models import Order, OrderLine
from returns import selectors
from returns.exceptions import ReturnRefused
from returns.models import ItemCondition, Return, ReturnItem, ReturnReason
from returns.selectors import Returnable
from returns.services import MAX_PHOTOS, Arrived, Wanted
from returns.services.asking import too_many
from returns.states import Settlement

MAX_NOTE_LENGTH = 2000
KEEP = gettext_lazy("nothing")


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    """A line of the order as the form asks about it."""

    row: Returnable
    units: forms.BoundField
    exchange: forms.BoundField | None


class AskForm(PhotosForm):
    """The units to return, the reason, and the wish: refund or exchange."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason for the return"),
        error_messages={"required": gettext_lazy("Choose why you send it back.")},
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("What you would like for it"),
        initial=Settlement.REFUND,
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        label=gettext_lazy("What we should know"),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"),
        most=MAX_PHOTOS,
        required=False,
        help_text=gettext_lazy("Up to 5, of 8 MB each. Only the shop and you see them."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, order: Order, now: datetime, by_staff: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", uuid4())
        self._offer("reason", [("", _("Choose a reason")), *ReturnReason.choices])
        self._offer("wish", Settlement.choices)
        rows = selectors.returnable(order)
        self.rows = [row for row in rows if by_staff or row.is_in_time(now)]
        self.too_late = [row for row in rows if row not in self.rows]
        lines = [row.line for row in self.rows]
        choices = selectors.exchanges_for(lines, by_staff=by_staff)
        for row in self.rows:
            key = row.line.pk
            self.fields[f"units_{key}"] = _units_field(row)
            if choices[key]:
                self.fields[f"exchange_{key}"] = forms.ChoiceField(
                    label=gettext_lazy("Exchange for"),
                    choices=[("", "–"), *choices[key]],
                    required=False,
                )

    def _offer(self, name: str, choices: Sequence[tuple[str, StrOrPromise]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [(value, capfirst(str(label))) for value, label in choices]

    @property
    def lines(self) -> list[AskedLine]:
        return [
            AskedLine(
                row=row,
                units=self[f"units_{row.line.pk}"],
                exchange=self[name] if (name := f"exchange_{row.line.pk}") in self.fields else None,
            )
            for row in self.rows
        ]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields below the lines, about the return as a whole."""
        return [self[name] for name in ("reason", "wish", "notes", "photos", "form_key")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = self._chosen()
        has_faults = any(name.startswith("units_") for name in self.errors)
        if not chosen and not has_faults:
            self.add_error(None, _("Choose what you want to send back."))
        if values.get("wish") == Settlement.EXCHANGE:
            for line_id in chosen:
                self._check_exchange(line_id)
        return values

    def _check_exchange(self, line_id: UUID) -> None:
        name = f"exchange_{line_id}"
        if name not in self.fields:
            self.add_error(
                f"units_{line_id}", _("There is no other variant of this now: choose otherwise.")
            )
        elif not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, _("Choose what you would like instead."))

    def _chosen(self) -> dict[UUID, int]:
        found = {row.line.pk: self.cleaned_data.get(f"units_{row.line.pk}") for row in self.rows}
        return {key: units for key, units in found.items() if units}

    @property
    def wanted(self) -> Wanted:
        values = self.cleaned_data
        chosen = self._chosen()
        exchanges = {key: values.get(f"exchange_{key}") for key in chosen}
        return Wanted(
            quantities=chosen,
            reason=values["reason"],
            wish=values["wish"],
            notes=values["notes"],
            exchanges={key: UUID(variant) for key, variant in exchanges.items() if variant},
            photos=values["photos"],
            form_key=values["form_key"],
        )

    def refuse(self, refusal: ReturnRefused) -> None:
        """Put the service's no where it belongs."""
        name = f"units_{refusal.line_id}"
        self.add_error(name if name in self.fields else None, str(refusal))


def _units_field(row: Returnable) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Units of %(name)s") % {"name": row.line.name},
        choices=[(0, KEEP), *((number, number) for number in range(1, row.left + 1))],
        coerce=int,
        empty_value="",
        required=False,
        initial=0,
        error_messages={"invalid_choice": too_many(row.left)},
    )


class ReplyForm(forms.Form):
    """What staff answer a request."""

    message = forms.CharField(
        label=gettext_lazy("Message to the customer"),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApprovalForm(ReplyForm):
    instructions = forms.CharField(
        label=gettext_lazy("How to send it back"),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@dataclass(frozen=True, kw_only=True)
class ArrivedLine:
    """A line as the receipt asks about it."""

    line: OrderLine
    asked: int
    new: forms.BoundField
    used: forms.BoundField
    sell_used: forms.BoundField
    damaged: forms.BoundField


class ReceiptForm(PhotosForm):
    """What came: units in each condition, of any line that could come back to this seller."""

    note = forms.CharField(
        label=gettext_lazy("What else came, or did not"),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    photos = PhotosField(
        label=gettext_lazy("Photos"),
        most=MAX_PHOTOS,
        required=False,
        help_text=gettext_lazy("The customer sees them beside the return."),
    )

    def __init__(self, *args: Any, back: Return, items: Sequence[ReturnItem], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = {item.line_id: item.asked for item in items}
        warehouses = Warehouse.objects.filter(seller=back.seller_id, is_active=True)
        # Of a seller who has no shelf of their own, the supplier's is offered.
        own = warehouses.exclude(kind=WarehouseKind.DROPSHIPPING)
        warehouses = own if own.exists() else warehouses
        self.fields["warehouse"] = forms.ModelChoiceField(
            queryset=warehouses.order_by("priority", "code"),
            label=gettext_lazy("Warehouse"),
            empty_label=None,
        )
        could_come = [row.line for row in selectors.returnable(back.order)]
        known = {item.line_id: item.line for item in items}
        known |= {line.pk: line for line in could_come if line.seller_id == back.seller_id}
        self._lines = sorted(known.values(), key=lambda line: (line.position, line.pk))
        for line in self._lines:
            for condition in ItemCondition:
                expected = self.asked.get(line.pk, 0) if condition == ItemCondition.NEW else 0
                self.fields[f"{condition}_{line.pk}"] = WholeNumberField(
                    label=condition.label, min_value=0, required=False, initial=expected
                )
            self.fields[f"sell_{line.pk}"] = forms.BooleanField(
                label=gettext_lazy("sell the used ones again"), required=False
            )

    @property
    def lines(self) -> list[ArrivedLine]:
        return [
            ArrivedLine(
                line=line,
                asked=self.asked.get(line.pk, 0),
                new=self[f"new_{line.pk}"],
                used=self[f"used_{line.pk}"],
                sell_used=self[f"sell_{line.pk}"],
                damaged=self[f"damaged_{line.pk}"],
            )
            for line in self._lines
        ]

    @property
    def arrived(self) -> list[Arrived]:
        values = self.cleaned_data
        return [
            Arrived(
                line_id=line.pk,
                condition=condition,
                quantity=values.get(f"{condition}_{line.pk}") or 0,
                sell_again=values[f"sell_{line.pk}"],
            )
            for line in self._lines
            for condition in ItemCondition
        ]
