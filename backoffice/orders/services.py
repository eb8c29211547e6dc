"""What staff can do with an order, each as one button of its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.workflow_admin import filled
from backoffice.orders.refunding import RefundForm
from backoffice.orders.selectors import read_money
from core.exceptions import DomainError
from core.web.forms import AmountField
from orders import services as orders
from orders.models import Order, OrderEventKind
from orders.selectors import is_transfer_told
from orders.states import FulfilmentStatus, OrderStatus
from payments.models import MethodType, Payment, Refund, RefundDestination
from payments.services.refunds import request_order_refund
from payments.services.send_refunds import complete_refund_by_hand
from payments.services.transfers import (
    accept_reviewed,
    confirm_transfer,
    refuse_proof,
    withdraw_confirmation,
)
from payments.states import DISPUTES_OPEN, PaymentState, RefundState


class NotPossible(DomainError):
    """The step does not fit the order, or the person may not take it."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What staff typed beside the button."""

    note: str = ""
    amount: Decimal | None = None
    as_credit: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """A button: who may press it, when it is offered, what it does, and its message."""

    name: str
    label: StrOrPromise
    done: StrOrPromise
    permission: str
    makes_sense: Callable[[Order], bool]
    take: Callable[[Order, User, "Said"], object]
    # With a label, a note must be typed.
    note_label: StrOrPromise = ""
    max_note: int = 255
    asks_amount: bool = False
    # Asks for units or an amount, and a reason, by `RefundForm`.
    asks_refund: bool = False
    # The step that somebody waits for comes first, the irreversible one last.
    is_due: bool = False
    is_final: bool = False


def _can_be_cancelled(order: Order) -> bool:
    is_over = order.status in (OrderStatus.CANCELLED, OrderStatus.COMPLETED)
    return not is_over and order.fulfilment_status == FulfilmentStatus.NONE


def _awaited_transfer(order: Order) -> Payment | None:
    for payment in order.payments.all():
        if payment.is_live and payment.gateway == "manual" and not payment.captured:
            return payment
    return None


def _money_by_hand(order: Order) -> Payment | None:
    """The awaited transfer, or one that may still arrive after its time."""
    awaited = _awaited_transfer(order)
    if awaited or order.paid_at or any(each.is_live for each in order.payments.all()):
        return awaited
    for payment in reversed(order.payments.all()):
        method = payment.method
        if method and method.type == MethodType.BANK_TRANSFER and not payment.captured:
            return payment
    return None


def awaited_amount(order: Order) -> Decimal | None:
    """What staff should find at the bank or in the till; None if nothing is awaited."""
    payment = _money_by_hand(order)
    return payment.amount if payment else None


def _confirm_transfer(order: Order, actor: User, said: Said) -> None:
    payment = _money_by_hand(order)
    if payment is None or said.amount is None:
        raise NotPossible(_("No transfer is awaited for this order."))
    confirm_transfer(payment.pk, amount=said.amount, bank_reference=said.note, actor_id=actor.pk)


def _refuse_proof(order: Order, actor: User, said: Said) -> None:
    payment = _awaited_transfer(order)
    if payment:
        refuse_proof(payment.pk, reason=said.note, actor_id=actor.pk)


def _seen_by_one(order: Order) -> list[Payment]:
    """Transfers that wait for a second person, whatever became of the order."""
    return [
        each
        for each in order.payments.all()
        if hasattr(each, "transfer_confirmation")
        and each.transfer_confirmation.seconded_by_id is None
        and not each.captured
    ]


def _has_money(order: Order) -> bool:
    return any(each.room > 0 for each in order.payments.all())


def _is_disputed(order: Order) -> bool:
    disputes = (dispute for each in order.payments.all() for dispute in each.disputes.all())
    return any(dispute.state in DISPUTES_OPEN for dispute in disputes)


def _ask_back(order: Order, actor: User, said: Said, *, despite_dispute: bool) -> None:
    request_order_refund(
        order.pk,
        said.amount or Decimal(0),
        reason=said.note,
        actor_id=actor.pk,
        despite_dispute=despite_dispute,
        as_credit=said.as_credit,
    )


def _reviewed(order: Order) -> list[Payment]:
    return [each for each in order.payments.all() if each.state == PaymentState.REVIEW]


def _accept(order: Order, actor: User, said: Said) -> None:
    for payment in _reviewed(order):
        accept_reviewed(payment.pk, actor_id=actor.pk, note=said.note)


def _to_send_by_hand(order: Order) -> Refund | None:
    for payment in order.payments.all():
        for refund in payment.refunds.all() if payment.gateway == "manual" else ():
            is_approved = refund.state == RefundState.APPROVED
            if is_approved and refund.destination == RefundDestination.PAYMENT:
                return refund
    return None


def _note_sent(order: Order, _actor: User, said: Said) -> None:
    refund = _to_send_by_hand(order)
    if refund:
        complete_refund_by_hand(refund.pk, reference=said.note)


def _write_note(order: Order, actor: User, said: Said) -> None:
    orders.record(order.pk, OrderEventKind.NOTE, actor_id=actor.pk, note=said.note, is_public=False)


def _withdraw(order: Order, actor: User, _said: Said) -> None:
    for payment in _seen_by_one(order):
        withdraw_confirmation(payment.pk, actor_id=actor.pk)


# The page has its form beside the notes.
NOTE = Step(
    name="note",
    label=gettext_lazy("Add the note"),
    done=gettext_lazy("The note is kept."),
    permission="orders.change_order",
    makes_sense=lambda _order: True,
    take=_write_note,
    note_label=gettext_lazy("New note, for staff alone"),
)


