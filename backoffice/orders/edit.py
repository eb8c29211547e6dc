"""The page on which staff change an order: what it would cost first, then the change itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.seller_admin import person
from backoffice.models import UndoKind
from backoffice.orders.forms import ChangeForm
from backoffice.undo import services as undo
from checkout import edit_reversal, editing
from checkout.editing import Preview
from checkout.exceptions import OrderHasChanged
from core.admin.console import Changed
from core.exceptions import DomainError
from orders.models import Order
from orders.states import OrderStatus


def page(request: HttpRequest, order: Order, context: dict[str, Any]) -> HttpResponse:
    """Show the order as a form, with what the typed change would make of it; or change it."""
    form = ChangeForm(request.POST if request.method == "POST" else None, order=order)
    if "apply" in request.POST and form.is_valid() and _apply(request, order, form):
        return redirect("admin:orders_order_change", order.pk)
    if request.method == "POST" and "apply" in request.POST and not form.errors:
        # The order changed meanwhile: show what was typed beside the current state.
        order.refresh_from_db()
        form = ChangeForm(request.POST, order=order)
    context |= {"form": form, "found": _look(form), "refusal": editing.refusal(order)}
    return TemplateResponse(request, "admin/orders/order/edit.html", context)


def _apply(request: HttpRequest, order: Order, form: ChangeForm) -> bool:
    """Whether the order is changed now; if not, the page says why."""
    actor = UUID(str(person(request).pk))
    before = edit_reversal.facts_of(order.pk)
    try:
        editing.apply(order.pk, form.change, seen=form.cleaned_data["seen"], actor_id=actor)
    except OrderHasChanged as refusal:
        messages.warning(request, str(refusal))
        return False
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    text = _("The order is changed. The customer gets a mail.")
    if order.status != OrderStatus.PENDING:
        messages.success(request, text)
        return True
    changed = Changed(row=order, before=before, after=edit_reversal.facts_of(order.pk))
    undo.tell(request, text, kind=UndoKind.ORDER, rows=[changed], right="orders.change_order")
    return True


def _look(form: ChangeForm) -> Preview | None:
    """What the typed change would make of the order, if it can be."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return editing.preview(form.order, form.change)
    except DomainError as refusal:
        form.refuse(refusal)
        return None
