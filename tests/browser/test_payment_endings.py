"""However the payment ends at the provider's page, the order is paid once or can be paid still."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Variant
from orders.models import Order
from orders.states import PaymentStatus
from payments import tasks
from payments.models import Payment, Refund
from payments.states import PaymentState, RefundState
from simulator import app
from simulator.server import Server
from tests.browser.steps import Shopper
from tests.payments.factories import ring

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_declined_payment_can_be_tried_again(phone: Page, chair: Variant) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)

    shopper.choose_at_the_bank("decline")
    expect(phone.locator(".notice--error")).to_be_visible()
    shopper.pay_again()
    shopper.choose_at_the_bank("approve")

    expect(phone.locator(".next-step--success")).to_be_visible()
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    states = Payment.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == [PaymentState.FAILED, PaymentState.CAPTURED]
    assert chair.stock_levels.get().committed == 1


def test_what_was_paid_twice_is_given_back(phone: Page, chair: Variant, provider: Server) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)

    shopper.choose_at_the_bank("twice")
    expect(phone.locator("h1")).to_contain_text("PED-")
    tasks.submit_refunds()
    ring(provider)
    tasks.process_webhooks()

    refund = Refund.objects.get()
    assert (refund.state, refund.amount) == (RefundState.SUCCEEDED, Decimal("110.00"))
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    assert chair.stock_levels.get().committed == 1


def test_money_that_comes_later_pays_the_order_by_webhook(
    phone: Page, chair: Variant, provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.SECONDS, "5", 1)
    shopper = Shopper(phone)
    shopper.order(chair)

    shopper.choose_at_the_bank("delay")
    expect(phone.locator(".next-step--info")).to_be_visible()
    status_meanwhile = Order.objects.get().payment_status
    phone.wait_for_timeout(1500)
    ring(provider)
    tasks.process_webhooks()
    phone.reload()

    assert status_meanwhile != PaymentStatus.PAID
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    expect(phone.locator("a[href*='/checkout/pay/']")).to_have_count(0)


def test_who_came_back_without_paying_can_still_pay(
    phone: Page, chair: Variant, provider: Server
) -> None:
    shopper = Shopper(phone)
    shopper.order(chair)

    shopper.choose_at_the_bank("abandon")
    expect(phone.locator(".next-step--warning")).to_be_visible()
    held_meanwhile = chair.stock_levels.get().reserved
    shopper.pay_again()
    shopper.choose_at_the_bank("approve")
    expect(phone.locator("h1")).to_contain_text("PED-")
    ring(provider)
    tasks.process_webhooks()
    phone.reload()

    expect(phone.locator(".next-step--success")).to_be_visible()
    assert held_meanwhile == 1
    assert Payment.objects.get().state == PaymentState.CAPTURED
    assert Order.objects.get().payment_status == PaymentStatus.PAID
