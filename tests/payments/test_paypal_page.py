"""The page where a simulated PayPal asks shoppers whether they approve."""

import pytest
import requests

from payments.models import Payment
from payments.services.settle import settle
from payments.states import PaymentState
from tests.payments.paypal_steps import begin
from tests.payments.steps import PAID, state_of

pytestmark = pytest.mark.django_db


def press(payment: Payment, action: str) -> str:
    """Gives where the shopper is led to."""
    answer = requests.post(
        payment.redirect_url, {"action": action}, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 303
    return answer.headers["Location"]


def page_of(payment: Payment) -> str:
    return requests.get(payment.redirect_url, timeout=5).text


def test_who_approves_comes_back_and_has_paid(paypal):
    payment = begin(paypal)
    assert "US$ 26.67" in page_of(payment)

    place = press(payment, "approve")
    settle(payment.pk)

    assert place.startswith(f"http://testserver/payments/return/?token={payment.gateway_id}&")
    assert state_of(payment) == PAID
    assert "<button" not in page_of(payment)


def test_who_is_declined_is_asked_again_on_the_same_page(paypal):
    payment = begin(paypal)
    press(payment, "decline")
    settle(payment.pk)
    assert state_of(payment)[0] == PaymentState.OPEN
    assert 'role="alert"' in page_of(payment)

    press(payment, "approve")
    settle(payment.pk)

    assert state_of(payment) == PAID


@pytest.mark.parametrize(
    ("verdict", "state"), [("arrive", PaymentState.CAPTURED), ("lapse", PaymentState.FAILED)]
)
def test_a_payment_under_review_is_decided_on_the_same_page(paypal, verdict, state):
    payment = begin(paypal)
    press(payment, "later")
    settle(payment.pk)
    assert state_of(payment)[0] == PaymentState.PROCESSING

    press(payment, verdict)
    settle(payment.pk)

    assert state_of(payment)[0] == state


def test_who_goes_back_without_paying_has_not_paid(paypal):
    payment = begin(paypal)

    assert press(payment, "abandon").endswith(f"?token={payment.gateway_id}")
    settle(payment.pk)

    assert state_of(payment)[0] == PaymentState.OPEN


def test_nobody_approves_an_order_that_is_not_there(paypal):
    answer = requests.get(f"{paypal.server.url}/checkoutnow?token=NOTHING", timeout=5)

    assert answer.status_code == 404
