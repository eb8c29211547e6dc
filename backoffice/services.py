"""What staff can do with an order, each as one button of its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from core.exceptions import DomainError
from core.forms import AmountField
from orders import services as orders
from orders.models import Order
from orders.states import FulfilmentStatus, OrderStatus
from payments import services as payments
from payments.models import Payment, TransferConfirmation


class NotPossible(DomainError):
    """The step does not fit the order, or the person may not take it."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What staff typed beside the button."""

    note: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """A button: who may press it, when it makes sense, what it does, and what is said then."""

    name: str
    label: StrOrPromise
    done: StrOrPromise
    permission: str
    makes_sense: Callable[[Order], bool]
    take: Callable[[Order, User, "Said"], object]
    note_label: StrOrPromise = ""
    note_is_required: bool = False
    asks_amount: bool = False
    is_final: bool = False


def _confirm(order: Order, actor: User, _said: Said) -> None:
    orders.confirm(order.pk, actor_id=actor.pk)


def _cancel(order: Order, actor: User, said: Said) -> None:
    orders.cancel(order.pk, actor_id=actor.pk, reason=said.note or _("cancelled by the shop"))


def _collects_and_waits(order: Order) -> bool:
    return order.collects_on_delivery and order.status == OrderStatus.PENDING


def _can_be_cancelled(order: Order) -> bool:
    is_over = order.status in (OrderStatus.CANCELLED, OrderStatus.COMPLETED)
    return not is_over and order.fulfilment_status == FulfilmentStatus.NONE


def _awaited_transfer(order: Order) -> Payment | None:
    return order.payments.live().filter(gateway="manual", captured=0).first()


def _awaits_transfer(order: Order) -> bool:
    return _awaited_transfer(order) is not None


def awaited_amount(order: Order) -> Decimal | None:
    """What staff should find at the bank or in the till; None if nothing is awaited. One query."""
    payment = _awaited_transfer(order)
    return payment.amount if payment else None


def _confirm_transfer(order: Order, actor: User, said: Said) -> None:
    payment = _awaited_transfer(order)
    if payment is None or said.amount is None:
        raise NotPossible(_("No transfer is awaited for this order."))
    payments.confirm_transfer(
        payment.pk, amount=said.amount, bank_reference=said.note, actor_id=actor.pk
    )


def _waits_for_second_person(order: Order) -> bool:
    waiting = TransferConfirmation.objects.filter(seconded_by=None, payment__captured=0)
    return waiting.filter(payment__order=order).exists()


def _withdraw(order: Order, actor: User, _said: Said) -> None:
    payment = _awaited_transfer(order)
    if payment:
        payments.withdraw_confirmation(payment.pk, actor_id=actor.pk)


STEPS = (
    Step(
        name="confirm",
        label=gettext_lazy("Confirm the order"),
        done=gettext_lazy("The order is confirmed."),
        permission="orders.change_order",
        makes_sense=_collects_and_waits,
        take=_confirm,
    ),
    Step(
        name="confirm-transfer",
        label=gettext_lazy("Confirm the money received"),
        done=gettext_lazy("The money is noted."),
        permission="payments.change_payment",
        makes_sense=_awaits_transfer,
        take=_confirm_transfer,
        note_label=gettext_lazy("The bank's reference"),
        note_is_required=True,
        asks_amount=True,
    ),
    Step(
        name="withdraw-transfer",
        label=gettext_lazy("The transfer was not seen"),
        done=gettext_lazy("What the first person saw is taken back."),
        permission="payments.change_payment",
        makes_sense=_waits_for_second_person,
        take=_withdraw,
    ),
    Step(
        name="cancel",
        label=gettext_lazy("Cancel the order"),
        done=gettext_lazy("The order is cancelled."),
        permission="orders.change_order",
        makes_sense=_can_be_cancelled,
        take=_cancel,
        note_label=gettext_lazy("Reason"),
        note_is_required=True,
        is_final=True,
    ),
)


def next_steps(order: Order, actor: User) -> list[Step]:
    """The steps that make sense for the order now and that this person may take."""
    return [step for step in STEPS if step.makes_sense(order) and actor.has_perm(step.permission)]


def take_step(order: Order, name: str, actor: User, typed: Mapping[str, str]) -> str:
    """
    Take the named step and return the sentence that says so.

    :raises NotPossible: if it makes no sense now, the person may not, or something is missing
    :raises DomainError: if the service that does it refuses
    """
    step = next((step for step in next_steps(order, actor) if step.name == name), None)
    if step is None:
        raise NotPossible(_("This is not possible for this order now."))
    said = Said(note=typed.get("note", "").strip(), amount=_amount(step, typed))
    if step.note_is_required and not said.note:
        raise NotPossible(_("Please fill in: %(what)s.") % {"what": step.note_label})
    step.take(order, actor, said)
    return str(step.done)


def _amount(step: Step, typed: Mapping[str, str]) -> Decimal | None:
    if not step.asks_amount:
        return None
    field = AmountField(max_digits=12, decimal_places=2, min_value=0)
    try:
        amount: Decimal | None = field.clean(typed.get("amount", ""))
    except ValidationError as error:
        raise NotPossible(_("Write the amount as a number, such as 129.90.")) from error
    return amount
