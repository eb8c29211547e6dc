"""Faults while a payment is opened."""

from contextlib import suppress

import pytest

from payments import tasks
from payments.exceptions import ProviderUnavailable
from payments.gateways import wire
from payments.models import Payment
from payments.services.start import start_attempt
from payments.states import PaymentState
from tests.concurrency import at_once
from tests.payments.factories import RETURN_URL
from tests.payments.faults.cases import IN_THREADS, case
from tests.payments.steps import (
    begin,
    check_paid_once,
    later,
    ordered,
    ring,
)
from tests.providers.driver import Driver
from tests.providers.server import Fault


@case("opening answered 500")
def opening_broken(driver: Driver) -> None:
    _open_through(driver, Fault.BROKEN)


@case("opening cut after it was done, and answered with garbage")
def opening_cut(driver: Driver) -> None:
    _open_through(driver, Fault.CUT, Fault.GARBAGE)


def _open_through(driver: Driver, *faults: Fault) -> None:
    order = ordered(driver)
    driver.server.fail(driver.paths["start"], *faults)
    for _ in faults:
        with pytest.raises(ProviderUnavailable):
            begin(driver, order)

    _pay_the_one_page(driver, begin(driver, order))


def _pay_the_one_page(driver: Driver, payment: Payment) -> None:
    assert Payment.objects.get() == payment
    if driver.is_idempotent:
        assert driver.objects() == 1
    driver.pay(payment)
    ring(driver)
    check_paid_once(driver, payment)


@case("opening without an answer in time")
def opening_hangs(driver: Driver) -> None:
    order = ordered(driver)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "TIMEOUT", (0.3, 0.3))
        driver.server.slowness = 1
        with pytest.raises(ProviderUnavailable):
            begin(driver, order)
        driver.server.slowness = 0

    _pay_the_one_page(driver, begin(driver, order))


@case("killed before the provider was asked")
def killed_before_asking(driver: Driver) -> None:
    _killed(driver, Fault.REFUSED)


@case("killed before the answer was saved")
def killed_before_saving(driver: Driver) -> None:
    _killed(driver, Fault.CUT)


def _killed(driver: Driver, fault: Fault) -> None:
    """The attempt is written down and nobody is left who waits: the clock goes on."""
    driver.server.fail(driver.paths["start"], fault)
    with suppress(ProviderUnavailable):
        begin(driver)

    later(minutes=2)
    tasks.poll_open()

    payment = Payment.objects.get()
    assert payment.state == PaymentState.OPEN
    _pay_the_one_page(driver, payment)


@case("ten clicks at once", IN_THREADS)
def ten_clicks(driver: Driver) -> None:
    order, method = ordered(driver), driver.method()

    def click() -> str:
        return start_attempt(order.pk, method.code, return_url=RETURN_URL).redirect_url

    pages = {page for page in at_once(click, times=10) if page}

    assert len(pages) == 1
    _pay_the_one_page(driver, Payment.objects.get())
