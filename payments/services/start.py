"""Beginning to pay: written down first, then asked of the provider, so that a retry is the same."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.formats import money
from core.ids import uuid7
from inventory.exceptions import NothingHeld
from orders import confirmation
from orders import services as orders
from orders.models import Order, OrderEventKind
from orders.selectors import locked
from orders.states import OrderStatus
from payments import gateways, selectors
from payments.balances import Sums
from payments.eligibility import handover_of, ineligible_because
from payments.exceptions import (
    MethodUnavailable,
    OrderNotPayable,
    PaymentRefused,
    ProviderUnavailable,
    QuoteChanged,
)
from payments.gateway_log import spool
from payments.gateways.base import Gateway, GatewayRefused, GatewayUnavailable, Started
from payments.models import Payment, PaymentMethod, Quote
from payments.numbers import next_number
from payments.quotes import quote
from payments.selectors import active_method, working_gateway
from payments.services.expire import close_attempt
from payments.services.payment_status import bring_in_line, recompute
from payments.services.settle import start_request
from payments.states import PaymentState

MAX_CHANGES = 3


def start(order_id: UUID, method_code: str, *, return_url: str, agreed: str = "") -> Payment:
    """
    Begin to pay for an order; the payment's `redirect_url` is where the shopper goes next, empty
    where nothing is paid online. Call it outside of any transaction.

    What is asked for is what is still due. An order has one live attempt. Who asks again, also at
    the same moment, gets the same one; another method, and another amount since the order was
    changed or the rate has, closes the old attempt at its provider first. `agreed` is the quote
    that the shopper has seen, where the provider does not take the order's currency.

    :raises OrderNotPayable: if the order is paid, cancelled or out of time, or money of it is
        under review
    :raises MethodUnavailable: if there is no such way to pay, or not for such an order
    :raises QuoteChanged: if it would ask for another amount than the shopper has agreed to
    :raises PaymentRefused: if the provider will not open the payment
    :raises ProviderUnavailable: if the provider does not answer; asking again is safe
    """
    method = active_method(method_code)
    gateway = working_gateway(method)
    for _attempt in range(MAX_CHANGES):
        payment, due = _claim(order_id, method, gateway, return_url, agreed)
        is_wanted = payment.method_id == method.pk and payment.amount == due
        if is_wanted and _is_agreed(payment, agreed):
            return open_attempt(payment)
        close_attempt(payment.pk)
    raise ProviderUnavailable(_("Another payment for this order is under way."))


def open_attempt(payment: Payment) -> Payment:
    """
    Ask the provider for the page to pay on, unless that has been done.

    :raises PaymentRefused: if the provider says no; the attempt has failed then
    :raises ProviderUnavailable: if it does not answer; the attempt waits to be asked again
    """
    if payment.state != PaymentState.CREATING:
        return payment
    try:
        with spool.about(payment):
            started = _ask(payment)
    except GatewayUnavailable as error:
        raise ProviderUnavailable(
            _("The payment page does not answer. Try again in a moment.")
        ) from error
    except GatewayRefused as error:
        _fail(payment.pk, str(error))
        raise PaymentRefused(_("The payment could not be opened. Choose another way.")) from error
    _save_opened(payment.pk, started.gateway_id, started.redirect_url)
    payment.refresh_from_db()
    return payment


def _ask(payment: Payment) -> Started:
    """:raises GatewayRefused: also where the page asks for another amount: nobody is led to it"""
    request = start_request(payment)
    started = gateways.get(payment.gateway).start(request)
    if started.amount not in (None, request.amount):
        raise GatewayRefused(f"The page asks for {started.amount} {request.currency}.")
    return started


@transaction.atomic
def _claim(
    order_id: UUID, method: PaymentMethod, gateway: Gateway, return_url: str, agreed: str
) -> tuple[Payment, Decimal]:
    """
    The order's live attempt, or a new one, and what is due now.

    The order's lock makes it one for all who ask.
    """
    order = locked(order_id)
    payments = list(_attempts(order_id))
    has_money = any(payment.captured > 0 for payment in payments)
    due = selectors.due_of(order) if has_money else order.total
    _check_payable(order, method, due)
    if any(payment.state == PaymentState.REVIEW for payment in payments):
        raise OrderNotPayable(_("We are checking your payment and will write to you."))
    for payment in payments:
        if payment.is_live and payment.gateway != "store_credit":
            return payment, due
    _check_fits(order, method, due)
    quoted = _quote(gateway, due, order.currency, agreed)
    until = _extend(order, method)
    payment = _new_attempt(order, method, return_url, until, due, quoted)
    if gateway.is_offline:
        payment.state = PaymentState.OPEN
    payment.save(force_insert=True)
    _note_method(order, method)
    orders.record(order.pk, OrderEventKind.PAYMENT_STARTED, details={"payment": payment.number})
    if gateway.is_offline and method.collects_on_delivery:
        confirmation.confirm_or_ask(order)
        order.refresh_from_db()
    if payments:
        recompute(order_id)
        order.refresh_from_db()
    else:
        bring_in_line(order, [payment], Sums())  # nothing has come before the first attempt
    return payment, due


def _attempts(order_id: UUID) -> QuerySet[Payment]:
    return Payment.objects.filter(order=order_id).select_related("order")


def _note_method(order: Order, method: PaymentMethod) -> None:
    """Nothing is written where the order was placed with it."""
    if order.payment_method_code == method.code:
        return
    orders.choose_payment_method(
        order.pk,
        code=method.code,
        name=method.name[:150],
        instructions=method.instructions,
        collects_on_delivery=method.collects_on_delivery,
    )
    order.refresh_from_db()


def _new_attempt(
    order: Order,
    method: PaymentMethod,
    return_url: str,
    until: datetime | None,
    due: Decimal,
    quoted: Quote | None,
) -> Payment:
    key = uuid7()
    return Payment(
        id=key,
        number=next_number("TXN"),
        order=order,
        method=method,
        gateway=method.gateway,
        idempotency_key=f"payment-{key}",
        amount=due,
        currency=order.currency,
        quoted_amount=quoted.amount if quoted else None,
        quoted_currency=quoted.currency if quoted else "",
        quoted_rate=quoted.rate if quoted else None,
        metadata={"return_url": return_url},
        expires_at=until,
    )


def _quote(gateway: Gateway, due: Decimal, currency: str, agreed: str) -> Quote | None:
    quoted = quote(gateway, due, currency)
    if quoted and str(quoted) != agreed:
        raise QuoteChanged(
            _("This way to pay asks for %(amount)s. Choose it once more if that is right.")
            % {"amount": money(quoted.amount, quoted.currency)}
        )
    return quoted


def _is_agreed(payment: Payment, agreed: str) -> bool:
    """An attempt may be older than the rate at which the shopper was shown its amount."""
    amount, rate = payment.quoted_amount, payment.quoted_rate
    if amount is None or rate is None:
        return True
    return str(Quote(amount=amount, currency=payment.quoted_currency, rate=rate)) == agreed


def _check_payable(order: Order, method: PaymentMethod, due: Decimal) -> None:
    if due <= 0 or not (order.status == OrderStatus.PENDING or _may_pay_sale(order, method)):
        raise OrderNotPayable(_("There is nothing left to pay for this order."))
    if order.expires_at and order.expires_at <= timezone.now():
        raise OrderNotPayable(_("The time to pay for this order has expired."))


def _check_fits(order: Order, method: PaymentMethod, due: Decimal) -> None:
    """No form stands between a method's limits and who asks for it by its name."""
    reason = ineligible_because(method, due, order.currency, handover_of(order))
    if reason:
        raise MethodUnavailable(reason)


