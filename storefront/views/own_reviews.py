"""Where customers write their reviews: signed in, or by the link of a mail."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from catalog.models import Product
from core.exceptions import DomainError
from core.web.throttle import allows
from orders.models import Order
from reviews import invitations, selectors, services
from reviews.forms import ReviewForm
from reviews.models import ReviewStatus
from storefront import review_page

DAY = 24 * 3600
PER_PAGE = 10


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The shopper's review of a product, new or to be changed."""
    product = get_object_or_404(Product.objects.published(), slug=slug)
    done = reverse("storefront:account-reviews")
    return _form(request, cast("User", request.user), product, done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_ordered(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """The same by a mailed link: for that order's products, as its buyer."""
    order = _order(token)
    product = next((each for each in invitations.products_of(order) if each.slug == slug), None)
    if product is None:
        raise Http404
    return _form(request, order.customer, product, reverse("storefront:review-order", args=[token]))


def _order(token: str) -> Order:
    try:
        return invitations.order_of(token)
    except (BadSignature, Order.DoesNotExist):
        raise Http404 from None


def _form(request: HttpRequest, user: User, product: Product, done: str) -> HttpResponse:
    """Redisplay the input on errors; otherwise continue at the page `done`."""
    written = selectors.own_review(user, product.pk)
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReviewForm(*typed, review=written, has_sizes=selectors.has_sizes(product.pk))
    status = HTTPStatus.OK
    if typed and form.is_valid():
        if not allows(f"review:{user.pk}", most=20, seconds=DAY):
            form.add_error(None, _("Too many times. Please try again tomorrow."))
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif _keep(request, user, product, form):
            return redirect(done)
    if typed and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "product": product, "written": written, "done_url": done}
    return render(request, "storefront/review_write.html", context, status=status)


def _keep(request: HttpRequest, user: User, product: Product, form: ReviewForm) -> bool:
    try:
        review = services.write(user, product.pk, form.opinion)
    except DomainError as refusal:
        form.add_error("photos" if form.opinion.photos else None, str(refusal))
        return False
    if review.status == ReviewStatus.APPROVED:
        messages.success(request, _("Thank you! Your review is on the product's page."))
    else:
        messages.success(request, _("Thank you! We will read your review and then show it."))
    return True


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw the visitor's review of a product, published or not."""
    product = get_object_or_404(Product, slug=slug)
    services.withdraw(cast("User", request.user), product.pk)
    messages.success(request, _("Your review is withdrawn."))
    return redirect("storefront:account-reviews")


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    page = Paginator(selectors.own(user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [
            {"review": review, "shown": review_page.shown(review), "product": review.product}
            for review in page
        ],
        "page": page,
        "products": selectors.to_review(user),
    }
    return render(request, "account/reviews.html", context)


@never_cache
@require_safe
def ordered(request: HttpRequest, token: str) -> HttpResponse:
    """What came with an order, each with the way to its review: the page that a mail leads to."""
    order = _order(token)
    products = invitations.products_of(order)
    stars = selectors.stars_given(order.customer, [product.pk for product in products])
    rows = [{"product": product, "stars": stars.get(product.pk)} for product in products]
    return render(request, "storefront/review_order.html", {"rows": rows, "token": token})
