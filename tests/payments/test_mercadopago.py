"""Mercado Pago from the order to its money: the real library against the simulated provider."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from django.test import Client
from django.utils import timezone

from inventory.selectors import available_quantities
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from payments import gateways, tasks
from payments.exceptions import ProviderUnavailable
from payments.models import (
    GatewayLogSpool,
    LedgerEntry,
    Payment,
    Refund,
    WebhookEvent,
)
from payments.services.expire import expire_order
from payments.services.reconcile import reconcile
from payments.services.settle import settle
from payments.states import PaymentState, RefundState
from tests.payments.factories import held_order, return_path, stocked_variant
from tests.payments.mercadopago import begin, let_time_run_out, outcome, paid, ring
from tests.providers.mercadopago import judge
from tests.providers.mercadopago.driver import SECRET, TOKEN, MercadoPagoDriver, trading
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


@pytest.fixture
def mercadopago(settings: Any) -> Iterator[MercadoPagoDriver]:
    with trading(settings) as driver:
        yield driver
        assert judge.faults_of(driver.server.exchanges) == []


def test_a_payment_makes_the_order_paid_by_its_webhook_alone(mercadopago):
    order, payment = begin()

    mercadopago.pay(payment)
    answers = ring(mercadopago)

    payment.refresh_from_db()
    assert answers == [200, 200]
    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert (payment.state, payment.fee) == (PaymentState.CAPTURED, Decimal("3.99"))
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")


def test_who_returns_before_the_webhook_finds_the_order_paid(mercadopago):
    order, payment = begin()
    page = payment.redirect_url

    back = requests.post(page, data={"action": "approve"}, allow_redirects=False, timeout=5)
    Client().get(back.headers["Location"])
    ring(mercadopago)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert LedgerEntry.objects.filter(payment=payment).count() == 1


def test_what_the_address_of_the_return_claims_counts_for_nothing(mercadopago):
    order, payment = begin()

    Client().get(f"{return_path(order)}&status=approved&payment_id=1")

    payment.refresh_from_db()
    assert payment.state == PaymentState.OPEN
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.UNPAID)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GARBAGE])
def test_an_opening_without_an_answer_is_asked_again_and_opens_one_page(mercadopago, fault):
    order = held_order()
    mercadopago.method()
    mercadopago.server.fail(mercadopago.path_of("start"), fault)

    with pytest.raises(ProviderUnavailable):
        begin(order)
    _, payment = begin(order)

    assert mercadopago.objects() == 1
    assert payment.gateway_id in mercadopago.account.preferences


def test_after_two_declines_the_third_card_pays_on_the_same_page(mercadopago):
    order, payment = begin()
    mercadopago.decline(payment)
    mercadopago.decline(payment)
    payment = settle(payment.pk)
    assert (payment.state, payment.error_code) == (
        PaymentState.OPEN,
        "cc_rejected_insufficient_amount",
    )

    _, again = begin(order)
    mercadopago.pay(again)
    ring(mercadopago)

    assert again.pk == payment.pk
    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert LedgerEntry.objects.count() == 1


def test_of_two_payments_on_one_page_the_second_goes_back_by_itself(mercadopago):
    order, payment = begin()
    requests.post(payment.redirect_url, data={"action": "twice"}, allow_redirects=False, timeout=5)

    ring(mercadopago)
    tasks.submit_refunds()
    ring(mercadopago)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert mercadopago.paid_total() == Decimal(200)
    assert mercadopago.refunded_total() == Decimal(100)
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_only_a_page_after_page_of_tries_shows_the_one_that_paid(mercadopago):
    order, payment = begin()
    for _ in range(60):
        mercadopago.decline(payment)
    mercadopago.pay(payment)

    settle(payment.pk)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


@pytest.mark.parametrize(
    "changes",
    [
        {"transaction_amount": 99.99},
        {"currency_id": "MXN"},
        {"collector_id": 987654321},
        {"live_mode": False},
    ],
)
def test_money_that_is_not_what_was_asked_is_looked_at_by_staff(mercadopago, changes):
    order, payment = begin()

    mercadopago.account.pay(payment.gateway_id, **changes)
    payment = settle(payment.pk)

    assert payment.state == PaymentState.REVIEW
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.REVIEW)
    assert LedgerEntry.objects.get().is_accepted is False


@pytest.mark.parametrize(("is_live", "status"), [(False, "paid"), (True, "review")])
def test_with_test_keys_only_test_money_counts(settings, is_live, status):
    with trading(settings, token=TOKEN.replace("APP_USR", "TEST")) as mercadopago:
        order, payment = begin()
        mercadopago.account.pay(payment.gateway_id, live_mode=is_live)

        settle(payment.pk)

        assert outcome(order)[1] == status


def test_cash_that_comes_days_later_pays_the_order(mercadopago):
    order, payment = begin()
    promised = mercadopago.account.pay_later(payment.gateway_id)
    ring(mercadopago)
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.PENDING)

    mercadopago.account.settle(promised["id"])
    ring(mercadopago)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


def test_cash_that_never_comes_gives_the_unit_free(mercadopago):
    variant = stocked_variant(1)
    order, payment = begin(held_order(variant))
    promised = mercadopago.account.pay_later(payment.gateway_id)
    ring(mercadopago)
    let_time_run_out(order, payment, mercadopago)

    mercadopago.account.settle(promised["id"], is_paid=False)
    ring(mercadopago)
    assert expire_order(order.pk)

    payment.refresh_from_db()
    assert payment.state == PaymentState.FAILED
    assert order_of(payment).status == OrderStatus.EXPIRED
    assert available_quantities([variant.pk])[variant.pk] == 1


@pytest.mark.parametrize(("units", "status"), [(2, "confirmed"), (1, "expired")])
def test_money_after_the_time_pays_if_the_unit_can_be_had_and_goes_back_if_not(
    mercadopago, units, status
):
    variant = stocked_variant(units)
    order, payment = begin(held_order(variant))
    let_time_run_out(order, payment, mercadopago)
    assert expire_order(order.pk)
    assert not mercadopago.account.is_open(payment.gateway_id)
    held_order(variant)

    mercadopago.pay(payment)
    ring(mercadopago)
    tasks.submit_refunds()

    assert outcome(order)[0] == status
    kept = mercadopago.paid_total() - mercadopago.refunded_total()
    assert kept == (Decimal(100) if status == "confirmed" else 0)


def test_a_card_that_is_only_authorized_is_charged_once(mercadopago):
    order, payment = begin()
    held = mercadopago.account.authorize(payment.gateway_id)

    ring(mercadopago)
    settle(payment.pk)

    assert mercadopago.account.payments[held["id"]]["status"] == "approved"
    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    asked = [each.request.method for each in mercadopago.server.exchanges]
    assert asked.count("PUT") == 1


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.BUSY, Fault.CONFLICT, Fault.REFUSED])
def test_while_mercado_pago_fails_nothing_changes_and_later_all_is_well(mercadopago, fault):
    order, payment = begin()
    mercadopago.pay(payment)
    mercadopago.server.fail(mercadopago.path_of("fetch"), fault)

    with pytest.raises(ProviderUnavailable):
        settle(payment.pk)
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.UNPAID)
    settle(payment.pk)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


def test_the_providers_own_list_tells_of_what_no_webhook_told(mercadopago):
    _, payment = begin()
    mercadopago.account.pay(payment.gateway_id)
    mercadopago.account.pay(payment.gateway_id)
    mercadopago.account.pay(payment.gateway_id, external_reference="")

    gateway = gateways.get("mercadopago")
    found = list(gateway.changed_since(timezone.now() - timedelta(hours=1)))
    later = list(gateway.changed_since(timezone.now() + timedelta(hours=1)))

    assert [truth.reference for _, truth in found] == [payment.number]
    assert [len(truth.captures) for _, truth in found] == [2]
    assert later == []


def test_what_reconciling_finds_is_written_onto_the_payment_of_that_reference(mercadopago):
    order, payment = begin()
    mercadopago.pay(payment)
    never_opened = begin_in_vain(mercadopago)
    since = timezone.now() - timedelta(hours=1)

    found = [(each.kind, each.payment) for each in reconcile("mercadopago", since)]
    again = list(reconcile("mercadopago", since))

    assert found == [("missing_here", payment.number)]
    assert again == []
    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert outcome(never_opened) == (OrderStatus.PENDING, PaymentStatus.UNPAID)


def test_a_payment_that_the_list_does_not_show_yet_is_come_back_for(mercadopago):
    order, payment = begin()
    payment_id = mercadopago.account.pay(payment.gateway_id)["id"]
    mercadopago.account.unlisted.add(payment_id)
    ring(mercadopago)
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.UNPAID)

    mercadopago.account.unlisted.clear()
    WebhookEvent.objects.update(due_at=timezone.now())
    tasks.process_webhooks()

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


def test_no_log_knows_a_secret_or_the_shopper(mercadopago, caplog):
    order, _payment, _ = paid(mercadopago)
    ring(mercadopago)

    written = repr(list(GatewayLogSpool.objects.values_list("entry", flat=True))) + caplog.text
    assert "external_reference" in written
    for hidden in (TOKEN, SECRET, order.email):
        assert hidden not in written


def begin_in_vain(mercadopago: MercadoPagoDriver) -> Order:
    """An order whose page could not be opened."""
    order = held_order()
    mercadopago.server.fail(mercadopago.path_of("start"), Fault.BROKEN)
    with pytest.raises(ProviderUnavailable):
        begin(order)
    return order


def order_of(payment: Payment) -> Order:
    return Order.objects.get(pk=payment.order_id)