def _refund(name: str, label: StrOrPromise, *, despite_dispute: bool = False) -> Step:
    """A way to ask for a refund: of money in dispute only the last one."""
    return Step(
        name=name,
        label=label,
        done=gettext_lazy("The refund waits for approval."),
        permission="payments.add_refund",
        makes_sense=lambda order: _has_money(order) and _is_disputed(order) == despite_dispute,
        take=partial(_ask_back, despite_dispute=despite_dispute),
        note_label=gettext_lazy("Reason"),
        asks_refund=True,
        is_final=despite_dispute,
    )


STEPS = (
    Step(
        name="confirm",
        label=gettext_lazy("Confirm the order"),
        done=gettext_lazy("The order is confirmed."),
        permission="orders.change_order",
        makes_sense=lambda order: order.awaits_confirmation,
        take=lambda order, actor, _said: orders.confirm(order.pk, actor_id=actor.pk),
        is_due=True,
    ),
    Step(
        name="confirm-transfer",
        label=gettext_lazy("Confirm the money received"),
        done=gettext_lazy("The money is noted. See below whether the payment counts already."),
        permission="payments.change_payment",
        makes_sense=lambda order: _money_by_hand(order) is not None,
        take=_confirm_transfer,
        note_label=gettext_lazy("The bank's reference"),
        max_note=100,
        asks_amount=True,
        is_due=True,
    ),
    Step(
        name="refuse-proof",
        label=gettext_lazy("Reject the proof"),
        done=gettext_lazy("The customer reads why and can pay again."),
        permission="payments.change_payment",
        makes_sense=lambda order: bool(_awaited_transfer(order) and is_transfer_told(order)),
        take=_refuse_proof,
        note_label=gettext_lazy("Reason, as the customer reads it"),
    ),
    Step(
        name="withdraw-transfer",
        label=gettext_lazy("The transfer was not seen"),
        done=gettext_lazy("What the first person saw is taken back."),
        permission="payments.change_payment",
        makes_sense=lambda order: bool(_seen_by_one(order)),
        take=_withdraw,
    ),
    Step(
        name="accept-money",
        label=gettext_lazy("Accept the money as it came"),
        done=gettext_lazy("The money counts now."),
        permission="payments.change_payment",
        makes_sense=lambda order: bool(_reviewed(order)),
        take=_accept,
        note_label=gettext_lazy("Reason"),
        is_due=True,
    ),
    _refund("refund", gettext_lazy("Give money back")),
    _refund(
        "refund-disputed",
        gettext_lazy("Give money back although the customer's bank asks for it too"),
        despite_dispute=True,
    ),
    Step(
        name="refund-sent",
        label=gettext_lazy("The refund was sent by hand"),
        done=gettext_lazy("The refund is noted."),
        permission="payments.change_refund",
        makes_sense=lambda order: _to_send_by_hand(order) is not None,
        take=_note_sent,
        note_label=gettext_lazy("The bank's reference"),
        is_due=True,
    ),
    Step(
        name="cancel",
        label=gettext_lazy("Cancel the order"),
        done=gettext_lazy("The order is cancelled."),
        permission="orders.change_order",
        makes_sense=_can_be_cancelled,
        take=lambda order, actor, said: orders.cancel(
            order.pk, actor_id=actor.pk, reason=said.note
        ),
        note_label=gettext_lazy("Reason"),
        is_final=True,
    ),
)


def next_steps(order: Order, actor: User) -> list[Step]:
    """
    The steps that make sense for the order now and that this person may take, the due ones first.

    No query where the order's money has been read, else at most 5.
    """
    read_money(order)
    fitting = (step for step in STEPS if step.makes_sense(order))
    allowed = (step for step in fitting if actor.has_perm(step.permission))
    return sorted(allowed, key=lambda step: (step.is_final, not step.is_due))


def take_step(order: Order, name: str, actor: User, typed: Mapping[str, str]) -> str:
    """
    Take the named step and return the sentence that says so.

    :raises NotPossible: if it makes no sense now, the person may not, or something is missing
    :raises DomainError: if the service that does it refuses
    """
    known = next_steps(order, actor)
    if actor.has_perm(NOTE.permission):
        known.append(NOTE)
    step = next((step for step in known if step.name == name), None)
    if step is None:
        raise NotPossible(_("This is not possible for this order now."))
    said = _said(step, order, typed)
    if step.note_label and not said.note:
        raise NotPossible(_("Please fill in: %(what)s.") % {"what": step.note_label})
    step.take(order, actor, said)
    return str(step.done)


def _said(step: Step, order: Order, typed: Mapping[str, str]) -> Said:
    if not step.asks_refund:
        return Said(note=_note(step, typed), amount=_amount(step, typed))
    lines = order.lines.order_by("position", "pk")
    asked = filled(RefundForm(typed, order=order, lines=lines)).asked
    return Said(note=asked.reason, amount=asked.amount, as_credit=asked.as_credit)


def _note(step: Step, typed: Mapping[str, str]) -> str:
    field = forms.CharField(max_length=step.max_note, required=False)
    try:
        note: str = field.clean(typed.get("note", ""))
    except ValidationError as error:
        raise NotPossible(f"{step.note_label}: {error.messages[0]}") from error
    return note


def _amount(step: Step, typed: Mapping[str, str]) -> Decimal | None:
    if not step.asks_amount:
        return None
    field = AmountField(max_digits=12, decimal_places=2, min_value=0)
    try:
        amount: Decimal | None = field.clean(typed.get("amount", ""))
    except ValidationError as error:
        raise NotPossible(_("Write the amount as a number, such as 129.90.")) from error
    return amount
