"""A provider that does not take the shop's currency: a frozen rate that the shopper has seen."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from constance.test import override_config
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.money import quantize
from orders.models import Order
from payments import gateways, quotes, tasks
from payments.exceptions import MethodUnavailable, QuoteChanged, TooSmallToGiveBack
from payments.gateways.base import MoneyFact, RefundFact
from payments.models import LedgerEntry, Payment, PaymentMethod, Refund
from payments.selectors import methods_for
from payments.services.refunds import refund_automatically, request_order_refund
from payments.services.settle import apply_snapshot, settle
from payments.services.start import start_attempt
from payments.services.transfers import accept_reviewed
from payments.states import RefundState
from tests.accounts.factories import UserFactory
from tests.payments.dollars import dollars_only
from tests.payments.factories import RETURN_URL, held_order
from tests.payments.test_settle import simulator_pays_late
from tests.test_database_rules import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def dollars(simulator: Any) -> Iterator[PaymentMethod]:
    """In a shop that has a rate for dollars, after one that the provider does not take."""
    with dollars_only() as method, override_config(EXCHANGE_RATES="MXN 0.21, USD 3.75"):
        yield method


def begin(order: Order, agreed: str = "USD 26.67") -> Payment:
    return start_attempt(order.pk, "dollars", return_url=RETURN_URL, agreed=agreed)


def captured(simulator: Any) -> Payment:
    payment = begin(held_order())
    simulator.bank.capture(payment.gateway_id)
    return settle(payment.pk)


def give_back(payment: Payment, amount: str) -> None:
    refund_automatically(payment.order_id, Decimal(amount), reason="a test")
    tasks.submit_refunds()


def test_the_shopper_is_shown_what_the_provider_will_ask_for(dollars: PaymentMethod) -> None:
    [method] = methods_for(amount=Decimal(100), currency="PEN")

    assert method.quote is not None
    assert str(method.quote) == "USD 26.67"
    assert method.quote.rate == Decimal("3.75")


def test_who_has_not_seen_the_quote_does_not_pay_it(dollars: PaymentMethod) -> None:
    order = held_order()

    for seen in ("", "USD 26.66", "PEN 100.00"):
        with pytest.raises(QuoteChanged, match=r"US\$"):
            begin(order, agreed=seen)

    assert not Payment.objects.exists()


@pytest.mark.parametrize("rates", ["", "MXN 0.21", "USD 0", "USD three", "3.75"])
def test_without_a_rate_the_method_is_hidden(dollars: PaymentMethod, rates: str) -> None:
    with override_config(EXCHANGE_RATES=rates):
        assert methods_for(amount=Decimal(100), currency="PEN") == []
        with pytest.raises(MethodUnavailable):
            begin(held_order())


def test_money_in_the_quoted_currency_pays_the_order(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = captured(simulator)

    fact = LedgerEntry.objects.get()
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "paid"
    assert (fact.amount, fact.currency) == (Decimal(100), "PEN")
    assert (fact.provider_amount, fact.provider_currency) == (Decimal("26.67"), "USD")


def test_a_rate_that_changes_later_changes_nothing(dollars: PaymentMethod, simulator: Any) -> None:
    payment = begin(held_order())

    with override_config(EXCHANGE_RATES="USD 4.00"):
        simulator.bank.capture(payment.gateway_id)
        settle(payment.pk)

    payment.order.refresh_from_db()
    assert payment.order.payment_status == "paid"


def test_an_attempt_at_an_older_rate_is_closed_before_another_amount_is_agreed_to(
    dollars: PaymentMethod, simulator: Any
) -> None:
    old = begin(held_order())

    with override_config(EXCHANGE_RATES="USD 4.00"):
        new = begin(old.order, agreed="USD 25.00")

    old.refresh_from_db()
    assert (old.state, new.quoted_amount) == ("expired", Decimal(25))
    assert new.redirect_url != old.redirect_url


def test_a_cent_too_little_in_the_quoted_currency_goes_under_review(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = begin(held_order())

    simulator.bank.capture(payment.gateway_id, amount=2666)
    settle(payment.pk)

    payment.order.refresh_from_db()
    assert payment.order.payment_status == "review"


def test_parts_that_go_back_are_all_that_came_in_both_currencies(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = captured(simulator)

    for part in ("33.33", "33.33", "33.34"):
        give_back(payment, part)

    payment.refresh_from_db()
    refunds = simulator.bank.get(payment.gateway_id)["refunds"]
    assert (payment.refunded, payment.order.total) == (Decimal(100), Decimal(100))
    assert sum(refund["amount"] for refund in refunds) == 2667


def test_a_refund_at_the_provider_counts_in_the_orders_currency(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = captured(simulator)

    simulator.bank.refund(payment.gateway_id, {"amount": 1000, "reference": ""}, "dashboard")
    settle(payment.pk)

    payment.refresh_from_db()
    assert payment.refunded == Decimal("37.50")


@pytest.mark.parametrize(("cents", "worth"), [(1, "0.04"), (975, "36.56")])
def test_money_that_comes_again_goes_back_whole_after_a_refund_at_the_provider(
    dollars: PaymentMethod, simulator: Any, cents: int, worth: str
) -> None:
    payment = captured(simulator)
    simulator.bank.refund(payment.gateway_id, {"amount": cents, "reference": ""}, "dashboard")
    settle(payment.pk)

    for _again in range(2):
        simulator_pays_late(simulator, payment)
        settle(payment.pk)
        tasks.submit_refunds()

    payment.refresh_from_db()
    refunds = simulator.bank.get(payment.gateway_id)["refunds"]
    assert payment.refunded == 200 + Decimal(worth)
    assert sum(refund["amount"] for refund in refunds) == 2 * 2667 + cents


def test_what_was_paid_too_much_goes_back_whole_in_both_currencies(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = begin(held_order())
    simulator.bank.capture(payment.gateway_id, amount=3000)
    settle(payment.pk)
    accept_reviewed(payment.pk, actor_id=UserFactory.create().pk, note="All of it.")
    tasks.submit_refunds()

    give_back(payment, "100.00")

    refunds = simulator.bank.get(payment.gateway_id)["refunds"]
    payment.refresh_from_db()
    assert payment.refunded == payment.captured
    assert sum(refund["amount"] for refund in refunds) == 3000


def test_a_refund_of_ours_is_worth_what_we_asked_for_though_its_key_is_not_told(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = captured(simulator)
    [refund] = refund_automatically(payment.order_id, Decimal(10), reason="a test")
    Refund.objects.filter(pk=refund.pk).update(state=RefundState.SUBMITTED)
    truth = gateways.get("dollars").fetch(payment.gateway_id)
    told = RefundFact(
        **vars(fact(Decimal("2.67"))),
        state=RefundState.SUCCEEDED,
        key=None,
        capture=refund.capture_reference,
    )

    apply_snapshot(payment.pk, replace(truth, refunds=[told]))

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refunded) == (RefundState.SUCCEEDED, Decimal(10))


@given(
    amount=st.decimals("0.10", "99999.99", places=2),
    rate=st.decimals("0.01", "5000", places=4),
    cuts=st.lists(st.integers(1, 99), max_size=5),
)
def test_the_quote_is_worth_the_payment_and_its_parts_never_more(
    amount: Decimal, rate: Decimal, cuts: list[int]
) -> None:
    quoted = quantize(amount / rate, "USD")
    if quoted <= 0:
        return
    payment = Payment(
        amount=amount,
        currency="PEN",
        quoted_amount=quoted,
        quoted_currency="USD",
        quoted_rate=rate,
    )

    whole = quotes.worth(payment, fact(quoted))
    parts = [quotes.worth(payment, fact(quantize(quoted * cut / 100, "USD"))) for cut in cuts]

    assert whole == amount
    assert all(0 <= part <= amount for part in parts)


def fact(amount: Decimal) -> MoneyFact:
    return MoneyFact(reference="x", amount=amount, currency="USD", occurred_at=timezone.now())


def test_what_is_worth_nothing_at_the_provider_is_refused_and_never_sent_in_another_currency(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = captured(simulator)
    ask = partial(request_order_refund, payment.order_id, Decimal("0.01"), reason="")
    clerk = UserFactory.create()

    with pytest.raises(TooSmallToGiveBack, match="USD"):
        ask(actor_id=clerk.pk)
    refund_automatically(payment.order_id, Decimal("0.01"), reason="a test")
    assert not Refund.objects.exists()
    payment.refresh_from_db()
    assert payment.refund_reserved == 0

    [as_credit] = ask(actor_id=clerk.pk, as_credit=True)
    assert as_credit.provider_amount is None


def test_no_refund_of_nothing_at_the_provider_is_written_down(
    dollars: PaymentMethod, simulator: Any
) -> None:
    payment = captured(simulator)
    refund_automatically(payment.order_id, Decimal(10), reason="a test")

    refused("refund_positive_at_provider", "UPDATE payments_refund SET provider_amount = 0")
