"""The cart's page and its six actions: HTML, a fragment for htmx, or JSON."""

from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.places import Place
from cart import rate_limits, services, store
from cart.cookies import cart_id_of, keep_old_cart
from cart.delivery import delivery_of
from cart.destination import destination_of
from cart.exceptions import CartRefusal, NotForSale, TooOften
from cart.forms import AddForm, CouponForm, KitForm, VariantForm
from cart.owners import shopper, with_cart
from cart.pricing import PricingContext
from cart.selectors import CartPage, find_variant, get_cart
from cart.services import Owner
from catalog.models import Variant
from catalog.selectors import cached_variants_for_sale
from core.exceptions import DomainError, ServiceUnavailable
from core.web.csrf_by_origin import same_origin
from core.web.http import HtmxHttpRequest, safe_next, wants_json
from waitingroom.exceptions import MustQueue

FormT = TypeVar("FormT", bound=VariantForm)
Action = Callable[[HttpRequest, Owner], str]
View = Callable[[HtmxHttpRequest], HttpResponse]
# The form of all cards: templates/shop/components/_quick_sheet.html.
QUICK = "quick"
private = cache_control(private=True, no_store=True)
per_format = vary_on_headers("HX-Request", "Accept", "Cookie")


@require_safe
@private
@per_format
def page(request: HtmxHttpRequest) -> HttpResponse:
    """The cart with current prices, holds and totals; renews it."""

    def open_cart() -> HttpResponse:
        if cart_id_of(request):
            with_cart(request, services.touch)
        return _show(request, "")

    return _guarded(request, open_cart)


def _action(act: Action) -> View:
    """A POST view that changes the cart, and shows it with the refusal if there is one."""

    @same_origin
    @require_POST
    @private
    @per_format
    @wraps(act)
    def view(request: HtmxHttpRequest) -> HttpResponse:
        def change() -> HttpResponse:
            rate_limits.count_change(request)
            return _done(request, with_cart(request, partial(act, request)))

        return _guarded(request, change)

    return view


@_action
def add(request: HttpRequest, owner: Owner) -> str:
    """One unit unless the form says how many."""
    form = _valid(AddForm({"quantity": "1"} | request.POST.dict()))
    services.add(owner, form.cleaned_data["variant"], form.cleaned_data["quantity"])
    return _("Added to your cart.")


@_action
def update(request: HttpRequest, owner: Owner) -> str:
    form = _valid(AddForm(request.POST))
    services.set_quantity(owner, form.key, form.cleaned_data["quantity"])
    return _("Your cart has been updated.")


@_action
def remove(request: HttpRequest, owner: Owner) -> str:
    form = _valid(VariantForm(request.POST))
    services.remove(owner, form.key)
    return _("Removed from your cart.")


@_action
def put_back(request: HttpRequest, owner: Owner) -> str:
    form = _valid(AddForm(request.POST))
    services.put_back(owner, form.key, form.cleaned_data["quantity"])
    return _("It is back in your cart.")


@_action
def kit(request: HttpRequest, owner: Owner) -> str:
    form = KitForm(request.POST)
    if not form.is_valid():
        raise NotForSale(_("This kit is no longer available."))
    chosen = [find_variant(text) for text in _named_variants(request)]
    known = {variant_id for variant_id in chosen if variant_id}
    if not known or None in chosen:
        raise CartRefusal(_("Choose an option for each required product of the kit."))
    slug, sets = form.cleaned_data["kit"], form.cleaned_data["instead"]
    if sets:
        services.change_kit(owner, slug, known, sets)
    else:
        services.add_kit(owner, slug, known)
    return _("The kit is in your cart.")


def _valid(form: FormT) -> FormT:
    if not form.is_valid():
        raise CartRefusal(form.complaint)
    return form


def _named_variants(request: HttpRequest) -> list[str]:
    """The fields of the kit's page (`item_…`, empty if left out), or `variant` fields."""
    return [
        text[:120]
        for name in request.POST
        if name == "variant" or name.startswith("item_")
        for text in request.POST.getlist(name)
        if text
    ][: store.MAX_LINES]


@_action
def coupon(request: HttpRequest, owner: Owner) -> str:
    form = CouponForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else "-"
    rate_limits.set_coupon(request, owner, code)
    return _("Coupon applied.") if code else _("Coupon removed.")


