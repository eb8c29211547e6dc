"""The page of one order, for its signed-in buyer or with its signed link."""

from constance import config
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.documents.calendar_files import days_response
from core.exceptions import DomainError
from core.mail.message import absolute
from core.web.http import download
from invoicing import selectors as invoicing
from invoicing.papers import document_pdf, order_pdf
from orders import links, selectors
from orders.confirmation import confirm_by_code
from orders.exceptions import CancellationTooLate
from orders.links import order_link
from orders.models import Order
from orders.services import cancel_by_customer
from payments import selectors as payments
from payments.eligibility import handover_of
from payments.services.transfers import add_proof
from storefront import order_page, parcel_page


def find(request: HttpRequest, number: str) -> Order:
    """The order if this visitor may see it; for everybody else it does not exist."""
    token = request.GET.get("token", "")
    try:
        if token:
            return links.by_token(number, token)
        if request.user.is_authenticated:
            return selectors.get_for(request.user, number)
    except Order.DoesNotExist:
        raise Http404 from None
    raise Http404


@never_cache
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    context = order_page.context(found, timezone.now()) | {
        "token": request.GET.get("token", ""),
        "code": request.GET.get("code", "")[:12],
    }
    return render(request, "storefront/order.html", context)


@never_cache
@require_safe
def tracking(request: HttpRequest, number: str) -> HttpResponse:
    """Where the order's parcels are, for anyone who may see the order."""
    found = find(request, number)
    context = {
        "order": found,
        "is_pickup": handover_of(found).is_pickup,
        "parcels": parcel_page.parcels_of(found),
        "token": request.GET.get("token", ""),
    }
    return render(request, "storefront/tracking.html", context)


@never_cache
@require_safe
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The days on which the order arrives or can be collected, as a calendar file."""
    found = find(request, number)
    if not found.is_to_come or found.promised_to is None:
        raise Http404
    is_pickup = bool(handover_of(found).is_pickup)
    title = _("Collect order %(number)s") if is_pickup else _("Order %(number)s arrives")
    first = found.promised_to if is_pickup else found.promised_from or found.promised_to
    address = next((row for row in found.addresses.all() if row.kind == "shipping"), None)
    parts = (address.street, address.district, address.city) if address else ()
    return days_response(
        found.number,
        uid=f"order-{found.pk}",
        title=f"{title % {'number': found.number}} · {config.STORE_NAME}",
        days=(first, found.promised_to),
        place=", ".join(dict.fromkeys(filter(None, parts))),
        url=absolute(order_link(found)),
    )


@never_cache
@require_POST
def proof(request: HttpRequest, number: str) -> HttpResponse:
    transfer = payments.awaited_transfer(find(request, number).pk)
    file = request.FILES.get("proof")
    try:
        if transfer is None:
            messages.error(request, _("No transfer is awaited for this order any more."))
        elif file is None:
            messages.error(request, _("Choose the file with the proof of your transfer."))
        else:
            add_proof(transfer.pk, file)
            messages.success(request, _("Thank you! We will look at your proof."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(order_url(request, number))


@never_cache
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel the order, within the time that the shop gives its shoppers."""
    try:
        cancel_by_customer(find(request, number).pk, actor_id=request.user.pk)
        messages.success(request, _("Your order is cancelled."))
    except CancellationTooLate as refusal:
        messages.error(request, str(refusal))
    return redirect(order_url(request, number))


@never_cache
@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm an order that is paid at the door, by the code of its mail."""
    try:
        confirm_by_code(find(request, number).pk, request.POST.get("code", ""))
        messages.success(request, _("Thank you! Your order is confirmed."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(order_url(request, number))


def order_url(request: HttpRequest, number: str) -> str:
    """The order's page, with the token that this visitor came with."""
    token = request.GET.get("token", "")
    return reverse("storefront:order", args=[number], query={"token": token} if token else None)


@never_cache
@require_safe
def document(request: HttpRequest, number: str, document_number: str) -> HttpResponse:
    """The order's boleta, factura or credit note as PDF."""
    documents = invoicing.of_order(find(request, number).pk)
    found = get_object_or_404(documents, number=document_number)
    return download(document_pdf(found), f"{found.number}.pdf")


@never_cache
@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The order as PDF; a sale also has its boleta or factura."""
    found = find(request, number)
    return download(order_pdf(found), f"{found.number}.pdf")
