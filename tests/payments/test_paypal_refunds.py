"""Money that goes back by PayPal, disputes, the nightly list, and the keys."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from orders.states import PaymentStatus
from payments import gateways
from payments.exceptions import PaymentRefused, ProviderUnavailable
from payments.gateways import paypal as module
from payments.gateways.base import GatewayRefused, PaymentUnknown, RefundRequest, StartRequest
from payments.gateways.paypal_api import PayPalApi
from payments.models import Dispute, GatewayLogSpool, LedgerEntry, Payment, Refund
from payments.selectors import methods_for
from payments.services.reconcile import reconcile
from payments.services.refunds import approve_refund, request_refund
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle
from payments.states import DisputeState, RefundState
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.payments.paypal_steps import PAID, begin, paid, ring, selling, state_of
from tests.providers.paypal.driver import CLIENT_SECRET, PayPalDriver
from tests.providers.server import Fault, Knock

pytestmark = pytest.mark.django_db
ALL = Decimal("26.67")


@pytest.fixture
def paypal(settings: Any) -> Iterator[PayPalDriver]:
    with selling(settings) as driver:
        yield driver


def api_of() -> PayPalApi:
    gateway = module.configured()
    assert gateway is not None
    return gateway._api


def ask_back(payment: Payment, amount: int) -> Refund:
    """One of the staff asks, another lets it go."""
    clerk, chief = UserFactory.create(), UserFactory.create()
    refund = request_refund(payment.pk, Decimal(amount), reason="", requested_by=clerk.pk)
    return approve_refund(refund.pk, actor_id=chief.pk)


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


@pytest.mark.parametrize("hours", [0, 7])
def test_a_refund_whose_answer_is_lost_goes_back_once(paypal, hours):
    """Also after PayPal has forgotten its key, which it keeps for six hours."""
    payment = paid(paypal)
    refund = ask_back(payment, 30)
    paypal.server.fail(paypal.path_of("refund"), Fault.CUT)
    with pytest.raises(ProviderUnavailable):
        submit_refund(refund.pk)
    Refund.objects.update(submitted_at=timezone.now() - timedelta(hours=hours, minutes=2))
    if hours:
        paypal.paypal.forget_keys()

    submit_refund(refund.pk)

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert paypal.refunded_total() == Decimal("8.00")


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


def test_what_was_given_back_at_paypal_meanwhile_is_not_given_twice(paypal):
    payment = paid(paypal)
    refund = ask_back(payment, 30)
    paypal.account.refund_in_dashboard(payment.gateway_id)

    submit_refund(refund.pk)

    refund.refresh_from_db()
    assert (refund.state, refund.error_message[:22]) == (
        RefundState.FAILED,
        "CAPTURE_FULLY_REFUNDED",
    )
    assert paypal.refunded_total() == ALL


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


def test_a_day_without_webhooks_is_made_up_for_at_night(paypal):
    payments = [begin(paypal, code="paypal") for _ in range(3)]
    for payment in payments:
        paypal.account.pay(payment.gateway_id)
    paypal.account.refund_in_dashboard(payments[0].gateway_id, "5.00")
    paypal.stranger()

    since = timezone.now() - timedelta(days=1)
    found = list(reconcile("paypal", since))
    again = list(reconcile("paypal", since))

    assert sorted(each.kind for each in found) == ["missing_here"] * 4 + ["unknown_payment"]
    assert [each.kind for each in again] == ["unknown_payment"]
    assert [state_of(payment) for payment in payments[1:]] == [PAID, PAID]


def test_a_dispute_that_nobody_told_of_is_found_at_night(paypal):
    payment = paid(paypal)
    dispute = paypal.account.dispute(payment.gateway_id)
    paypal.account.close_dispute(dispute["dispute_id"], "RESOLVED_BUYER_FAVOUR")

    (found,) = reconcile("paypal", timezone.now() - timedelta(days=1))

    assert (found.kind, found.theirs, found.currency) == ("missing_here", ALL, "USD")
    assert state_of(payment)[2] == PaymentStatus.DISPUTED


def test_a_long_list_of_transactions_is_read_to_its_end(paypal, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    payments = [begin(paypal, code="paypal") for _ in range(3)]
    for payment in payments:
        paypal.account.pay(payment.gateway_id)

    found = dict(gateways.get("paypal").changed_since(timezone.now() - timedelta(days=70)))

    assert found.keys() == {payment.gateway_id for payment in payments}


def test_what_paypal_does_not_know_is_told_apart(paypal):
    with pytest.raises(PaymentUnknown):
        gateways.get("paypal").fetch("NOTHING")
    with pytest.raises(PaymentUnknown):
        gateways.get("paypal").locate({"capture": "../NOTHING?a=b"})


def test_soles_are_refused_before_anything_is_said(paypal):
    request = StartRequest(
        key="payment-1",
        reference="TXN-1",
        order_number="PED-1",
        amount=Decimal("19.90"),
        currency="PEN",
        return_url="https://shop.example.com/",
        language="es",
        expires_at=None,
    )
    gateway = gateways.get("paypal")

    with pytest.raises(GatewayRefused):
        gateway.start(request)

    assert gateway.accepts("USD")
    assert not gateway.accepts("PEN")
    assert paypal.server.exchanges == []


def test_a_token_that_is_revoked_is_renewed_once_and_the_request_repeated_once(paypal):
    payment = begin(paypal)
    assert paypal.paypal.token_requests == 1
    paypal.paypal.revoke_tokens()

    settle(payment.pk)

    assert paypal.paypal.token_requests == 2


def test_a_token_that_is_never_taken_is_not_asked_for_for_ever(paypal, monkeypatch):
    payment = begin(paypal)
    before = len(paypal.server.exchanges)
    paypal.account.clock_offset = 10**9

    paypal.paypal._tokens = _Forgetful()
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

        assert driver.paypal.token_requests == 1


def test_keys_that_paypal_refuses_are_nowhere_to_be_read(paypal, settings, caplog):
    caplog.set_level("DEBUG")
    wrong = {**paypal.settings(), "CLIENT_SECRET": "a-secret-that-nobody_knows"}
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {"paypal": wrong}

    with pytest.raises(PaymentRefused) as refused:
        begin(paypal)

    cause = refused.value.__cause__
    told = f"{refused.value} {cause} {caplog.text} {list(GatewayLogSpool.objects.values('entry'))}"
    assert "nobody_knows" not in told
    assert isinstance(cause, GatewayRefused)


def test_the_log_has_no_key_no_token_and_no_address(paypal, caplog):
    caplog.set_level("DEBUG")
    payment = paid(paypal)

    told = f"{list(GatewayLogSpool.objects.values('entry'))} {caplog.text}"

    token = next(iter(paypal.paypal._tokens))
    assert payment.gateway_id in told
    assert all(
        each not in told
        for each in (CLIENT_SECRET, token, "ana@example.com", "Quispe", "Bearer A", "Basic ")
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"WEBHOOK_ID": ""}, "PAYPAL_WEBHOOK_ID is missing."),
        ({"CLIENT_ID": "short"}, "PAYPAL_CLIENT_ID does not look like one."),
        (
            {"API_BASE": "https://api-m.paypal.com.evil.io"},
            "PAYPAL_API_BASE does not look like one.",
        ),
        ({"API_BASE": "http://api-m.paypal.com"}, "PAYPAL_API_BASE does not look like one."),
    ],
)
def test_half_a_configuration_hides_the_method_and_is_named(paypal, settings, changes, sentence):
    paypal.method()
    assert [each.code for each in methods_for(amount=Decimal(10), currency="USD")] == ["paypal"]
    broken = {**paypal.settings(), **changes}
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {"paypal": broken}

    told = [each.msg for each in run_checks(include_deployment_checks=True)]

    assert methods_for(amount=Decimal(10), currency="USD") == []
    assert sentence in told
    assert paypal.post(Knock(b"{}", {})).status_code == 400
