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
from payments import gateways, services, tasks
from payments.exceptions import ProviderUnavailable
from payments.models import Dispute, GatewayLogSpool, LedgerEntry, Payment, Refund
from payments.states import DisputeState, PaymentState, RefundState
from simulator.wire import Fault
from tests.accounts.factories import UserFactory
from tests.payments import judge_mercadopago as judge
from tests.payments.factories import held_order, pay, stocked_variant
from tests.payments.providers.mercadopago import SECRET, TOKEN, MercadoPagoDriver, trading

pytestmark = pytest.mark.django_db


@pytest.fixture
def mercadopago(settings: Any) -> Iterator[MercadoPagoDriver]:
    with trading(settings) as driver:
        yield driver
        assert not judge.is_here() or judge.faults_of(driver.server.exchanges) == []


def begin(order: Order | None = None) -> tuple[Order, Payment]:
    """An order and its attempt, its page opened."""
    order = order or held_order()
    return order, pay(order, "mercadopago", gateway="mercadopago")


def paid(mercadopago: MercadoPagoDriver) -> tuple[Order, Payment, int]:
    """An order that is paid, and the number of the payment at Mercado Pago."""
    order, payment = begin()
    payment_id = mercadopago.account.pay(payment.gateway_id)["id"]
    services.settle(payment.pk)
    return order, payment, payment_id


def ring(driver: MercadoPagoDriver) -> list[int]:
    """Bring the shop every webhook that waits, and let the worker see to them."""
    answers = [driver.post(knock).status_code for knock in driver.knocks()]
    tasks.process_webhooks()
    return answers


def outcome(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status


def asked_back(payment: Payment, amount: str) -> Refund:
    """A refund that staff have asked for and approved."""
    refund = services.request_refund(payment.pk, Decimal(amount), reason="broken")
    return services.approve_refund(refund.pk, actor_id=UserFactory.create().pk)


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

    back = requests.post(page, data={"action": "pay"}, allow_redirects=False, timeout=5)
    Client().get(back.headers["Location"])
    ring(mercadopago)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert LedgerEntry.objects.filter(payment=payment).count() == 1


def test_what_the_address_of_the_return_claims_counts_for_nothing(mercadopago):
    order, payment = begin()

    Client().get(f"/payments/return/{order.number}/?status=approved&payment_id=1")

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
    payment = services.settle(payment.pk)
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

    services.settle(payment.pk)

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
    payment = services.settle(payment.pk)

    assert payment.state == PaymentState.REVIEW
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.REVIEW)
    assert LedgerEntry.objects.get().is_accepted is False


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
    assert services.expire_order(order.pk)

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
    assert services.expire_order(order.pk)
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
    services.settle(payment.pk)

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
        services.settle(payment.pk)
    assert outcome(order) == (OrderStatus.PENDING, PaymentStatus.UNPAID)
    services.settle(payment.pk)

    assert outcome(order) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


def test_a_refund_whose_answer_is_lost_is_made_once(mercadopago):
    _order, payment, _ = paid(mercadopago)
    refund = asked_back(payment, "30.00")
    mercadopago.server.fail(mercadopago.path_of("refund"), Fault.CUT)

    tasks.submit_refunds()
    Refund.objects.update(submitted_at=timezone.now() - timedelta(minutes=5))
    tasks.submit_refunds()

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert mercadopago.refunded_total() == payment.refunded == Decimal(30)


def test_news_of_a_refund_whose_answer_was_lost_is_news_of_that_refund(mercadopago):
    _, payment, _ = paid(mercadopago)
    refund = asked_back(payment, "30.00")
    mercadopago.server.fail(mercadopago.path_of("refund"), Fault.CUT)
    tasks.submit_refunds()

    ring(mercadopago)

    payment.refresh_from_db()
    assert Refund.objects.get() == refund
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert payment.refund_reserved == payment.refunded == Decimal(30)


