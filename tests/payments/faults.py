"""What may go wrong between a shop, a shopper and a provider: one function for each fault."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order
from payments import services, tasks, webhooks
from payments.exceptions import ProviderUnavailable, RefundExceedsPayment
from payments.gateways import wire
from payments.models import LedgerEntry, Payment, Refund, WebhookEvent, WebhookStatus
from payments.states import PaymentState, RefundState
from simulator.wire import Fault
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.payments.factories import RETURN_URL, held_order, stocked_variant
from tests.payments.providers import Driver

HUNDRED = Decimal(100)
Case = Callable[[Driver], None]
CASES: dict[str, Case] = {}
IN_THREADS: dict[str, Case] = {}


def case(name: str, rows: dict[str, Case] = CASES) -> Callable[[Case], Case]:
    """Name a row of the matrix."""

    def keep(function: Case) -> Case:
        rows[name] = function
        return function

    return keep


def ordered(driver: Driver, units: int = 5) -> Order:
    """A pending order over 100.00 in a currency that the provider takes; its unit is held."""
    order = held_order(stocked_variant(units))
    Order.objects.filter(pk=order.pk).update(currency=driver.currency)
    order.refresh_from_db()
    return order


def begin(driver: Driver, order: Order | None = None) -> Payment:
    order = order or ordered(driver)
    return services.start(order.pk, driver.method().code, return_url=RETURN_URL)


def paid(driver: Driver) -> Payment:
    payment = begin(driver)
    driver.pay(payment)
    driver.knocks()
    return services.settle(payment.pk)


def ring(driver: Driver) -> None:
    """Every webhook that waits comes, and the worker works off what can be."""
    for knock in driver.knocks():
        driver.post(knock)
    tasks.process_webhooks()


def later(**passed: int) -> None:
    """So much time goes by, for all that waits to be asked or tried again."""
    ago = timezone.now() - timedelta(**passed)
    Payment.objects.update(checked_at=ago)
    Payment.objects.filter(state=PaymentState.CREATING).update(created_at=ago)
    Refund.objects.filter(submitted_at__isnull=False).update(submitted_at=ago)
    WebhookEvent.objects.filter(status=WebhookStatus.RECEIVED).update(due_at=ago)


def ask_back(payment: Payment) -> Refund:
    """A customer is given 30.00 back: one of the staff asks, another lets it go."""
    clerk, chief = UserFactory.create(), UserFactory.create()
    refund = services.request_refund(
        payment.pk, Decimal(30), reason="a scratch", requested_by=clerk.pk
    )
    return services.approve_refund(refund.pk, actor_id=chief.pk)


def give_back_all() -> None:
    """The worker sends what is approved and asks about what is pending."""
    tasks.submit_refunds()
    later(minutes=2)
    tasks.submit_refunds()


def money_of(payment: Payment) -> str:
    return Order.objects.get(pk=payment.order_id).payment_status


def check_paid_once(driver: Driver, payment: Payment) -> None:
    captures = LedgerEntry.objects.filter(payment=payment, kind="capture")
    assert money_of(payment) == "paid"
    assert [entry.amount for entry in captures] == [HUNDRED]
    assert driver.paid_total() == HUNDRED
    assert driver.refunded_total() == 0


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
    services.settle(payment.pk)

    assert money_of(payment) == "review"


@case("currency wrong")
def currency_wrong(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay_wrong(payment, currency="EUR")

    ring(driver)
    services.settle(payment.pk)

    assert money_of(payment) == "review"


@case("order unknown")
def order_unknown(driver: Driver) -> None:
    payment = begin(driver)
    driver.knocks()

    answer = driver.post(driver.stranger())
    for _ in range(webhooks.MOST_ATTEMPTS + 1):
        tasks.process_webhooks()
        later(hours=2)

    assert answer.status_code == 200
    assert WebhookEvent.objects.get().status in (WebhookStatus.FAILED, WebhookStatus.IGNORED)
    assert money_of(payment) == "unpaid"
    assert not LedgerEntry.objects.exists()


@case("opening answered 500")
def opening_broken(driver: Driver) -> None:
    _open_through(driver, Fault.BROKEN)


@case("opening cut after it was done")
def opening_cut(driver: Driver) -> None:
    _open_through(driver, Fault.CUT)


def _open_through(driver: Driver, fault: Fault) -> None:
    order = ordered(driver)
    driver.server.fail(driver.path_of("start"), fault)
    with pytest.raises(ProviderUnavailable):
        begin(driver, order)

    payment = begin(driver, order)
    driver.pay(payment)
    ring(driver)

    assert Payment.objects.count() == 1
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

    payment = begin(driver, order)
    driver.pay(payment)
    ring(driver)

    assert Payment.objects.count() == 1
    check_paid_once(driver, payment)


@case("killed before the provider was asked")
def killed_before_asking(driver: Driver) -> None:
    _killed(driver, Fault.REFUSED)


@case("killed before the answer was saved")
def killed_before_saving(driver: Driver) -> None:
    _killed(driver, Fault.CUT)


def _killed(driver: Driver, fault: Fault) -> None:
    """The attempt is written down and nobody is left who waits: the clock goes on."""
    driver.server.fail(driver.path_of("start"), fault)
    with suppress(ProviderUnavailable):
        begin(driver)

    later(minutes=2)
    tasks.poll_open()

    payment = Payment.objects.get()
    assert payment.state == PaymentState.OPEN
    driver.pay(payment)
    ring(driver)
    check_paid_once(driver, payment)


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


@case("ten clicks at once", IN_THREADS)
def ten_clicks(driver: Driver) -> None:
    order, method = ordered(driver), driver.method()

    def click() -> str:
        return services.start(order.pk, method.code, return_url=RETURN_URL).redirect_url

    pages = {page for page in at_once(click, times=10) if page}

    assert len(pages) == 1
    assert Payment.objects.count() == 1
    driver.pay(Payment.objects.get())
    ring(driver)
    check_paid_once(driver, Payment.objects.get())


@case("return without a webhook")
def return_alone(driver: Driver) -> None:
    payment = begin(driver)
    driver.pay(payment)
    driver.knocks()

    Client().get(f"/payments/return/{payment.order.number}/?status=failed")

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
        lambda: Client().get(f"/payments/return/{payment.order.number}/"),
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

    at_once(lambda: services.submit_refund(refund.pk).number, times=4)
    give_back_all()

    assert driver.refunded_total() == Decimal(30)


@case("refund cut after it was done")
def refund_cut(driver: Driver) -> None:
    payment = paid(driver)
    refund = ask_back(payment)
    driver.server.fail(driver.path_of("refund"), Fault.CUT)
    with suppress(ProviderUnavailable):
        services.submit_refund(refund.pk)

    later(minutes=2)
    give_back_all()

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert driver.refunded_total() == Decimal(30)
    assert money_of(payment) == "partially_refunded"
