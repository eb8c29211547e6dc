"""The counter on the page of an order: its session, and how goods are paid that leave at once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from checkout.desk import Desk
from core.exceptions import DomainError
from core.ids import uuid7
from orders.models import Order
from till import services
from till.forms import CashForm, ClosingForm, OpeningForm, PaymentForm
from till.models import EntryKind, TillSession, Way
from till.selectors import Sums, open_session_of, sums_of
from till.services import Paid

FormT = TypeVar("FormT", bound=forms.Form)
# Nobody asks where goods go that are handed over.
_ADDRESS = ("country", "street", "district", "city", "region", "postal_code", "reference")


@dataclass(kw_only=True)
class Counter:
    """The till of a person, with the forms of its session and of the payment."""

    session: TillSession | None
    opening: OpeningForm
    payment: PaymentForm
    cash: CashForm
    closing: ClosingForm
    told: str = ""

    @property
    def fixed(self) -> dict[str, str]:
        """The fields of an order that the counter decides."""
        code = self.session.till.shop.code if self.session else ""
        return {"shipping_method_code": code} | dict.fromkeys(_ADDRESS, "")

    @property
    def warehouse_id(self) -> UUID | None:
        """Where the goods leave, at an open till."""
        return self.session.till.shop.pickup_warehouse_id if self.session else None

    @property
    def taken(self) -> Sums | None:
        """1 query."""
        return sums_of(self.session) if self.session else None

    def change(self, total: Decimal) -> Decimal | None:
        """What goes back of the cash that was received; negative if that is too little."""
        cash = self.payment.cleaned_data.get("tendered") if self.payment.is_bound else None
        is_cash = self.payment["way"].value() == Way.CASH
        return cash - total if is_cash and cash is not None else None

    def sell(self, desk: Desk) -> Order | None:
        """
        Sell what is on the page, or nothing as long as something is to be said first.

        :raises DomainError: as `services.sell`
        """
        if not (self.session and desk.is_valid and self.payment.is_valid()):
            return None
        data, total = self.payment.cleaned_data, desk.sheet.figures.basket.total
        change = self.change(total)
        if change is not None and change > 0 and data["change"] != change:
            self.told = _("Give the change, then sell.")
            return None
        paid = Paid(
            way=Way(data["way"]),
            total=data["total"],
            tendered=data["tendered"],
            reference=data["bank_reference"],
        )
        key = UUID(str(desk.draft.pk))
        return services.sell(self.session.pk, desk.draft, desk.lines.units, paid=paid, key=key)

    def close(self) -> TillSession | None:
        """The session, closed with what was counted; none if that is refused."""
        if not (self.session and self.closing.is_valid()):
            return None
        try:
            return services.close_session(self.session.pk, **self.closing.cleaned_data)
        except DomainError as refusal:
            self.closing.add_error("note", str(refusal))
            return None


def counter_of(cashier: User, sent: QueryDict) -> Counter:
    """The till of a person, after what the form asks of it: to open it, or to move cash."""
    payment = PaymentForm(sent if "way" in sent else None)
    payment.is_valid()
    counter = Counter(
        session=open_session_of(cashier),
        opening=_read(OpeningForm, sent, "_open"),
        payment=payment,
        cash=_read(CashForm, sent, "_cash"),
        closing=_read(ClosingForm, sent, "_close"),
    )
    if "_open" in sent and not counter.session:
        _open(counter, cashier)
    if "_cash" in sent and counter.session:
        _move_cash(counter, counter.session)
    return counter


def _open(counter: Counter, cashier: User) -> None:
    form = counter.opening
    if not form.is_valid():
        return
    till, opening = form.cleaned_data["till"], form.cleaned_data["opening"]
    try:
        services.open_session(till.pk, cashier=cashier, opening=opening)
    except DomainError as refusal:
        form.add_error("till", str(refusal))
    counter.session = open_session_of(cashier)


def _move_cash(counter: Counter, session: TillSession) -> None:
    form = counter.cash
    if not form.is_valid():
        return
    data = form.cleaned_data
    try:
        services.move_cash(session.pk, **data | {"kind": EntryKind(data["kind"])})
    except DomainError as refusal:
        form.add_error("amount", str(refusal))
    else:
        counter.cash, counter.told = CashForm(initial={"key": uuid7()}), _("Noted.")


def _read(form_type: type[FormT], sent: QueryDict, button: str) -> FormT:
    """Judged if its button was pressed; else with what was typed so far."""
    if button in sent:
        return form_type(sent)
    head = f"{form_type.prefix}-" if form_type.prefix else ""
    typed = {name: sent[head + name] for name in form_type.base_fields if head + name in sent}
    return form_type(initial={"key": uuid7()} | typed)
