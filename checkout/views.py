"""The checkout: one page, its totals as a fragment, and the page of a payment link."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from constance import config
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget
from django_stubs_ext import StrOrPromise

from accounts.districts import common_districts, suggest
from cart import rate_limits as cart_limits
from cart import services as carts
from cart import store
from cart.cookies import cart_id_of, use_cart
from cart.destination import destination_of
from cart.owners import owner_of, shopper, with_cart
from cart.refill import refill
from cart.rows import next_cart
from cart.selectors import CartPage, get_cart
from cart.services import Owner
from cart.store import lines_in
from catalog import found_by
from checkout import drafting, rate_limits, services
from checkout.addresses import default_addresses, last_choices, save_first_address
from checkout.exceptions import FiguresChanged
from checkout.first_values import first_values, new_key
from checkout.forms import KEY_PATTERN, CheckoutForm
from checkout.paying import PaymentForm, order_sums, payment_page
from checkout.reminders import agreed_email, offers_reminder, record_choice
from checkout.selectors import Choice, Figures, figures, pricing_context, wallet_for
from core.exceptions import DomainError, ServiceUnavailable
from core.mail.message import absolute
from core.money import ZERO
from core.web.http import HtmxHttpRequest, too_often
from core.web.throttle import place_fingerprint
from inventory.exceptions import HoldLimitReached, OutOfStock
from orders.exceptions import DetailsRefused
from orders.links import by_token, order_link, token_for
from orders.models import Order
from orders.selectors import get_for
from payments.exceptions import KeyReused
from payments.marks import marks_of
from payments.services.start import start_attempt
from promotions.exceptions import PromotionUsedUp

private = cache_control(private=True, no_store=True)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def page(request: HtmxHttpRequest) -> HttpResponse:
    """Hold the cart's units and show the form, or place the order that it asks for."""
    try:
        return _submit(request) if request.method == "POST" else _begin(request)
    except ServiceUnavailable:
        return _unavailable(request)


@require_POST
@private
def quote(request: HtmxHttpRequest) -> HttpResponse:
    """Recalculate the page for the current input: a fragment for htmx, else the whole page."""
    form = _as_typed(request)
    try:
        with_cart(request, carts.touch)
        note = _use_coupon(request, form) if "use_coupon" in request.POST else NOTHING
        return _show(request, form, note)
    except ServiceUnavailable:
        return _unavailable(request)


@require_safe
def districts(request: HttpRequest) -> HttpResponse:
    """Matching districts for the field's list of suggestions."""
    found = suggest(request.GET.get("district", "")[:100])
    return render(request, "checkout/_districts.html", {"districts": found or common_districts()})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """See an order that is to be paid, or what a changed one still owes, and choose how."""
    order = _own_order(request, number)
    found = payment_page(order)
    form = PaymentForm(request.POST if request.method == "POST" else None, page=found)
    if not found.refusal and form.is_valid():
        if rate_limits.pays_too_often(order):
            return too_often(request)
        drafting.accept_terms(order)
        return _send_to_payment(request, order, form.cleaned_data["payment"])
    context = {
        "order": order,
        "lines": order.lines.all(),
        "sums": order_sums(order),
        "page": found,
        "form": form,
        "terms_url": _terms_url(),
        "token": token_for(order),
        "marks_of": marks_of,
    }
    is_wrong = request.method == "POST"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "checkout/pay.html", context, status=status)


@dataclass(frozen=True)
class _Note:
    """The page's first message, its position, and the HTTP status."""

    text: StrOrPromise = ""
    status: HTTPStatus = HTTPStatus.OK
    place: str = "top"


NOTHING = _Note()
INCOMPLETE = _Note(status=HTTPStatus.UNPROCESSABLE_ENTITY)
CHOICES = _Note(_("Now choose delivery and payment, then place the order."), place="choices")
FIELDS = _Note(_("Now fill in the rest of the address."), place="address")
LEFT_OUT = _(
    "This form had already been sent, and this is its order. The products now in your "
    "cart are not part of it."
)
CHANGED = _("This order was already placed with your first details. Please check it.")
EMPTY = _Note(
    _(
        "Your cart is empty now: it has expired, or it was ordered or emptied in another "
        "tab. Your details are still here. If you have already ordered, check your e-mail."
    ),
    status=HTTPStatus.CONFLICT,
)
TOO_OFTEN = _Note(
    _("Too many attempts. Please try again in an hour."), status=HTTPStatus.TOO_MANY_REQUESTS
)
NEW_TOTAL = _Note(
    _("The total has changed. Please review it, then place the order."), place="summary"
)


