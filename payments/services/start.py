"""Open and close attempts to pay. They are saved before the provider is asked: a retry is safe."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
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
from payments.gateways.base import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    PaymentUnknown,
    Started,
    StartRequest,
)
from payments.models import Payment, PaymentMethod, Quote
from payments.numbers import next_number
from payments.quotes import quote
from payments.selectors import active_method, working_gateway
from payments.services.settle import settle, settle_order, update_payment_status
from payments.states import PaymentState

MAX_CHANGES = 3


def start_attempt(
    order_id: UUID, method_code: str, *, return_url: str, agreed: str = ""
) -> Payment:
    """
    Begin to pay what is still due for an order; the shopper goes to the payment's `redirect_url`,
    which is empty where nothing is paid online. Call it outside of any transaction.

    An order has one live attempt, which repeated calls return, also at the same moment. With
    another method, amount or rate the old attempt is closed at its provider first. `agreed` is
    the quote that the shopper has seen, where the provider does not take the order's currency.

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
        payment, due = _live_or_new(order_id, method, gateway, return_url, agreed)
        is_wanted = payment.method_id == method.pk and payment.amount == due
        if is_wanted and _is_agreed(payment, agreed):
            return open_attempt(payment)
        close_attempt(payment.pk)
    raise ProviderUnavailable(_("Another payment for this order is under way."))


def open_attempt(payment: Payment) -> Payment:
    """
    Ask the provider for the payment page, unless that has been done.

    :raises PaymentRefused: if the provider refuses; the attempt has failed then
    :raises ProviderUnavailable: if it does not answer; the attempt can be opened again
    """
    if payment.state != PaymentState.CREATING:
        return payment
    try:
        with spool.about(payment):
            started = _start_at_provider(payment)
    except GatewayUnavailable as error:
        raise ProviderUnavailable(
            _("The payment page does not answer. Try again in a moment.")
        ) from error
    except GatewayRefused as error:
        _leave_creating(payment.pk, PaymentState.FAILED, error_message=str(error)[:255])
        raise PaymentRefused(_("The payment could not be opened. Choose another way.")) from error
    _leave_creating(
        payment.pk,
        PaymentState.OPEN,
        gateway_id=started.gateway_id,
        redirect_url=started.redirect_url,
    )
    payment.refresh_from_db()
    return payment


def _start_at_provider(payment: Payment) -> Started:
    """:raises GatewayRefused: also where the page asks for another amount"""
    request = start_request(payment)
    started = gateways.get(payment.gateway).start(request)
    if started.amount not in (None, request.amount):
        raise GatewayRefused(f"The page asks for {started.amount} {request.currency}.")
    return started


def close_attempt(payment_id: UUID) -> Payment:
    """
    Close a live attempt at its provider, then settle it: it may turn out to be paid, or pending.

    :raises ProviderUnavailable: if the provider cannot be asked
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if not payment.is_live:
        return payment
    try:
        gateway = gateways.get(payment.gateway)
        if gateway.is_offline:
            return _cancel(payment_id)
        with spool.about(payment):
            gateway.expire(payment.gateway_id or _find(payment, gateway))
    except PaymentUnknown:
        return _cancel(payment_id)
    except GatewayRefused:
        if not Payment.objects.values_list("gateway_id", flat=True).get(pk=payment_id):
            return _cancel(payment_id)
    except GatewayUnavailable as error:
        raise ProviderUnavailable(str(error)) from error
    return settle(payment_id)


def close_outdated_attempts(order_id: UUID) -> None:
    """
    Close the attempts that ask for another amount than is due now; idempotent.

    :raises ProviderUnavailable: if a provider cannot be asked; call it again
    """
    due = selectors.due_of(Order.objects.get(pk=order_id))
    for payment in Payment.objects.live().filter(order=order_id).exclude(amount=due):
        if not gateways.get(payment.gateway).is_offline:
            close_attempt(payment.pk)


def start_request(payment: Payment) -> StartRequest:
    """The request that opens a payment; a retry sends exactly the same."""
    amount, currency = payment.asked
    return StartRequest(
        key=payment.idempotency_key,
        reference=payment.number,
        order_number=payment.order.number,
        amount=amount,
        currency=currency,
        return_url=payment.metadata["return_url"],
        language=payment.order.language,
        expires_at=payment.expires_at,
        email=payment.order.email,
        name=_payer(payment.order),
        phone=payment.order.phone,
    )


def _payer(order: Order) -> str:
    """As typed for this order: the account's name would tell guests whose e-mail they typed."""
    billing_first = order.addresses.order_by("kind")
    return billing_first.values_list("recipient", flat=True).first() or ""


