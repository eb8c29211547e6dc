"""What every fault needs: an order, a payment, time that passes, and the check at the end."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from orders.models import Order
from payments import tasks
from payments.models import LedgerEntry, Payment, Refund, WebhookEvent, WebhookStatus
from payments.services.refunds import approve_refund, request_refund
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState
from tests.accounts.factories import UserFactory
from tests.payments.factories import RETURN_URL, held_order, stocked_variant
from tests.providers.driver import Driver

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
    return start_attempt(order.pk, driver.method().code, return_url=RETURN_URL)


def paid(driver: Driver) -> Payment:
    payment = begin(driver)
    driver.pay(payment)
    driver.knocks()
    return settle(payment.pk)


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
    refund = request_refund(payment.pk, Decimal(30), reason="a scratch", requested_by=clerk.pk)
    return approve_refund(refund.pk, actor_id=chief.pk)


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
