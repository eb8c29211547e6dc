"""Faults of the news that a payment has been made, and of the time that it takes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order
from payments import tasks, webhooks
from payments.exceptions import OrderNotPayable
from payments.models import LedgerEntry, Payment, WebhookEvent, WebhookStatus
from payments.services.settle import settle
from payments.services.transfers import accept_reviewed
from tests.concurrency import at_once
from tests.payments.factories import held_order, return_path
from tests.payments.faults.common import (
    HUNDRED,
    IN_THREADS,
    begin,
    case,
    check_paid_once,
    give_back_all,
    later,
    money_of,
    ordered,
    ring,
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


@case("amount wrong")
def amount_wrong(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay_wrong(payment, amount=Decimal("99.99"))

    ring(driver)
    settle(payment.pk)

    assert money_of(payment) == "review"


@case("currency wrong")
def currency_wrong(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay_wrong(payment, currency="EUR")

    ring(driver)
    settle(payment.pk)

    with pytest.raises(OrderNotPayable, match="EUR"):
        accept_reviewed(payment.pk, actor_id=uuid4(), note="Ten are ten.")
    assert money_of(payment) == "review"


@case("order unknown")
def order_unknown(driver: Driver) -> None:
    payment = begin(driver)
    driver.knocks()

    answer = driver.post(driver.stranger())
    for _ in range(webhooks.MAX_ATTEMPTS + 1):
        tasks.process_webhooks()
        later(hours=2)

    assert answer.status_code == 200
    assert WebhookEvent.objects.get().status in (WebhookStatus.FAILED, WebhookStatus.IGNORED)
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
    driver.server.fail(driver.path_of("fetch"), Fault.BROKEN, Fault.GARBAGE)

    ring(driver)
    for _ in range(4):
        later(hours=2)
        tasks.process_webhooks()
        tasks.poll_open()

    check_paid_once(driver, payment)


@case("return without a webhook")
def return_alone(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    driver.knocks()

    Client().get(f"{return_path(payment.order)}&status=failed")

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
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.expire_due()
    assert Order.objects.get().status == "expired"
    driver.knocks()
    return payment
