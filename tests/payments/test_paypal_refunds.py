"""Money that goes back by PayPal, disputes, the nightly list, and the keys."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.states import PaymentStatus
from payments import gateways
from payments.exceptions import ProviderUnavailable
from payments.gateways import paypal as module
from payments.gateways.base import GatewayRefused, PaymentUnknown, RefundRequest
from payments.gateways.paypal_api import PayPalApi
from payments.models import Dispute, LedgerEntry, Refund
from payments.services.reconcile import reconcile
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle
from payments.states import DisputeState, RefundState
from tests.concurrency import at_once
from tests.payments.paypal_steps import begin, paid, selling
from tests.payments.steps import PAID, ask_back, ring, state_of

pytestmark = pytest.mark.django_db
ALL = Decimal("26.67")


def api_of() -> PayPalApi:
    gateway = module.configured()
    assert gateway is not None
    return gateway._api


def test_a_part_and_then_the_rest_give_back_all_that_was_taken(paypal):
    payment = paid(paypal)
    for amount in (30, 70):
        submit_refund(ask_back(payment, amount).pk)

    ring(paypal)

    payment.refresh_from_db()
    assert paypal.refunded_total() == ALL
    assert payment.refunded == Decimal(100)
    assert set(Refund.objects.values_list("state", flat=True)) == {RefundState.SUCCEEDED}
    assert state_of(payment)[2] == PaymentStatus.REFUNDED


def test_the_same_key_gives_back_once_whoever_looks(paypal):
    payment = paid(paypal)
    (capture,) = paypal.account.captures
    amount = {"currency_code": "USD", "value": "5.00"}
    headers = module._headers("refund-1")
    api = api_of()

    made = [
        api.post(f"v2/payments/captures/{capture}/refund", {"amount": amount}, headers)["id"]
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert paypal.refunded_total() == Decimal(5)
    assert payment.gateway_id in paypal.account.orders


def test_a_refund_that_fails_later_is_free_to_be_made_again(paypal):
    payment = paid(paypal)
    paypal.account.refund_status = "PENDING"
    refund = ask_back(payment, 100)
    submit_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == RefundState.PENDING

    paypal.account.settle_refund(refund.gateway_reference, "FAILED")
    ring(paypal)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert payment.refund_reserved == Decimal(0)
    assert state_of(payment)[2] == PaymentStatus.PAID


def test_a_refund_that_the_bank_gives_back_is_undone(paypal):
    payment = paid(paypal)
    refund = submit_refund(ask_back(payment, 100).pk)

    paypal.account.settle_refund(refund.gateway_reference, "FAILED")
    ring(paypal)

    payment.refresh_from_db()
    assert payment.refunded == Decimal(0)
    assert Refund.objects.get().state == RefundState.FAILED


@pytest.mark.parametrize(
    ("value", "currency", "issue"),
    [
        ("26.68", "USD", "REFUND_AMOUNT_EXCEEDED"),
        ("5.00", "EUR", "REFUND_CAPTURE_CURRENCY_MISMATCH"),
    ],
)
def test_paypals_reason_for_a_refusal_is_told(paypal, value, currency, issue):
    payment = paid(paypal)
    request = RefundRequest(
        key="refund-1",
        gateway_id=payment.gateway_id,
        amount=Decimal(value),
        currency=currency,
        capture=next(iter(paypal.account.captures)),
    )

    with pytest.raises(GatewayRefused, match=issue):
        gateways.get("paypal").refund(request)


@pytest.mark.parametrize(
    ("outcome", "state", "money"),
    [
        ("RESOLVED_SELLER_FAVOUR", DisputeState.WON, PaymentStatus.PAID),
        ("CANCELED_BY_BUYER", DisputeState.WON, PaymentStatus.PAID),
        ("RESOLVED_BUYER_FAVOUR", DisputeState.LOST, PaymentStatus.DISPUTED),
        ("ACCEPTED", DisputeState.ACCEPTED, PaymentStatus.DISPUTED),
    ],
)
def test_a_dispute_takes_money_only_when_it_is_lost(paypal, outcome, state, money):
    payment = paid(paypal)
    dispute = paypal.account.dispute(payment.gateway_id)
    ring(paypal)
    kept = Dispute.objects.get()
    assert (kept.state, kept.reason) == (DisputeState.NEEDS_RESPONSE, "UNAUTHORISED")
    assert kept.respond_by is not None

    paypal.account.close_dispute(dispute["dispute_id"], outcome)
    ring(paypal)

    kept.refresh_from_db()
    assert kept.state == state
    assert state_of(payment)[2] == money
    assert LedgerEntry.objects.filter(kind="chargeback").exists() is (money != PaymentStatus.PAID)


def test_money_that_comes_back_from_a_dispute_is_counted_again(paypal):
    payment = paid(paypal)
    dispute = paypal.account.dispute(payment.gateway_id)
    paypal.account.close_dispute(dispute["dispute_id"], "RESOLVED_BUYER_FAVOUR")
    ring(paypal)

    paypal.account.give_back_dispute(dispute["dispute_id"])
    ring(paypal)

    assert LedgerEntry.objects.get(kind="chargeback_reversal").amount == Decimal(100)
    assert state_of(payment)[2] == PaymentStatus.PAID


def test_a_shop_that_may_not_read_disputes_is_paid_all_the_same(paypal):
    paypal.account.may_read_disputes = False
    payment = begin(paypal)
    paypal.pay(payment)

    ring(paypal)
    settle(payment.pk)

    assert state_of(payment) == PAID


def test_a_dispute_that_nobody_told_of_is_found_at_night(paypal):
    payment = paid(paypal)
    dispute = paypal.account.dispute(payment.gateway_id)
    paypal.account.close_dispute(dispute["dispute_id"], "RESOLVED_BUYER_FAVOUR")

    (found,) = reconcile("paypal", timezone.now() - timedelta(days=1))

    assert (found.kind, found.theirs, found.currency) == ("missing_here", ALL, "USD")
    assert state_of(payment)[2] == PaymentStatus.DISPUTED


def test_a_long_list_of_transactions_is_read_to_its_end(paypal, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    payments = [begin(paypal) for _ in range(3)]
    for payment in payments:
        paypal.account.pay(payment.gateway_id)

    found = dict(gateways.get("paypal").changed_since(timezone.now() - timedelta(days=70)))

    assert found.keys() == {payment.gateway_id for payment in payments}


def test_what_paypal_does_not_know_is_told_apart(paypal):
    with pytest.raises(PaymentUnknown):
        gateways.get("paypal").fetch("NOTHING")
    with pytest.raises(PaymentUnknown):
        gateways.get("paypal").locate({"capture": "../NOTHING?a=b"})


def test_a_token_that_is_revoked_is_renewed_once_and_the_request_repeated_once(paypal):
    payment = begin(paypal)
    assert paypal.provider.token_requests == 1
    paypal.provider.revoke_tokens()

    settle(payment.pk)

    assert paypal.provider.token_requests == 2


def test_a_token_that_is_never_taken_is_not_asked_for_for_ever(paypal, monkeypatch):
    payment = begin(paypal)
    before = len(paypal.server.exchanges)
    paypal.account.clock_offset = 10**9

    paypal.provider._tokens = _Forgetful()
    with pytest.raises(ProviderUnavailable):
        settle(payment.pk)

    paths = [each.request.path for each in paypal.server.exchanges[before:]]
    assert paths.count(f"/v2/checkout/orders/{payment.gateway_id}") == 2
    assert paths.count("/v1/oauth2/token") == 1


class _Forgetful(dict[str, float]):
    def __setitem__(self, key: str, value: float) -> None:
        """Nothing is kept."""


@pytest.mark.django_db(transaction=True)
def test_many_threads_share_one_token(settings):
    with selling(settings) as driver:
        api = api_of()

        at_once(api.headers, times=8)

        assert driver.provider.token_requests == 1
