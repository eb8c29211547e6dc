"""What tests of Mercado Pago do again and again."""

from datetime import timedelta

from django.utils import timezone

from orders.models import Order
from payments import tasks
from payments.models import Payment
from payments.services.settle import settle
from tests.payments.factories import held_order, pay
from tests.providers.mercadopago.driver import MercadoPagoDriver


def begin(order: Order | None = None) -> tuple[Order, Payment]:
    """An order and its attempt, its page opened."""
    order = order or held_order()
    return order, pay(order, "mercadopago", gateway="mercadopago")


def paid(mercadopago: MercadoPagoDriver) -> tuple[Order, Payment, int]:
    """An order that is paid, and the number of the payment at Mercado Pago."""
    order, payment = begin()
    payment_id = mercadopago.account.pay(payment.gateway_id)["id"]
    settle(payment.pk)
    return order, payment, payment_id


def ring(driver: MercadoPagoDriver) -> list[int]:
    """Bring the shop every webhook that waits, and let the worker see to them."""
    answers = [driver.post(knock).status_code for knock in driver.knocks()]
    tasks.process_webhooks()
    return answers


def outcome(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status


def let_time_run_out(order: Order, payment: Payment, mercadopago: MercadoPagoDriver) -> None:
    """For the shop and for the page alike."""
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.filter(pk=order.pk).update(expires_at=past)
    mercadopago.account.preferences[payment.gateway_id]["expiration_date_to"] = past.isoformat()
