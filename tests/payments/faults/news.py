"""Faults of the news that a payment has been made, and of the time that it takes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order
from payments import tasks, webhooks
from payments.exceptions import OrderNotPayable, ProviderUnavailable
from payments.models import LedgerEntry, Payment, WebhookEvent, WebhookStatus
from payments.services.expire import expire_order
from payments.services.reconcile import reconcile
from payments.services.settle import settle
from payments.services.transfers import accept_reviewed
from tests.concurrency import at_once
from tests.payments.factories import held_order, return_path
from tests.payments.faults.cases import IN_THREADS, case
from tests.payments.steps import (
    HUNDRED,
    IN_REVIEW,
    PAID,
    UNPAID,
    begin,
    check_paid_once,
    give_back_all,
    later,
    money_of,
    ordered,
    ring,
    run_out,
    state_of,
)
from tests.providers.driver import Driver
from tests.providers.server import Fault


@case("webhook lost")
def webhook_lost(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    driver.knocks()

    later(minutes=2)
    tasks.poll_open()

    check_paid_once(driver, payment)


@case("webhook ten times")
def webhook_ten_times(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)

    for knock in driver.knocks():
        answers = [driver.post(knock).status_code for _ in range(10)]
        assert answers == [200] * 10
        tasks.process_webhooks()

    check_paid_once(driver, payment)


@case("webhooks in reverse order")
def webhooks_reversed(driver: Driver) -> None:
    payment = begin(driver)
    driver.decline(payment)
    driver.pay(payment)

    for knock in reversed(driver.knocks()):
        driver.post(knock)
        tasks.process_webhooks()

    check_paid_once(driver, payment)


@case("webhook three days late")
def webhook_days_late(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    ago = timezone.now() - timedelta(days=3)
    Order.objects.update(placed_at=ago, expires_at=ago + timedelta(minutes=30))
    later(days=3)
    tasks.expire_due()

    ring(driver)

    check_paid_once(driver, payment)


@case("webhook forged")
def webhook_forged(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)

    answers = [driver.post(driver.forge(knock)).status_code for knock in driver.knocks()]

    assert set(answers) == {400}
    assert not WebhookEvent.objects.exists()
    assert money_of(payment) == "unpaid"


@case("a cent too little")
def amount_too_small(driver: Driver) -> None:
    _pay_wrong(driver, amount=Decimal("99.99"))


@case("a cent too much")
def amount_too_large(driver: Driver) -> None:
    _pay_wrong(driver, amount=Decimal("100.01"))


def _pay_wrong(driver: Driver, **wrong: Any) -> Payment:
    payment = begin(driver)
    driver.pay_wrong(payment, **wrong)

    ring(driver)
    settle(payment.pk)

    assert state_of(payment) == IN_REVIEW
    assert LedgerEntry.objects.get().is_accepted is False
    return payment


@case("currency wrong")
def currency_wrong(driver: Driver) -> None:
    payment = _pay_wrong(driver, currency="EUR")

    with pytest.raises(OrderNotPayable, match="EUR"):
        accept_reviewed(payment.pk, actor_id=uuid4(), note="Ten are ten.")
    assert money_of(payment) == "review"


@case("order unknown")
def order_unknown(driver: Driver) -> None:
    payment = begin(driver)
    driver.knocks()

    answer = driver.post(driver.stranger())
    tasks.process_webhooks()
    assert WebhookEvent.objects.get().error == "No such payment here."
    for _ in range(webhooks.MAX_ATTEMPTS):
        tasks.process_webhooks()
        later(hours=2)

    assert answer.status_code == 200
    assert WebhookEvent.objects.get().status == WebhookStatus.FAILED
    assert money_of(payment) == "unpaid"
    assert not LedgerEntry.objects.exists()


@case("killed between the webhook and its work")
def killed_before_work(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    for knock in driver.knocks():
        driver.post(knock)
    while webhooks.claim():
        """A worker takes it and is killed."""

    later(hours=2)
    tasks.process_webhooks()

    check_paid_once(driver, payment)


@case("provider broken while it is asked")
def fetch_broken(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    driver.server.fail(driver.paths["fetch"], Fault.BROKEN, Fault.GARBAGE)

    ring(driver)
    for _ in range(4):
        later(hours=2)
        tasks.process_webhooks()
        tasks.poll_open()

    check_paid_once(driver, payment)


@case("provider asked in vain, in every way")
def asked_in_vain(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    driver.server.fail(driver.paths["fetch"], *Fault)

    for _ in Fault:
        with pytest.raises(ProviderUnavailable):
            settle(payment.pk)
        assert state_of(payment) == UNPAID
    settle(payment.pk)

    check_paid_once(driver, payment)


@case("return before the webhook")
def return_first(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)

    Client().get(f"{return_path(payment.order)}&status=failed&token=of-somebody-else")
    check_paid_once(driver, payment)
    ring(driver)

    check_paid_once(driver, payment)


@case("webhook without a return")
def webhook_alone(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)

    ring(driver)

    check_paid_once(driver, payment)


@case("webhook, return and clock at once", IN_THREADS)
def all_at_once(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    for knock in driver.knocks():
        driver.post(knock)
    later(minutes=2)
    ways: list[Callable[[], object]] = [
        tasks.process_webhooks,
        lambda: Client().get(return_path(payment.order)),
        tasks.poll_open,
    ] * 2

    at_once(lambda: ways.pop()() and None, times=6)
    later(hours=2)
    tasks.process_webhooks()

    check_paid_once(driver, payment)


@case("paid as the time ends")
def paid_at_the_last_moment(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    run_out(payment)

    assert expire_order(payment.order_id) is False

    check_paid_once(driver, payment)


@case("a night without webhooks")
def no_webhooks(driver: Driver) -> None:
    payments = [begin(driver) for _ in range(3)]
    for payment in payments:
        driver.pay(payment)
    driver.stranger()
    since = timezone.now() - timedelta(hours=1)

    if driver.gateway == "paypal":  # it lists what was taken, and only the shop takes it
        for payment in payments:
            driver.account.capture(payment.gateway_id)
    found = [each for each in reconcile(driver.gateway, since) if each.order]
    again = [each for each in reconcile(driver.gateway, since) if each.order]

    assert [each.kind for each in found] == ["missing_here"] * 3
    assert again == []
    assert [state_of(payment) for payment in payments] == [PAID] * 3


@case("paid after the time, unit there")
def late_with_stock(driver: Driver) -> None:
    payment = _expired(driver, units=2)

    driver.pay(payment)
    ring(driver)

    check_paid_once(driver, payment)


@case("paid after the time, unit gone")
def late_without_stock(driver: Driver) -> None:
    payment = _expired(driver, units=1)
    held_order(payment.order.lines.get().variant)

    driver.pay(payment)
    ring(driver)
    give_back_all()

    assert driver.refunded_total() == driver.paid_total() == HUNDRED
    assert money_of(payment) == "refunded"


def _expired(driver: Driver, units: int) -> Payment:
    payment = begin(driver, ordered(driver, units))
    run_out(payment)
    tasks.expire_due()
    assert Order.objects.get().status == "expired"
    driver.knocks()
    return payment
