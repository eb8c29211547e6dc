"""Staff mend an order's money from its page: give back, take as it is, note what they have sent."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from backoffice.orders import services as office
from orders.models import Order
from orders.states import PaymentStatus
from payments.gateways.base import DisputeFact, ProviderSnapshot
from payments.models import (
    MethodType,
    Payment,
    Refund,
    RefundDestination,
    TransferConfirmation,
)
from payments.services.expire import expire_order
from payments.services.refunds import approve_refund, request_order_refund
from payments.services.settle import apply_snapshot, settle
from payments.services.transfers import record_manual_capture
from payments.states import DisputeState, PaymentState, RefundState
from tests.accounts.factories import UserFactory, staff_with
from tests.payments.factories import held_order, pay
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db


@pytest.fixture
def office_of(client: Client, boss: User) -> Client:
    return client


def press(office_of: Client, order: Order, step: str, **typed: str) -> str:
    """What the page says then."""
    address = f"/admin/orders/order/{order.pk}/step/{step}/"
    return str(office_of.post(address, {"note": "a scratch", **typed}, follow=True).text)


def steps(order: Order) -> list[str]:
    chief = UserFactory.create(is_superuser=True)
    return [step.name for step in office.next_steps(Order.objects.get(pk=order.pk), chief)]


def awaited_transfer() -> Payment:
    manual = {"gateway": "manual", "type": MethodType.BANK_TRANSFER}
    return pay(held_order(), "transfer", **manual)


def transferred(reference: str) -> Payment:
    """100.00 that came by bank transfer."""
    return record_manual_capture(
        awaited_transfer().pk,
        amount=Decimal(100),
        bank_reference=reference,
        actor_id=UserFactory.create().pk,
    )


def asked_back(payment: Payment) -> Refund:
    """40.00 of it, not approved yet."""
    asker = UserFactory.create().pk
    [refund] = request_order_refund(payment.order_id, Decimal(40), reason="", actor_id=asker)
    return refund


def transferred_and_due_back(reference: str) -> Payment:
    """A transfer of which 40.00 wait to be sent back by hand."""
    payment = transferred(reference)
    approve_refund(asked_back(payment).pk, actor_id=UserFactory.create().pk)
    return payment


def test_part_of_the_money_is_asked_back_and_waits_for_approval(
    simulator: Any, office_of: Client
) -> None:
    payment = captured(simulator)

    press(office_of, payment.order, "refund", amount="30,50")
    press(office_of, payment.order, "refund", amount="69.51")

    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (Decimal("30.50"), RefundState.REQUESTED)
    assert (refund.payment, refund.reason) == (payment, "a scratch")


@pytest.mark.parametrize(
    ("destination", "decision"), [("credit", "approve"), ("payment", "approve_as_credit")]
)
def test_staff_ask_for_store_credit_or_money_and_finance_decides_that_it_is_credit(
    simulator: Any, office_of: Client, destination: str, decision: str
) -> None:
    payment = captured(simulator)

    press(office_of, payment.order, "refund", amount="30", destination=destination)
    refund = Refund.objects.get()
    office_of.force_login(staff_with(Role.FINANCE))
    decide(office_of, refund, decision)

    refund.refresh_from_db()
    assert (refund.destination, refund.state) == (RefundDestination.CREDIT, RefundState.APPROVED)


def decide(client: Client, refund: Refund, action: str) -> str:
    """Press a button of the list of refunds; what the page says then."""
    address = reverse("admin:payments_refund_changelist")
    pressed = {"action": action, "_selected_action": str(refund.pk), "post": "yes"}
    return str(client.post(address, pressed, follow=True).text)


def test_support_asks_for_a_refund_and_cannot_decide_on_it(
    simulator: Any, office_of: Client
) -> None:
    payment, support = captured(simulator), staff_with(Role.SUPPORT)
    office_of.force_login(support)

    press(office_of, payment.order, "refund", amount="30")
    refund = Refund.objects.get()
    listed = office_of.get(reverse("admin:payments_refund_changelist")).text
    for action in ("approve", "reject"):
        decide(office_of, refund, action)

    refund.refresh_from_db()
    assert (refund.requested_by, refund.state) == (support, RefundState.REQUESTED)
    assert refund.number in listed
    assert 'value="approve"' not in listed


def test_finance_approves_what_support_has_asked_for_and_not_what_it_asked_for_itself(
    simulator: Any, office_of: Client
) -> None:
    payment, clerk = captured(simulator), staff_with(Role.FINANCE)
    request_order_refund(
        payment.order_id, Decimal(30), reason="", actor_id=staff_with(Role.SUPPORT).pk
    )
    request_order_refund(payment.order_id, Decimal(40), reason="", actor_id=clerk.pk)
    office_of.force_login(clerk)

    for refund in Refund.objects.all():
        decide(office_of, refund, "approve")

    states = Refund.objects.order_by("amount").values_list("state", flat=True)
    assert list(states) == [RefundState.APPROVED, RefundState.REQUESTED]


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.CATALOGUE])
def test_other_roles_do_not_ask_for_refunds(simulator: Any, office_of: Client, role: Role) -> None:
    payment = captured(simulator)
    office_of.force_login(staff_with(role))

    press(office_of, payment.order, "refund", amount="30")

    assert not Refund.objects.exists()


def test_disputed_money_has_a_button_of_its_own(simulator: Any, office_of: Client) -> None:
    payment = captured(simulator)
    dispute = DisputeFact(
        reference="dp_1",
        amount=Decimal(100),
        currency="PEN",
        occurred_at=timezone.now(),
        state=DisputeState.NEEDS_RESPONSE,
    )
    truth = ProviderSnapshot(
        state=PaymentState.CAPTURED, reference=payment.number, disputes=[dispute]
    )
    apply_snapshot(payment.pk, truth)

    press(office_of, payment.order, "refund", amount="30")
    assert not Refund.objects.exists()
    press(office_of, payment.order, "refund-disputed", amount="30")

    assert Refund.objects.get().amount == Decimal(30)


def test_money_under_review_is_taken_as_it_is(simulator: Any, office_of: Client) -> None:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id, amount=10001)
    settle(payment.pk)
    assert steps(payment.order)[:1] == ["accept-money"]

    press(office_of, payment.order, "accept-money")

    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert payment.order.payment_status in (PaymentStatus.OVERPAID, PaymentStatus.PAID)
    assert "accept-money" not in steps(payment.order)


def test_a_refund_by_hand_is_noted_when_it_was_sent(simulator: Any, office_of: Client) -> None:
    payment = transferred("OP-1")
    refund = asked_back(payment)
    assert "refund-sent" not in steps(payment.order)
    approve_refund(refund.pk, actor_id=UserFactory.create().pk)

    press(office_of, payment.order, "refund-sent", note="OP-2")

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, refund.gateway_reference) == (RefundState.SUCCEEDED, "OP-2")
    assert payment.refunded == Decimal(40)


def test_the_banks_reference_of_one_refund_stands_for_no_other(office_of: Client) -> None:
    first, second = transferred_and_due_back("OP-1"), transferred_and_due_back("OP-2")
    press(office_of, first.order, "refund-sent", note="OP-9")

    said = press(office_of, second.order, "refund-sent", note="OP-9")

    second.refresh_from_db()
    assert "otro reembolso" in said
    assert (second.refunds.get().state, second.refunded) == (RefundState.APPROVED, Decimal(0))
    press(office_of, second.order, "refund-sent", note="OP-10")
    second.refresh_from_db()
    assert (second.refunds.get().state, second.refunded) == (RefundState.SUCCEEDED, Decimal(40))


@pytest.mark.parametrize("note", ["OP-" + "9" * 300, "OP\x001"])
def test_a_note_that_nobody_can_keep_is_refused_in_words(office_of: Client, note: str) -> None:
    payment = awaited_transfer()

    for step in ("confirm-transfer", "cancel"):
        press(office_of, payment.order, step, note=note, amount="100")

    payment.refresh_from_db()
    assert (payment.captured, payment.order.status) == (Decimal(0), "pending")


def expired(payment: Payment) -> Payment:
    """The same, when the time to pay its order is over."""
    Order.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    expire_order(payment.order_id)
    payment.refresh_from_db()
    assert (payment.state, payment.order.status) == (PaymentState.CANCELLED, "expired")
    return payment


def test_a_transfer_that_comes_late_is_noted_and_makes_the_order_a_sale(
    office_of: Client,
) -> None:
    payment = expired(awaited_transfer())

    press(office_of, payment.order, "confirm-transfer", note="OP-1", amount="100")

    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, Decimal(100))
    assert (payment.order.status, payment.order.payment_status) == ("confirmed", "paid")
    assert "confirm-transfer" not in steps(payment.order)


def test_what_one_person_saw_can_be_taken_back_when_the_order_is_over(office_of: Client) -> None:
    payment = awaited_transfer()
    with override_config(TRANSFER_SECOND_PERSON_FROM=Decimal(50)):
        press(office_of, payment.order, "confirm-transfer", note="OP-1", amount="100")
    expired(payment)

    press(office_of, payment.order, "withdraw-transfer")

    assert not TransferConfirmation.objects.exists()


def test_money_of_which_nothing_has_come_is_not_taken_as_it_is(
    simulator: Any, office_of: Client
) -> None:
    payment = pay(held_order())
    apply_snapshot(
        payment.pk, ProviderSnapshot(state=PaymentState.CAPTURED, reference=payment.number)
    )

    press(office_of, payment.order, "accept-money")

    payment.refresh_from_db()
    assert payment.state == PaymentState.REVIEW


def test_units_are_asked_back_at_what_was_paid_for_them(simulator: Any, office_of: Client) -> None:
    payment = captured(simulator)
    line = payment.order.lines.get()

    typed = {f"units-{line.pk}": "1", "cause": "damaged", "note": "scratched"}
    press(office_of, payment.order, "refund", **typed)

    refund = Refund.objects.get()
    assert refund.amount == line.total
    assert refund.reason == f"Llegó dañado. 1 × {line.name}. scratched"


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "30", "note": ""},
        {"amount": "30", "note": "", "cause": "other"},
        {"amount": "", "note": "nothing chosen"},
        {"units": "2", "note": "more than are there"},
    ],
)
def test_a_refund_needs_a_reason_and_something_to_give_back(
    simulator: Any, office_of: Client, typed: dict[str, str]
) -> None:
    payment = captured(simulator)
    if units := typed.pop("units", ""):
        typed |= {f"units-{payment.order.lines.get().pk}": units}

    press(office_of, payment.order, "refund", **typed)

    assert not Refund.objects.exists()