def _begin(request: HtmxHttpRequest) -> HttpResponse:
    user = shopper(request)
    note = NOTHING
    if cart_id_of(request):
        try:
            with_cart(request, carts.hold_all)
        except (OutOfStock, HoldLimitReached) as refusal:
            note = _Note(str(refusal))
    typed: dict[str, Any] = {"remind": bool(agreed_email(cart_id_of(request), user))}
    if district := destination_of(request):
        typed |= {"district": str(district)}
    # A saved address is whole: it wins over a district alone.
    known = first_values(user, *default_addresses(user)) | last_choices(user)
    return _show(request, CheckoutForm(initial=typed | known), note)


def _submit(request: HtmxHttpRequest) -> HttpResponse:
    form = CheckoutForm(request.POST)
    owner = owner_of(request)
    try:
        return _answer_again(request, form, owner) or _answer(request, form, owner)
    except KeyReused as refusal:
        form = _as_typed(request, key=new_key())
        return _show(request, form, _Note(str(refusal), HTTPStatus.CONFLICT))


def _answer_again(
    request: HtmxHttpRequest, form: CheckoutForm, owner: Owner
) -> HttpResponse | None:
    """To the order that this form became before, if it did."""
    known = services.order_of_key(form.typed("key"), form.fingerprint, owner)
    if known is None:
        return None
    order, is_the_same = known
    if not is_the_same:
        messages.warning(request, CHANGED)
    # A repeated submission leads to its order, not to a new one.
    cart_id = cart_id_of(request)
    if cart_id and services.is_left_out(cart_id, order):
        messages.warning(request, LEFT_OUT)
    return _after_order(request, order, request.POST.get("payment", "")[:50])


def _answer(request: HtmxHttpRequest, form: CheckoutForm, owner: Owner) -> HttpResponse:
    if "put_back" in request.POST:
        return _put_back(request)
    if form.is_asking_for_fields:
        return _show(request, _as_typed(request), FIELDS)
    is_complete = form.is_valid()
    if form.asks_for_choices:
        form.forgive_later_fields()
        return _show(request, form, INCOMPLETE if form.errors else CHOICES)
    if not is_complete:
        return _show(request, form, INCOMPLETE)
    if _has_new_coupon(request, owner):
        return _show(request, form, _use_coupon(request, form))
    return _order_cart(request, form, owner)


def _put_back(request: HtmxHttpRequest) -> HttpResponse:
    """Fill the cart with what the form was about, as far as it can still be had."""
    wanted = lines_in(request.POST.get("lines", ""))
    notes = with_cart(request, lambda owner: refill(owner, wanted))
    return _show(request, _as_typed(request), _Note(" ".join(notes)) if notes else NEW_TOTAL)


def _order_cart(request: HtmxHttpRequest, form: CheckoutForm, owner: Owner) -> HttpResponse:
    email = form.cleaned_data["email"]
    if rate_limits.guesses_too_often(request) or rate_limits.orders_too_often(request, email):
        return _show(request, form, TOO_OFTEN)
    attempt = form.attempt(owner)
    try:
        order = services.place_order(attempt)
    except ServiceUnavailable:
        raise
    except (DetailsRefused, FiguresChanged, PromotionUsedUp) as refusal:
        rate_limits.count_guess(request)
        email = "" if isinstance(refusal, DetailsRefused) else email
        return _show(request, form, _Note(str(refusal), HTTPStatus.CONFLICT), email)
    except DomainError as refusal:
        return _show(request, form, _Note(str(refusal), HTTPStatus.CONFLICT))
    save_first_address(owner.user, attempt.buyer)
    use_cart(request, next_cart(owner.cart_id))
    found_by.record_purchase(request, order.lines.values_list("variant__product", flat=True))
    return _after_order(request, order, attempt.payment)


def _after_order(request: HttpRequest, order: Order, method_code: str) -> HttpResponse:
    """The order is placed: continue to its payment, or to its page if nothing is due."""
    if order.paid_at or order.total <= 0:
        return redirect(order_link(order))
    return _send_to_payment(request, order, order.payment_method_code or method_code)


