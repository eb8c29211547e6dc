"""Pages where shoppers request returns and see their photos."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web.http import shown_picture
from orders.models import Order
from returns import selectors, services
from returns.exceptions import NotThisStep, ReturnRefused
from returns.forms import AskForm
from returns.models import Return, ReturnPhoto
from storefront.views.orders import find, order_url


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Choose the units to return and say why; input is kept on errors."""
    order = find(request, number)
    asked = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AskForm(*asked, order=order, now=timezone.now())
    if asked and form.is_valid() and _ask(request, order, form):
        return redirect(order_url(request, number) + "#returns")
    context = {"order": order, "form": form, "token": request.GET.get("token", "")}
    return render(request, "storefront/return.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, order: Order, form: AskForm) -> bool:
    try:
        services.ask(order.pk, form.wanted, actor_id=request.user.pk)
    except ReturnRefused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("We have your request and will answer you by mail."))
    return True


@never_cache
@require_POST
def withdraw(request: HttpRequest, number: str, return_id: UUID) -> HttpResponse:
    """Withdraw the request; anyone who may see the order can."""
    asked = get_object_or_404(Return, pk=return_id, order=find(request, number))
    try:
        services.withdraw(asked.pk, actor_id=request.user.pk)
        messages.success(request, _("You have withdrawn your return and keep the products."))
    except NotThisStep as refusal:
        messages.error(request, str(refusal))
    return redirect(order_url(request, number) + "#returns")


@never_cache
@require_safe
def photo(request: HttpRequest, number: str, photo_id: UUID) -> HttpResponse:
    try:
        found = selectors.photo_of(find(request, number), photo_id)
    except ReturnPhoto.DoesNotExist:
        raise Http404 from None
    return shown_picture(found.picture)
