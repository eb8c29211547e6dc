"""Faults while money goes back."""

from contextlib import suppress
from decimal import Decimal

from payments import tasks
from payments.exceptions import ProviderUnavailable, RefundExceedsPayment
from payments.models import Refund, WebhookEvent
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle
from payments.states import RefundState
from tests.concurrency import at_once
from tests.payments.faults.cases import IN_THREADS, case
from tests.payments.steps import (
    HUNDRED,
    ask_back,
    begin,
    give_back_all,
    later,
    money_of,
    paid,
    ring,
)
from tests.providers.driver import Driver
from tests.providers.server import Fault


@case("twelve refunds at once", IN_THREADS)
def refunds_at_once(driver: Driver) -> None:
    payment = paid(driver)

    def ask() -> bool:
        try:
            ask_back(payment)
        except RefundExceedsPayment:
            return False
        return True

    assert at_once(ask, times=12).count(True) == 3
    for _ in range(3):
        give_back_all()
    assert driver.refunded_total() == Decimal(90)
    assert money_of(payment) == "partially_refunded"


@case("two workers send one refund", IN_THREADS)
def refund_sent_twice(driver: Driver) -> None:
    payment = paid(driver)
    refund = ask_back(payment)

    at_once(lambda: submit_refund(refund.pk).number, times=4)
    give_back_all()

    assert driver.refunded_total() == Decimal(30)


@case("refund cut after it was done")
def refund_cut(driver: Driver) -> None:
    _refund_through(driver, Fault.CUT)


@case("refund answered with garbage")
def refund_garbage(driver: Driver) -> None:
    _refund_through(driver, Fault.GARBAGE)


@case("refund cut after it was done, its key forgotten")
def refund_cut_for_days(driver: Driver) -> None:
    _refund_through(driver, Fault.CUT, days=2)


def _refund_through(driver: Driver, fault: Fault, *, days: int = 0) -> None:
    payment = paid(driver)
    refund = ask_back(payment)
    driver.server.fail(driver.paths["refund"], fault)
    with suppress(ProviderUnavailable):
        submit_refund(refund.pk)
    if days:
        driver.forget_keys()

    later(days=days, minutes=2)
    give_back_all()

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert driver.refunded_total() == Decimal(30)
    assert money_of(payment) == "partially_refunded"


@case("refund made at the provider")
def refunded_there(driver: Driver) -> None:
    payment = paid(driver)

    driver.refund_there(payment, Decimal(40))
    ring(driver)

    payment.refresh_from_db()
    assert Refund.objects.get().state == RefundState.EXTERNAL
    assert payment.refunded == payment.refund_reserved == Decimal(40)
    assert money_of(payment) == "partially_refunded"


@case("refund made at the provider, news reversed ten times")
def refund_news_reversed(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    settle(payment.pk)
    driver.refund_there(payment, Decimal(40))
    knocks = driver.knocks()

    for knock in [*reversed(knocks)] * 10:
        assert driver.post(knock).status_code == 200
        tasks.process_webhooks()

    payment.refresh_from_db()
    assert WebhookEvent.objects.count() == len(knocks)
    assert (payment.captured, payment.refunded) == (HUNDRED, Decimal(40))
    assert Refund.objects.get().state == RefundState.EXTERNAL


@case("refund refused: made at the provider meanwhile")
def refund_refused(driver: Driver) -> None:
    payment = paid(driver)
    refund = ask_back(payment, 30)
    driver.refund_there(payment, Decimal(80))

    tasks.submit_refunds()
    ring(driver)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert driver.refunded_total() == payment.refunded == payment.refund_reserved == Decimal(80)