def _guarded(request: HtmxHttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Turn refusals into the cart with status 409, 422 or 429; without Redis 503."""
    try:
        return answer()
    except ServiceUnavailable as away:
        return _unavailable(request, str(away))
    except MustQueue as crowd:
        return _to_queue(request, crowd)
    except TooOften as refusal:
        response = _refused(request, str(refusal), HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(rate_limits.MINUTE)
        return response
    except DomainError as refusal:
        status = HTTPStatus.CONFLICT
        if type(refusal) is CartRefusal:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _refused(request, str(refusal), status)


def _to_queue(request: HtmxHttpRequest, crowd: MustQueue) -> HttpResponse:
    keep_old_cart(request)
    url = reverse("storefront:drop-queue", args=[crowd.drop])
    if wants_json(request):
        return JsonResponse({"error": str(crowd), "queue": url}, status=HTTPStatus.CONFLICT)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _refused(request: HtmxHttpRequest, refusal: str, status: HTTPStatus) -> HttpResponse:
    try:
        return _show(request, refusal, status)
    except ServiceUnavailable as away:
        return _unavailable(request, str(away))


def _unavailable(request: HttpRequest, text: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": text}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)


def _done(request: HtmxHttpRequest, message: str) -> HttpResponse:
    if wants_json(request) or request.htmx:
        response = _show(request, "")
        if request.htmx:
            trigger_client_event(response, "cart-changed", {})
            target = request.htmx.target or ""
            if target == "cart-drawer-body":
                trigger_client_event(response, "open-dialog", {"id": "cart-drawer"})
        return response
    if taken_out := _taken_out(request):
        return redirect(reverse("cart:page", query=taken_out.cleaned_data))
    messages.success(request, message)
    return redirect(safe_next(request, "cart:page"))


def _taken_out(request: HttpRequest) -> AddForm | None:
    """The line that was just removed, from the form or the query of the page."""
    match = request.resolver_match
    if match is None or match.url_name not in ("remove", "page"):
        return None
    form = AddForm(request.POST or request.GET)
    return form if form.is_valid() else None


def _undo(request: HttpRequest, cart: CartPage) -> dict[str, Any] | None:
    """The removed line for cart/_undo.html; None if it is in the cart or no longer sold."""
    form = _taken_out(request)
    if form is None or form.key in cart.stored.lines:
        return None
    variant = cached_variants_for_sale([form.key.variant_id]).get(form.key.variant_id)
    return {**form.cleaned_data, "name": variant.product.name} if variant else None


def _show(
    request: HtmxHttpRequest, problem: str, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    district = destination_of(request)
    place = Place.in_peru(district) if district else None
    buyer = PricingContext(user=shopper(request), region=place.region if place else "")
    cart = get_cart(cart_id_of(request), buyer, place)
    if wants_json(request):
        return JsonResponse(_as_json(cart, problem), status=status)
    refused = request.POST.get("code", "")[:50] if problem else ""
    delivery = delivery_of(cart, district)
    context = {
        "cart": cart,
        "sums": delivery.sums if delivery else cart.sums,
        "delivery": delivery,
        "destination": district,
        "problem": problem,
        "typed_coupon": refused,
        "undo": None if problem else _undo(request, cart),
    }
    if not request.htmx:
        wanted = _wanted(request) if problem and not cart.lines else None
        if wanted:
            context = {"problem": problem, "variant": wanted}
            return render(request, "cart/refused.html", context, status=status)
        return render(request, "cart/page.html", context, status=status)
    in_drawer = request.htmx.target == "cart-drawer-body"
    template = "cart/_drawer.html" if in_drawer else "cart/_cart.html"
    response = render(request, template, context, status=status)
    if request.htmx.trigger == QUICK:
        trigger_client_event(response, "close-dialog", {"id": "quick-sheet"})
    if problem and request.htmx.trigger == QUICK:
        # Nothing else changes for who is looking at a list.
        trigger_client_event(response, "toast", {"text": problem, "level": "error"})
    elif problem and in_drawer:
        trigger_client_event(response, "open-dialog", {"id": "cart-drawer"})
    return response


def _wanted(request: HttpRequest) -> Variant | None:
    """The variant of the refused form, for the way back to its page."""
    key = find_variant(request.POST.get("variant", "")[:120])
    return cached_variants_for_sale([key]).get(key) if key else None


def _as_json(cart: CartPage, problem: str) -> dict[str, Any]:
    return {
        "count": cart.count,
        "currency": cart.basket.currency,
        "subtotal": str(cart.basket.subtotal),
        "discount": str(cart.basket.discount_total),
        "total": str(cart.basket.total),
        "coupon": cart.coupon,
        "error": problem or None,
        "lines": [
            {
                "variant": str(line.key.variant_id),
                "sku": line.sku,
                "name": line.name,
                "kit": line.kit,
                "quantity": line.quantity,
                "unit_price": str(line.unit_price),
                "total": str(line.total),
                "held_seconds": line.seconds,
                "problem": line.problem or None,
            }
            for line in cart.lines
        ],
    }