@transaction.atomic
def _live_or_new(
    order_id: UUID, method: PaymentMethod, gateway: Gateway, return_url: str, agreed: str
) -> tuple[Payment, Decimal]:
    """
    The order's live attempt, or a new one, and what is due now. The order's lock makes it one.
    """
    order = locked(order_id)
    payments = list(Payment.objects.filter(order=order_id).select_related("order"))
    has_money = any(payment.captured > 0 for payment in payments)
    due = selectors.due_of(order) if has_money else order.total
    _check_payable(order, method, due)
    if any(payment.state == PaymentState.REVIEW for payment in payments):
        raise OrderNotPayable(_("We are checking your payment and will write to you."))
    for payment in payments:
        if payment.is_live and payment.gateway != "store_credit":
            return payment, due
    # The form may be older than the method's limits, or forged.
    if reason := ineligible_because(method, due, order.currency, handover_of(order)):
        raise MethodUnavailable(reason)
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
        settle_order(order_id)
        order.refresh_from_db()
    else:
        update_payment_status(order, [payment], Sums())
    return payment, due


def _note_method(order: Order, method: PaymentMethod) -> None:
    """Write the method into the order, unless it was placed with it."""
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
    """An attempt may be older than the rate that the shopper has seen."""
    amount, rate = payment.quoted_amount, payment.quoted_rate
    if amount is None or rate is None:
        return True
    return str(Quote(amount=amount, currency=payment.quoted_currency, rate=rate)) == agreed


def _check_payable(order: Order, method: PaymentMethod, due: Decimal) -> None:
    if due <= 0 or not (order.status == OrderStatus.PENDING or _may_pay_sale(order, method)):
        raise OrderNotPayable(_("There is nothing left to pay for this order."))
    if order.expires_at and order.expires_at <= timezone.now():
        raise OrderNotPayable(_("The time to pay for this order has expired."))


def _may_pay_sale(order: Order, method: PaymentMethod) -> bool:
    """A sale is paid on delivery if that was agreed; a difference that it owes is paid before."""
    if order.paid_at:
        return order.owes_difference and not method.collects_on_delivery
    # Two clicks on "cash on delivery": the second finds the order confirmed already.
    is_confirmed = order.status == OrderStatus.CONFIRMED
    return is_confirmed and method.collects_on_delivery and order.collects_on_delivery


def _extend(order: Order, method: PaymentMethod) -> datetime | None:
    """A slower method holds the units longer, counted from the order, not from each attempt."""
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
def _leave_creating(payment_id: UUID, state: PaymentState, **answer: str) -> None:
    """Save what the provider has answered, unless another worker has done so."""
    payment = Payment.objects.locked().get(pk=payment_id)
    if payment.state == PaymentState.CREATING:
        Payment.objects.filter(pk=payment_id).update(**answer)
        payment.move_to(state)


def _find(payment: Payment, gateway: Gateway) -> str:
    """
    The id of an attempt whose opening was never answered: the same request returns it.

    It is saved, because the shopper may still pay there.
    """
    started = gateway.start(start_request(payment))
    Payment.objects.filter(pk=payment.pk, gateway_id="").update(gateway_id=started.gateway_id)
    return started.gateway_id


@transaction.atomic
def _cancel(payment_id: UUID) -> Payment:
    payment = Payment.objects.lock_with_order(payment_id)
    if payment.is_live:
        payment.move_to(PaymentState.CANCELLED)
        settle_order(payment.order_id)
    return payment