def _send_to_payment(request: HttpRequest, order: Order, code: str) -> HttpResponse:
    back = reverse("payments:return", args=[order.number])
    # Not “token”: some providers add one of their own.
    return_url = absolute(f"{back}?key={token_for(order)}")
    try:
        agreed = request.POST.get(f"quote_{code}", "")
        payment = start_attempt(order.pk, code, return_url=return_url, agreed=agreed)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(order_link(order))
    return redirect(payment.redirect_url or order_link(order))


def _as_typed(request: HttpRequest, **others: str) -> CheckoutForm:
    """Redisplay the input without errors, as it was not submitted yet."""
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    return CheckoutForm(initial={"key": new_key()} | typed | others)


def _has_new_coupon(request: HttpRequest, owner: Owner) -> bool:
    """Typed, but not yet used: its total has to be seen before the order is placed."""
    typed = request.POST.get("coupon")
    return typed is not None and typed.strip().upper() != store.read(owner.cart_id).coupon


def _use_coupon(request: HttpRequest, form: CheckoutForm) -> _Note:
    code = form.typed("coupon")[:50]
    try:
        with_cart(request, lambda owner: cart_limits.set_coupon(request, owner, code))
    except ServiceUnavailable:
        raise
    except DomainError as refusal:
        return _Note(str(refusal), HTTPStatus.CONFLICT, place="coupon")
    return NEW_TOTAL


def _show(
    request: HtmxHttpRequest, form: CheckoutForm, note: _Note, email: str = ""
) -> HttpResponse:
    """
    The page for what is typed. A guest's `email` counts in the figures only after an order that it
    made dearer: the person who types it need not be its owner.
    """
    choice = Choice(
        place=form.place_typed(),
        country=form.delivery_country,
        email=email,
        placed_from=place_fingerprint(request),
        shipping=form.typed("shipping"),
        payment=form.typed("payment"),
    )
    user = shopper(request)
    cart = get_cart(cart_id_of(request), pricing_context(user, choice), choice.place)
    if not cart.lines and request.method != "POST":
        return redirect("cart:page")
    if not cart.lines:
        note = EMPTY
    elif request.method == "POST":
        record_choice(request, form)
    credit = wallet_for(user, cart)
    balance = credit.balance if form.typed("use_credit") else ZERO
    context = _context(cart, form, figures(cart, choice, balance), note)
    context["wallet"] = credit
    # What an empty cart can be filled with again.
    context["lines"] = cart.stored.written or request.POST.get("lines", "")[: store.MAX_LINES_TEXT]
    context["offers_reminder"] = offers_reminder(user)
    context["is_express"] = request.method != "POST" and _is_express(form, context["figures"])
    if not request.htmx:
        return render(request, "checkout/page.html", context, status=note.status)
    if request.htmx.target == "place" or form.has_new_country:
        answer = render(request, "checkout/_place_swap.html", context, status=note.status)
        return retarget(reswap(answer, "outerHTML"), "#place")
    return render(request, "checkout/_figures_swap.html", context, status=note.status)


def _context(cart: CartPage, form: CheckoutForm, found: Figures, note: _Note) -> dict[str, Any]:
    key = form.typed("key")
    return {
        "cart": cart,
        "form": form,
        "key": key if KEY_PATTERN.fullmatch(key) else new_key(),
        "figures": found,
        "sums": found.sums,
        "note": note,
        "refused": note.text if note.place == "coupon" else "",
        "districts": common_districts(),
        "terms_url": _terms_url(),
        "marks_of": marks_of,
    }


def _is_express(form: CheckoutForm, found: Figures) -> bool:
    """Whether everything is known from the last order, and can still be had: one press is left."""
    if not found.offer or not found.method or form.typed("shipping") != found.offer.code:
        return False
    needed = ["email", "first_name", "last_name", "phone", "payment"]
    if not form.is_collected:
        needed.append("street")
    return all(form.typed(name) for name in needed)


def _terms_url() -> str:
    return reverse("storefront:page", args=[config.TERMS_PAGE]) if config.TERMS_PAGE else ""


def _own_order(request: HttpRequest, number: str) -> Order:
    user = shopper(request)
    token = request.POST.get("token") or request.GET.get("token") or ""
    try:
        return by_token(number, token) if token or user is None else get_for(user, number)
    except Order.DoesNotExist:
        raise Http404 from None


def _unavailable(request: HttpRequest) -> HttpResponse:
    return render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
