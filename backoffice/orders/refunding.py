"""What staff type to ask for a refund: units of lines, the delivery, or an amount; and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import ZERO
from core.web.forms import AmountField, WholeNumberField
from orders.models import Order, OrderLine
from payments.models import RefundDestination
from returns.selectors import paid_for_shipping, unit_prices

MAX_REASON_LENGTH = 255


class Cause(models.TextChoices):
    GOODWILL = "goodwill", gettext_lazy("goodwill")
    DAMAGED = "damaged", gettext_lazy("arrived damaged")
    MISSING = "missing", gettext_lazy("something was missing")
    LATE = "late", gettext_lazy("arrived late")
    SOLD_OUT = "sold_out", gettext_lazy("sold out: it cannot be sent")
    OVERCHARGED = "overcharged", gettext_lazy("charged too much")
    OTHER = "other", gettext_lazy("other, as written below")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A refund as somebody asks for it; `reason` is in the shop's language, for its documents."""

    amount: Decimal
    reason: str
    as_credit: bool


@dataclass(frozen=True, kw_only=True)
class PaidLine:
    """A line with the field for its units; `worths` is what one, two, … of them have cost."""

    line: OrderLine
    units: forms.BoundField
    worths: list[Decimal]


class RefundForm(forms.Form):
    """An amount, or what was paid for the chosen units and the delivery."""

    amount = AmountField(
        label=gettext_lazy("Amount"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        error_messages={"invalid": gettext_lazy("Write the amount as a number, such as 129.90.")},
    )
    cause = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    note = forms.CharField(
        label=gettext_lazy("In words"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("The customer may read it: it stands on the credit note."),
    )
    destination = forms.ChoiceField(
        label=gettext_lazy("Goes back as"),
        required=False,
        initial=RefundDestination.PAYMENT,
    )

    def __init__(
        self, data: Mapping[str, str] | None, *, order: Order, lines: Iterable[OrderLine]
    ) -> None:
        super().__init__(data, auto_id="refund-%s")
        for name, empty, kinds in (
            ("cause", [("", _("Choose a reason"))], Cause.choices),
            ("destination", [], RefundDestination.choices),
        ):
            field: Any = self.fields[name]
            field.choices = [*empty, *((value, capfirst(str(label))) for value, label in kinds)]
        self._worths = {line: worths for line in lines if (worths := _worths(line, order))}
        for line, worths in self._worths.items():
            self.fields[f"units-{line.pk}"] = _units_field(line, worths)
        self.delivery_worth = paid_for_shipping(order) if order.shipping_total else ZERO
        if self.delivery_worth:
            self.fields["delivery"] = forms.BooleanField(
                label=gettext_lazy("Delivery"), required=False
            )

    @property
    def rows(self) -> list[PaidLine]:
        return [
            PaidLine(line=line, units=self[f"units-{line.pk}"], worths=worths)
            for line, worths in self._worths.items()
        ]

    @property
    def reasons(self) -> list[forms.BoundField]:
        return [self[name] for name in ("cause", "note", "destination")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("amount") and "amount" not in self.errors and not self._proposed():
            self.add_error("amount", _("Choose units, or write an amount."))
        if not data.get("note") and data.get("cause") in ("", Cause.OTHER):
            missing = "note" if data.get("cause") else "cause"
            self.add_error(missing, _("Say why: who approves it reads that."))
        return data

    @property
    def asked(self) -> Asked:
        data = self.cleaned_data
        return Asked(
            amount=data["amount"] or self._proposed(),
            reason=self._reason(),
            as_credit=data["destination"] == RefundDestination.CREDIT,
        )

    def _proposed(self) -> Decimal:
        delivery = self.delivery_worth if self.cleaned_data.get("delivery") else ZERO
        return delivery + sum(
            (self._worths[line][units - 1] for line, units in self._chosen()), ZERO
        )

    def _chosen(self) -> list[tuple[OrderLine, int]]:
        found = ((line, self.cleaned_data.get(f"units-{line.pk}")) for line in self._worths)
        return [(line, units) for line, units in found if units]

    def _reason(self) -> str:
        cause = self.cleaned_data["cause"]
        with translation.override(settings.LANGUAGE_CODE):
            named = cause and cause != Cause.OTHER
            words = [capfirst(str(Cause(cause).label))] if named else []
        goods = ", ".join(f"{units} × {line.name}" for line, units in self._chosen())
        parts = (*words, goods, self.cleaned_data["note"])
        return Truncator(". ".join(filter(None, parts))).chars(MAX_REASON_LENGTH)


def _worths(line: OrderLine, order: Order) -> list[Decimal]:
    """The last units first, as those that come back are counted; without those that are back."""
    end = line.quantity - line.cancelled_quantity - line.returned_quantity
    return list(accumulate(reversed(unit_prices(line, order)[: max(end, 0)])))


def _units_field(line: OrderLine, worths: list[Decimal]) -> WholeNumberField:
    field = WholeNumberField(
        label=_("Units of %(name)s") % {"name": line.name},
        min_value=0,
        max_value=len(worths),
        required=False,
    )
    told = " ".join(str(worth) for worth in worths)
    field.widget.attrs |= {"data-worths": told, "placeholder": "0"}
    return field
