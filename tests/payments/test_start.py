"""Beginning to pay: one attempt, one page, no matter who clicks and however often."""

from decimal import Decimal

import pytest

from orders.states import OrderStatus, PaymentStatus
from payments.exceptions import OrderNotPayable, ProviderUnavailable, ReferenceUsed
from payments.models import GatewayLogSpool, MethodType, Payment
from payments.services.transfers import record_manual_capture
from payments.states import PaymentState
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.orders.factories import had_delivery
from tests.payments.factories import held_order, pay
from tests.payments.steps import captured

MANUAL = {"gateway": "manual", "commission_fixed": 0, "commission_percent": 0}


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_lead_to_one_page(simulator):
    order = held_order()
    pay(held_order())

    pages = at_once(lambda: pay(order).redirect_url, times=10)

    assert len(set(pages)) == 1
    assert Payment.objects.filter(order=order).count() == 1


@pytest.mark.django_db
def test_another_method_closes_the_first_attempt_at_its_provider(simulator):
    order = held_order()
    first = pay(order)

    second = pay(order, "wallet", type=MethodType.WALLET)

    first.refresh_from_db()
    assert first.state == PaymentState.EXPIRED
    assert simulator.bank.get(first.gateway_id)["status"] == "expired"
    assert second.state == PaymentState.OPEN


@pytest.mark.django_db
def test_a_provider_that_is_away_leaves_an_attempt_that_the_same_request_completes(
    simulator, settings
):
    order = held_order()
    settings.SIMULATOR_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(ProviderUnavailable):
        pay(order)
    settings.SIMULATOR_API_BASE = simulator.url

    payment = pay(order)

    assert payment.state == PaymentState.OPEN
    assert Payment.objects.count() == 1
    assert GatewayLogSpool.objects.filter(entry__error__isnull=False).exists()


@pytest.mark.django_db
def test_a_paid_order_is_not_paid_again(simulator):
    order = held_order()
    captured(simulator, order)

    with pytest.raises(OrderNotPayable):
        pay(order)


@pytest.mark.django_db
def test_a_transfer_waits_for_staff_and_each_bank_reference_counts_once(simulator):
    order, other = held_order(), held_order()
    clerk = UserFactory.create()
    payments = [
        pay(each, "transfer", type=MethodType.BANK_TRANSFER, **MANUAL) for each in (order, other)
    ]
    order.refresh_from_db()
    assert (payments[0].redirect_url, order.payment_status) == ("", PaymentStatus.PENDING)

    record_manual_capture(
        payments[0].pk, amount=Decimal(100), bank_reference="OP-77", actor_id=clerk.pk
    )
    with pytest.raises(ReferenceUsed):
        record_manual_capture(
            payments[1].pk, amount=Decimal(100), bank_reference="OP-77", actor_id=clerk.pk
        )

    order.refresh_from_db()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


@pytest.mark.django_db
def test_cash_on_delivery_confirms_the_order_before_its_money(simulator):
    order = held_order()
    had_delivery(order.customer)

    pay(order, "cash", type=MethodType.CASH_ON_DELIVERY, **MANUAL)

    order.refresh_from_db()
    assert (order.status, order.may_ship, order.paid_at) == (OrderStatus.CONFIRMED, True, None)
