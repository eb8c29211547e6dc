"""Faults while money goes back."""

from contextlib import suppress
from decimal import Decimal

from payments.exceptions import ProviderUnavailable, RefundExceedsPayment
from payments.services.send_refunds import submit_refund
from payments.states import RefundState
from tests.concurrency import at_once
from tests.payments.faults.common import (
    IN_THREADS,
    ask_back,
    case,
    give_back_all,
    later,
    money_of,
    paid,
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
    payment = paid(driver)
    refund = ask_back(payment)
    driver.server.fail(driver.path_of("refund"), Fault.CUT)
    with suppress(ProviderUnavailable):
        submit_refund(refund.pk)

    later(minutes=2)
    give_back_all()

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert driver.refunded_total() == Decimal(30)
    assert money_of(payment) == "partially_refunded"
