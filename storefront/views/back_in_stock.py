"""Back-in-stock requests: sign up, use the held unit, withdraw."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cart import services as cart
from cart.owners import with_cart
from cart.services import Owner
from cart.store import read
from catalog.models import Product, Variant
from core.exceptions import DomainError
from core.web.csrf_by_origin import same_origin
from core.web.forms import AddressForm
from core.web.http import HtmxHttpRequest
from core.web.throttle import allows, place_of
from inventory import services as inventory
from inventory.forms import SignUpForm
from inventory.selectors import holds_of

HOUR = 3600


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HtmxHttpRequest) -> HttpResponse:
    """The form, with the signed-in user's address; a valid address is stored."""
    variant = _variant(request.POST or request.GET)
    user = request.user if isinstance(request.user, User) else None
    known = {"v": variant.sku, "email": user.email if user else ""}
    return answer_sign_up(
        request,
        SignUpForm(request.POST if request.method == "POST" else None, initial=known),
        note=lambda email: inventory.sign_up(
            variant.pk, email=email, language=get_language(), user=user
        ),
        show=partial(_show, request, variant),
        done=f"{reverse('storefront:back-in-stock')}?v={variant.sku}&done=1",
    )


FormT = TypeVar("FormT", bound=AddressForm)


def answer_sign_up(
    request: HtmxHttpRequest,
    form: FormT,
    *,
    note: Callable[[str], None],
    show: Callable[[FormT | None, HTTPStatus], HttpResponse],
    done: str,
) -> HttpResponse:
    """
    The form for those who want a mail; a right address is noted.

    `show` draws the form, or without it the thanks; `done` is the address of the thanks.
    """
    if request.method != "POST":
        return show(None if "done" in request.GET else form, HTTPStatus.OK)
    if not form.is_valid():
        return show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    email = form.cleaned_data["email"].lower()
    if not _is_welcome(request, email):
        form.add_error(None, _("Too many attempts. Please try again in an hour."))
        return show(form, HTTPStatus.TOO_MANY_REQUESTS)
    if not form.is_from_a_program:
        try:
            note(email)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return show(form, HTTPStatus.CONFLICT)
    return show(None, HTTPStatus.OK) if request.htmx else redirect(done)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """The unit held for the recipient of a mail: a press puts it into the cart."""
    try:
        asked = inventory.request_of(token)
    except BadSignature:
        raise Http404 from None
    if asked is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            with_cart(request, partial(_put_into_cart, token, asked.variant_id))
        except DomainError as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Added to your cart."))
            return redirect("cart:page")
    hold = holds_of(asked.pk).get(asked.variant_id)
    context = {"variant": asked.variant, "hold": hold, "problem": problem}
    status = HTTPStatus.CONFLICT if problem else HTTPStatus.OK
    return render(request, "storefront/back_in_stock_claim.html", context, status=status)


def _put_into_cart(token: str, variant_id: UUID, owner: Owner) -> None:
    """Also after a first try that has moved the unit and failed to write the line."""
    cart.touch(owner)
    units = inventory.claim(token, cart=owner.cart_id)
    if units or variant_id not in read(owner.cart_id).quantities():
        cart.add(owner, variant_id, units or 1, is_held=True)


def _variant(typed: Mapping[str, str]) -> Variant:
    shown = Variant.objects.active().filter(product__in=Product.objects.published())
    sku = typed.get("v", "").replace("\0", "")
    variant: Variant = get_object_or_404(shown.select_related("product"), sku=sku)
    return variant


def _is_welcome(request: HttpRequest, email: str) -> bool:
    """Whether this client and this address are below their limits of sign-ups."""
    place = place_of(request)
    return allows(f"sign-up:{place}", most=20, seconds=HOUR) and allows(
        f"sign-up:{email}", most=5, seconds=HOUR
    )


def _show(
    request: HtmxHttpRequest,
    variant: Variant,
    form: SignUpForm | None,
    status: HTTPStatus,
) -> HttpResponse:
    page = "_back_in_stock" if request.htmx else "back_in_stock"
    context = {"variant": variant, "sku": variant.sku, "form": form, "is_signed_up": form is None}
    return render(request, f"storefront/{page}.html", context, status=status)
