"""Steps that tests of payments tell their stories with: an order, a payment, time that passes."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from payments import tasks
from payments.gateways.base import StartRequest
from payments.models import LedgerEntry, LedgerKind, Payment, Refund, WebhookEvent, WebhookStatus
from payments.services.refunds import approve_refund, refund_automatically, request_order_refund
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState
from simulator.server import Server
from tests.accounts.factories import UserFactory
from tests.payments.factories import RETURN_URL, held_order, pay, stocked_variant
from tests.providers.driver import Driver

HUNDRED = Decimal(100)
PAID = (PaymentState.CAPTURED, OrderStatus.CONFIRMED, PaymentStatus.PAID)
UNPAID = (PaymentState.OPEN, OrderStatus.PENDING, PaymentStatus.UNPAID)
IN_REVIEW = (PaymentState.REVIEW, OrderStatus.PENDING, PaymentStatus.REVIEW)

# A payment as the contract tests open it.
START = StartRequest(
    key="payment-01234567-89ab-7cde-8f01-23456789abcd",
    reference="TXN-20261121-001",
    order_number="PED-20261121-0001",
    amount=Decimal("19.90"),
    currency="PEN",
    return_url="https://shop.example.com/payments/return/PED-20261121-0001/",
    language="es",
    expires_at=timezone.now() + timedelta(minutes=30),
    email="ana@example.com",
    name="Ana",
)


def ordered(driver: Driver, units: int = 5) -> Order:
    """A pending order over 100.00 in a currency that the provider takes; its unit is held."""
    order = held_order(stocked_variant(units))
    Order.objects.filter(pk=order.pk).update(currency=driver.currency)
    order.refresh_from_db()
    return order


def begin(driver: Driver, order: Order | None = None, *, agreed: str = "") -> Payment:
    """`agreed` is what the provider takes instead, where the order is in another currency."""
    order = order or ordered(driver)
    return start_attempt(order.pk, driver.method().code, return_url=RETURN_URL, agreed=agreed)


def paid(driver: Driver) -> Payment:
    payment = begin(driver)
    driver.pay(payment)
    driver.knocks()
    return settle(payment.pk)


def captured(simulator: Server, order: Order | None = None, *, times: int = 1) -> Payment:
    """A payment by the simulator, settled."""
    payment = pay(order or held_order())
    simulator.bank.capture(payment.gateway_id, times=times)
    return settle(payment.pk)


def ring(driver: Driver) -> list[int]:
    """Every webhook that waits comes, and the worker works off what can be."""
    answers = [driver.post(knock).status_code for knock in driver.knocks()]
    tasks.process_webhooks()
    return answers


def later(**passed: int) -> None:
    """So much time goes by, for all that waits to be asked or tried again."""
    ago = timezone.now() - timedelta(**passed)
    Payment.objects.update(checked_at=ago)
    Payment.objects.filter(state=PaymentState.CREATING).update(created_at=ago)
    Refund.objects.filter(submitted_at__isnull=False).update(submitted_at=ago)
    WebhookEvent.objects.filter(status=WebhookStatus.RECEIVED).update(due_at=ago)


def run_out(payment: Payment) -> None:
    """The time to pay is over."""
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.filter(pk=payment.order_id).update(expires_at=past)


@transaction.atomic
def request_refund(
    payment: Payment,
    amount: Decimal | int,
    *,
    requested_by: UUID | None = None,
    is_automatic: bool = False,
    despite_dispute: bool = False,
) -> Refund:
    """By one of the staff or by the shop itself, of an order with one payment."""
    if is_automatic:
        order = Order.objects.locked().get(pk=payment.order_id)
        [refund] = refund_automatically(order.pk, Decimal(amount), reason="a test")
        return refund
    [refund] = request_order_refund(
        payment.order_id,
        Decimal(amount),
        reason="a scratch",
        actor_id=requested_by or UserFactory.create().pk,
        despite_dispute=despite_dispute,
    )
    return refund


def ask_back(payment: Payment, amount: int = 30) -> Refund:
    """A customer is given money back: one of the staff asks, another lets it go."""
    refund = request_refund(payment, amount)
    return approve_refund(refund.pk, actor_id=UserFactory.create().pk)


def give_back_all() -> None:
    """The worker sends what is approved and asks about what is pending."""
    tasks.submit_refunds()
    later(minutes=2)
    tasks.submit_refunds()


def money_of(payment: Payment) -> str:
    return Order.objects.get(pk=payment.order_id).payment_status


def state_of(payment: Payment) -> tuple[str, str, str]:
    """The states of the payment, of its order, and of the order's money."""
    payment = Payment.objects.select_related("order").get(pk=payment.pk)
    return payment.state, payment.order.status, payment.order.payment_status


def net(payment: Payment) -> Decimal:
    """What the ledger says we keep."""
    taken = (LedgerKind.REFUND, LedgerKind.CHARGEBACK)
    rows = LedgerEntry.objects.filter(payment=payment)
    return sum((-row.amount if row.kind in taken else row.amount for row in rows), Decimal(0))


def check_paid_once(driver: Driver, payment: Payment) -> None:
    captures = LedgerEntry.objects.filter(payment=payment, kind="capture")
    assert money_of(payment) == "paid"
    assert [entry.amount for entry in captures] == [HUNDRED]
    assert driver.paid_total() == HUNDRED
    assert driver.refunded_total() == 0
