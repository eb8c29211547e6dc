"""What customers say of products, for everybody to read; what helps, and what does harm."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.second_factor import is_at_work
from catalog.models import Product
from core.caching.page import public, tag
from core.exceptions import DomainError
from core.web.csrf_by_origin import same_origin
from core.web.http import HtmxHttpRequest, shown_picture
from core.web.throttle import allows, place_of
from reviews import selectors, services
from reviews.forms import ReportForm
from reviews.models import Review, ReviewPhoto, ReviewStatus
from reviews.selectors import ReviewFilters
from storefront import review_page

HOUR = 3600
LARGE = "large"


@require_safe
@public
def of_product(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """All reviews of a product, filtered and sorted; the section alone for htmx."""
    product = get_object_or_404(Product.objects.published(), slug=slug)
    tag("product", [product.pk])
    context = review_page.section(product, ReviewFilters.from_query(request.GET))
    is_part = request.htmx and not request.htmx.history_restore_request
    page = "storefront/_reviews.html" if is_part else "storefront/reviews.html"
    response = render(request, page, context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


@require_safe
def photo(request: HttpRequest, photo_id: UUID, size: str) -> HttpResponse:
    """A photo of a review that is shown; of another one, for its writer and who may moderate it."""
    found = get_object_or_404(ReviewPhoto.objects.select_related("review"), pk=photo_id)
    picture = found.picture if size == LARGE else found.thumbnail
    if found.review.status == ReviewStatus.APPROVED:
        # Not for long: staff may decide otherwise.
        return cache_control(public=True, max_age=HOUR)(lambda _: shown_picture(picture))(request)
    if not _may_see(request, found.review):
        raise Http404
    return never_cache(lambda _: shown_picture(picture))(request)


def _may_see(request: HttpRequest, review: Review) -> bool:
    user = request.user
    if not isinstance(user, User):
        return False
    if review.user_id == user.pk:
        return True
    return is_at_work(request) and Review.objects.for_user(user).filter(pk=review.pk).exists()


@never_cache
@require_safe
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One review, with the signed-in user's vote: where buttons lead without scripts."""
    return _one(request, review_id)


@same_origin
@never_cache
@require_POST
def helpful(request: HtmxHttpRequest, review_id: UUID) -> HttpResponse:
    """Vote for a review, or take that back."""
    if not isinstance(request.user, User):
        page = redirect_to_login(reverse("storefront:review", args=[review_id]))
        return HttpResponseClientRedirect(page.url) if request.htmx else page
    if not allows(f"helpful:{request.user.pk}", most=100, seconds=HOUR):
        return _vote(request, review_id, _("Too many attempts. Please try again in an hour."))
    problem = ""
    try:
        if request.POST.get("helpful") == "no":
            services.withdraw_vote(request.user, review_id)
        else:
            services.vote(request.user, review_id)
    except DomainError as refusal:
        problem = str(refusal)
    return _vote(request, review_id, problem)


def _vote(request: HtmxHttpRequest, review_id: UUID, problem: str) -> HttpResponse:
    """The button as it is now."""
    if request.htmx:
        return _one(request, review_id, "storefront/_helpful.html", problem=problem)
    if problem:
        return _one(request, review_id, problem=problem)
    return redirect("storefront:review", review_id)


def _one(
    request: HttpRequest,
    review_id: UUID,
    template: str = "storefront/review.html",
    status: HTTPStatus = HTTPStatus.OK,
    **context: object,
) -> HttpResponse:
    try:
        found = selectors.shown(review_id)
    except Review.DoesNotExist:
        raise Http404 from None
    user = request.user
    has_voted = isinstance(user, User) and selectors.has_voted(user, review_id)
    context |= {
        "review": review_page.shown(found),
        "product": found.product,
        "has_voted": has_voted,
        "is_asked": True,
    }
    return render(request, template, context, status=status)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Tell the shop of a review that should not be shown: anybody may, some times an hour."""
    page = "storefront/review_report.html"
    if request.method != "POST":
        form = None if "done" in request.GET else ReportForm()
        return _one(request, review_id, page, form=form)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _one(request, review_id, page, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    place = place_of(request)
    if not allows(f"report:{place}", most=10, seconds=HOUR):
        form.add_error(None, _("Too many attempts. Please try again in an hour."))
        return _one(request, review_id, page, HTTPStatus.TOO_MANY_REQUESTS, form=form)
    get_object_or_404(Review.objects.approved(), pk=review_id)
    if not form.is_from_a_program:
        who = str(request.user.pk or place)
        words = {name: form.cleaned_data[name] for name in ("reason", "note")}
        services.report(review_id, reporter=who, **words)
    return redirect(f"{reverse('storefront:review-report', args=[review_id])}?done=1")
