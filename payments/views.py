"""The webhook endpoint, and the page that shoppers return to after paying."""

import logging
from contextlib import suppress
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from core.web import throttle
from orders import links
from orders import selectors as orders
from orders.models import Order
from payments import refusals, selectors, webhooks
from payments.gateways.base import BadWebhook
from payments.models import Payment
from payments.services.settle import settle, was_just_checked
from payments.states import PaymentState

logger = logging.getLogger(__name__)

# From one address in a minute; each asks the provider.
MAX_RETURNS = 30


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Store the event and answer quickly; without a 200 the provider sends it again."""
    if refusals.is_knocking_for_nothing(request):
        return HttpResponse(status=429)
    body = b""
    try:
        body = request.read(webhooks.MAX_BODY + 1)
        webhooks.receive(provider, body, request.headers, request.GET.dict())
    except (BadWebhook, RequestDataTooBig) as error:
        logger.warning("Webhook of %s refused: %s", provider, error)
        refusals.note(provider, str(error), body)
        refusals.count(request)
        return HttpResponse(status=400)
    except DatabaseError:
        logger.exception("Webhook of %s could not be kept", provider)
        return HttpResponse(status=503)
    return HttpResponse(status=200)


@require_safe
def come_back(request: HttpRequest, number: str) -> HttpResponse:
    """The shopper returns from the payment page. What the address claims counts for nothing."""
    if not number.isprintable():
        raise Http404
    key = request.GET.get("key", "")
    # Unknown numbers get the same redirect, so that guessing reveals nothing.
    if _may_see(request, number, key) and (payment := _settled(request, number)):
        _tell(request, payment)
    target = reverse("storefront:order", args=[number])
    return HttpResponseRedirect(f"{target}?{urlencode({'token': key})}" if key else target)


def _settled(request: HttpRequest, number: str) -> Payment | None:
    """The newest attempt, fetched from its provider at most once per interval."""
    payment = selectors.newest_payment_of(number)
    if not (payment and payment.is_live) or was_just_checked(payment):
        return payment
    if throttle.is_too_much(request, "return", most=MAX_RETURNS, seconds=60):
        return payment
    with suppress(DomainError):
        payment = settle(payment.pk)
    return payment


def _may_see(request: HttpRequest, number: str, key: str) -> bool:
    """The signed link opens it, and its owner's session; a guessed number alone does nothing."""
    try:
        if key:
            return bool(links.by_token(number, key))
        return request.user.is_authenticated and bool(orders.get_for(request.user, number))
    except Order.DoesNotExist:
        return False


def _tell(request: HttpRequest, payment: Payment) -> None:
    """What the page of the order does not say itself, as it does of money that came or will."""
    state = payment.state
    if state in (PaymentState.CAPTURED, PaymentState.PROCESSING, PaymentState.AUTHORIZED):
        return
    if state == PaymentState.REVIEW:
        messages.info(request, _("We are checking your payment. We will write to you."))
    elif state == PaymentState.FAILED or (state == PaymentState.OPEN and payment.error_code):
        messages.error(
            request,
            _(
                "Your payment was declined and you were not charged. Try another card, or choose"
                " another way to pay."
            ),
        )
    else:
        messages.warning(request, _("The order is not paid yet. You can pay it from this page."))
