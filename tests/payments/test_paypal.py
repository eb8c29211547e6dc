"""Paying by PayPal with its own library, over HTTP, while answers and events go astray."""

from decimal import Decimal

import pytest
from django.test import Client

from orders.states import OrderStatus, PaymentStatus
from payments import gateways
from payments.exceptions import ProviderUnavailable
from payments.gateways import paypal_facts as facts
from payments.gateways.base import ProviderSnapshot
from payments.gateways.paypal_api import Refused
from payments.models import LedgerEntry
from payments.services.expire import expire_order
from payments.services.settle import settle
from payments.states import PaymentState
from tests.payments.factories import return_path
from tests.payments.paypal_steps import begin, capture_of, paid
from tests.payments.steps import IN_REVIEW, PAID, UNPAID, ring, run_out, state_of
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db
CAPTURE = "POST /v2/checkout/orders/"


def test_who_approves_and_never_comes_back_has_paid(paypal):
    payment = begin(paypal)
    paypal.pay(payment)

    assert payment.redirect_url == f"{paypal.server.url}/checkoutnow?token={payment.gateway_id}"
    assert paypal.paid_total() == 0
    assert set(ring(paypal) + ring(paypal)) == {200}

    payment.refresh_from_db()
    (capture,) = paypal.account.captures.values()
    entry = LedgerEntry.objects.get()
    assert state_of(payment) == PAID
    assert payment.gateway_reference == entry.reference == capture["id"]
    assert (entry.amount, entry.provider_amount) == (Decimal("100.00"), Decimal("26.67"))
    # 5.4 % and 30 cents, at the rate that was agreed.
    assert payment.fee == Decimal("6.53")


def test_a_return_that_claims_to_have_paid_changes_nothing(paypal):
    payment = begin(paypal)

    claim = f"token={payment.gateway_id}&PayerID=NOBODY&status=COMPLETED"
    Client().get(f"{return_path(payment.order)}&{claim}")

    assert state_of(payment) == UNPAID


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GARBAGE, Fault.BROKEN, Fault.CONFLICT])
def test_money_whose_taking_got_no_answer_is_taken_once(paypal, fault):
    payment = begin(paypal)
    paypal.pay(payment)
    paypal.server.fail(CAPTURE, fault)

    with pytest.raises(ProviderUnavailable):
        settle(payment.pk)
    assert state_of(payment)[0] == PaymentState.AUTHORIZED
    settle(payment.pk)

    assert state_of(payment) == PAID
    assert paypal.paid_total() == Decimal("26.67")


def test_money_that_was_taken_already_is_found_and_taken_no_more(paypal):
    payment = paid(paypal)
    paypal.provider.forget_keys()

    again = gateways.get("paypal").capture(capture_of(payment))

    assert (again.state, len(again.captures)) == (PaymentState.CAPTURED, 1)
    assert paypal.paid_total() == Decimal("26.67")


def test_what_paypal_will_never_take_ends_the_attempt(paypal):
    payment = begin(paypal)
    twin = dict(paypal.account.orders[payment.gateway_id])
    paypal.account.orders["TWIN"] = twin | {"id": "TWIN"}
    paypal.account.pay("TWIN")
    paypal.pay(payment)

    settle(payment.pk)

    payment.refresh_from_db()
    assert (payment.state, payment.error_code) == (PaymentState.FAILED, "DUPLICATE_INVOICE_ID")
    assert begin(paypal, payment.order).gateway_id != payment.gateway_id


@pytest.mark.parametrize(
    ("verdict", "end"),
    [
        ("COMPLETED", PAID),
        ("DECLINED", (PaymentState.FAILED, OrderStatus.PENDING, PaymentStatus.UNPAID)),
    ],
)
def test_money_that_paypal_reviews_holds_the_order_until_it_is_decided(paypal, verdict, end):
    payment = begin(paypal)
    paypal.account.capture_status = "PENDING"
    paypal.pay(payment)
    ring(paypal)
    payment.refresh_from_db()
    assert (payment.state, payment.error_code) == (PaymentState.PROCESSING, "PENDING_REVIEW")

    paypal.account.settle_capture(payment.gateway_id, verdict)
    ring(paypal)

    assert state_of(payment) == end


@pytest.mark.parametrize(
    "wrong",
    [{"amount": Decimal("26.66")}, {"currency": "EUR"}, {"amount": Decimal("100.00")}],
)
def test_money_that_is_not_what_was_asked_pays_nothing(paypal, wrong):
    payment = begin(paypal)
    paypal.pay_wrong(payment, **wrong)

    ring(paypal)

    assert state_of(payment) == IN_REVIEW
    assert LedgerEntry.objects.get().is_accepted is False


def test_money_of_another_payment_pays_nothing(paypal):
    payment = begin(paypal)
    paypal.account.pay(payment.gateway_id)
    (capture,) = paypal.account.captures.values()
    capture["custom_id"] = "TXN-20260101-999"

    settle(payment.pk)

    assert state_of(payment)[0] == PaymentState.REVIEW


def test_after_our_time_is_over_nothing_is_taken_any_more(paypal):
    payment = begin(paypal)
    run_out(payment)
    assert expire_order(payment.order_id)

    paypal.account.approve(payment.gateway_id)
    ring(paypal)

    assert state_of(payment)[:2] == (PaymentState.CANCELLED, OrderStatus.EXPIRED)
    assert paypal.paid_total() == 0


def test_an_order_that_paypal_has_forgotten_does_not_hold_ours(paypal):
    payment = begin(paypal)
    paypal.account.lapse(payment.gateway_id)
    run_out(payment)

    assert expire_order(payment.order_id)

    assert state_of(payment)[:2] == (PaymentState.CANCELLED, OrderStatus.EXPIRED)


def test_money_that_is_taken_but_not_shown_yet_is_asked_about_again():
    approved = ProviderSnapshot(state=PaymentState.AUTHORIZED, reference="TXN-1")

    found = facts.after_refusal(approved, Refused("ORDER_ALREADY_CAPTURED", ""))

    assert found.state == PaymentState.AUTHORIZED