def _may_pay_sale(order: Order, method: PaymentMethod) -> bool:
    """A sale is paid at the door if that was agreed; what a paid one owes is paid before it."""
    if order.paid_at:
        return order.owes_difference and not method.collects_on_delivery
    # Two clicks on "cash on delivery": the second finds the order confirmed already.
    is_confirmed = order.status == OrderStatus.CONFIRMED
    return is_confirmed and method.collects_on_delivery and order.collects_on_delivery


def _extend(order: Order, method: PaymentMethod) -> datetime | None:
    """A slower way to pay holds the units longer, counted from the order, not from each try."""
    if order.paid_at:
        # The units of a sale are sold: only the attempt has an end.
        return timezone.now() + timedelta(minutes=method.hold_minutes)
    until = order.placed_at + method.hold
    if order.expires_at and order.expires_at >= until:
        return order.expires_at
    # Without a hold the money still decides: paying reserves what it can.
    with suppress(NothingHeld):
        orders.extend(order.pk, until=until)
    order.refresh_from_db(fields=["expires_at"])
    return order.expires_at


@transaction.atomic
def _save_opened(payment_id: UUID, gateway_id: str, redirect_url: str) -> None:
    payment = Payment.objects.locked().get(pk=payment_id)
    if payment.state != PaymentState.CREATING:
        return
    payment.gateway_id = gateway_id
    payment.redirect_url = redirect_url
    payment.save(update_fields=["gateway_id", "redirect_url"])
    payment.move_to(PaymentState.OPEN)


@transaction.atomic
def _fail(payment_id: UUID, error: str) -> None:
    payment = Payment.objects.locked().get(pk=payment_id)
    if payment.state != PaymentState.CREATING:
        return
    payment.error_message = error[:255]
    payment.save(update_fields=["error_message"])
    payment.move_to(PaymentState.FAILED)