def test_a_refund_in_the_dashboard_is_not_taken_for_ours(mercadopago):
    order, payment, payment_id = paid(mercadopago)

    mercadopago.account.refund_in_dashboard(payment_id, Decimal(40))
    ring(mercadopago)

    payment.refresh_from_db()
    assert Refund.objects.get().state == RefundState.EXTERNAL
    assert (payment.refunded, payment.refund_reserved) == (Decimal(40), Decimal(40))
    assert outcome(order)[1] == PaymentStatus.PARTIALLY_REFUNDED


def test_a_refund_that_the_provider_refuses_gives_its_room_back(mercadopago):
    _order, payment, payment_id = paid(mercadopago)
    refund = asked_back(payment, "80.00")
    mercadopago.account.refund_in_dashboard(payment_id, Decimal(40))

    tasks.submit_refunds()
    services.settle(payment.pk)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert mercadopago.refunded_total() == payment.refunded == Decimal(40)


def test_a_refund_that_hangs_and_fails_leaves_the_order_paid(mercadopago):
    order, payment, payment_id = paid(mercadopago)
    mercadopago.account.refunds_wait = True
    refund = asked_back(payment, "100.00")
    tasks.submit_refunds()
    refund.refresh_from_db()
    assert refund.state == RefundState.PENDING

    made = mercadopago.account.payments[payment_id]["refunds"][0]
    mercadopago.account.finish_refund(made["id"], is_given=False)
    ring(mercadopago)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refund_reserved) == (RefundState.FAILED, 0)
    assert outcome(order)[1] == PaymentStatus.PAID


@pytest.mark.parametrize(
    ("is_won", "state", "kept"), [(True, "won", Decimal(100)), (False, "lost", Decimal(0))]
)
def test_a_chargeback_takes_the_money_and_gives_it_back_only_if_won(
    mercadopago, is_won, state, kept
):
    _order, payment, payment_id = paid(mercadopago)
    case = mercadopago.account.charge_back(payment_id)
    ring(mercadopago)
    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE
    assert net(payment) == 0

    mercadopago.account.answer_chargeback(case["id"])
    ring(mercadopago)
    assert Dispute.objects.get().state == DisputeState.UNDER_REVIEW
    mercadopago.account.close_chargeback(case["id"], is_won=is_won)
    ring(mercadopago)

    assert Dispute.objects.get().state == state
    assert net(payment) == kept


def test_a_complaint_at_mercado_pago_moves_no_money_by_itself(mercadopago):
    order, payment, payment_id = paid(mercadopago)

    mercadopago.account.mediate(payment_id)
    ring(mercadopago)
    payment.refresh_from_db()
    assert (payment.state, payment.error_message) == ("captured", "in_mediation: pending")
    mercadopago.account.mediate(payment_id, is_over=True)
    ring(mercadopago)

    payment.refresh_from_db()
    assert payment.error_message == ""
    assert outcome(order)[1] == PaymentStatus.PAID


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


def test_no_log_knows_a_secret_or_the_shopper(mercadopago, caplog):
    order, _payment, _ = paid(mercadopago)
    ring(mercadopago)

    written = repr(list(GatewayLogSpool.objects.values_list("entry", flat=True))) + caplog.text
    assert "external_reference" in written
    for hidden in (TOKEN, SECRET, order.email):
        assert hidden not in written


def let_time_run_out(order: Order, payment: Payment, mercadopago: MercadoPagoDriver) -> None:
    """For the shop and for the page alike."""
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.filter(pk=order.pk).update(expires_at=past)
    mercadopago.account.preferences[payment.gateway_id]["expiration_date_to"] = past.isoformat()


def order_of(payment: Payment) -> Order:
    return Order.objects.get(pk=payment.order_id)


def net(payment: Payment) -> Decimal:
    """What the ledger says we keep."""
    rows = LedgerEntry.objects.filter(payment=payment)
    signs = {"refund": -1, "chargeback": -1}
    return sum((row.amount * signs.get(row.kind, 1) for row in rows), start=Decimal(0))
