from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Seller
from accounts.seller_admin import SellerOwned, SellerOwnedAdmin, person
from accounts.workflow_admin import StepsAdmin
from core.admin.base import ParentAdmin, ReachableSelects, ReadOnlyAdmin, amount, badge, dates
from core.admin.filters import FewUsedFilter
from core.admin.pages import own_page
from core.exceptions import DomainError
from core.mail import message
from core.web.device_features import with_camera
from core.web.http import download
from purchasing import papers, selectors, services
from purchasing.admin import arrivals
from purchasing.admin.steps import warn_not_mailed
from purchasing.exceptions import WrongArrival
from purchasing.forms import DeliveryForm, DeliveryNoteForm, NewLineForm
from purchasing.models import PurchaseOrder, PurchaseOrderLine, Receipt
from shipping.forms import first_error


class LineInline(SellerOwned[Any], admin.TabularInline[PurchaseOrderLine, PurchaseOrder]):
    """The lines of a draft: other units or costs, or none."""

    model = PurchaseOrderLine
    fields = ("variant", "warehouse", "quantity", "unit_cost")
    readonly_fields = ("variant", "warehouse")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrderLine]:
        return super().get_queryset(request).select_related("variant", "warehouse").order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj: PurchaseOrder | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PurchaseOrder | None = None) -> bool:
        return self.has_change_permission(request, obj)


class NewLineInline(ReachableSelects[Any], admin.TabularInline[PurchaseOrderLine, PurchaseOrder]):
    """Lines to add to a draft, apart from those it has: only these choose their variant."""

    model = PurchaseOrderLine
    form = NewLineForm
    verbose_name_plural = gettext_lazy("new lines")
    fields = ("variant", "warehouse", "quantity", "unit_cost")
    autocomplete_fields = ("variant",)
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrderLine]:
        return super().get_queryset(request).none()


def _fill_up(_request: HttpRequest, order: PurchaseOrder) -> str:
    number = services.fill_up(order.pk)
    if not number:
        return _("Nothing of this supplier’s is lacking.")
    return ngettext("%d line is filled up.", "%d lines are filled up.", number) % number


def _send(request: HttpRequest, order: PurchaseOrder) -> str:
    services.send(order.pk)
    if order.supplier.email:
        return _("The order goes to %s by mail.") % order.supplier.email
    warn_not_mailed(request)
    return _("The order is marked as sent.")


def _receive(request: HttpRequest, order: PurchaseOrder) -> str:
    form = DeliveryForm(selectors.order_lines(order), request.POST)
    note, actor_id = _delivery_note(form), person(request).pk
    units = services.receive(order.pk, form.arrived(), delivery_note=note, actor_id=actor_id)
    arrivals.forget(request, order)
    return _received(units)


def _start_over(request: HttpRequest, order: PurchaseOrder) -> str:
    arrivals.forget(request, order)
    return _("Nothing is counted yet.")


def _receive_everything(request: HttpRequest, order: PurchaseOrder) -> str:
    note = _delivery_note(DeliveryNoteForm(request.POST))
    units = services.receive_everything(order.pk, delivery_note=note, actor_id=person(request).pk)
    arrivals.forget(request, order)
    return _received(units)


def _delivery_note(form: DeliveryNoteForm) -> str:
    """
    The note that the form names.

    :raises WrongArrival: if any field of the form is wrong; it says which
    """
    if not form.is_valid():
        raise WrongArrival(first_error(form))
    return str(form.cleaned_data["delivery_note"])


def _received(units: int) -> str:
    if not units:
        return _("Nothing new: all of this was received before.")
    return ngettext("%d unit is on the shelf.", "%d units are on the shelves.", units) % units


def _cancel(request: HttpRequest, order: PurchaseOrder) -> str:
    units = services.cancel(order.pk)
    if not order.is_draft:
        messages.warning(request, _("The supplier does not know of it: let them know."))
    return ngettext("%d unit is given up.", "%d units are given up.", units) % units


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(StepsAdmin[PurchaseOrder], ParentAdmin[PurchaseOrder]):
    """What we have asked suppliers for. A draft is a form; all that comes after are steps."""

    steps: ClassVar = {
        "fill-up": _fill_up,
        "send": _send,
        "scan": arrivals.scan,
        "start-over": _start_over,
        "receive": _receive,
        "receive-everything": _receive_everything,
        "cancel": _cancel,
    }
    list_display = (
        "number",
        "supplier",
        badge("status", gettext_lazy("status")),
        amount("total", gettext_lazy("total")),
        "expected_on",
        "sent_at",
    )
    list_select_related = ("supplier",)
    list_filter = (dates("created_at"), "status", ("supplier", FewUsedFilter))
    search_fields = ("number", "supplier__name", "lines__variant__sku")
    ordering = ("-pk",)
    fields = ("supplier", "seller", "expected_on", "note")
    autocomplete_fields = ("supplier",)
    inlines = (LineInline, NewLineInline)

    def has_change_permission(self, request: HttpRequest, obj: PurchaseOrder | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: PurchaseOrder | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Most orders are the house's own."""
        house = Seller.objects.house().values_list("pk", flat=True).first()
        return {"seller": house, **super().get_changeform_initial_data(request)}

    def get_inlines(self, request: HttpRequest, obj: PurchaseOrder | None) -> Any:
        """Sent orders show their lines as a table, see `render_change_form`."""
        if obj is None:
            return (NewLineInline,)
        return super().get_inlines(request, obj) if obj.is_draft else ()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A draft that was sent meanwhile, or a line that cannot be: said, and nothing is saved."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            services.lock_draft(obj.pk)
            super().save_model(request, obj, form, change)
        else:
            services.draft(obj, actor_id=person(request).pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.recount(form.instance)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        order: PurchaseOrder | None = context["original"]
        if order is None:
            return super().render_change_form(request, context, *args, **kwargs)
        may_change = self.may_take_steps(request)
        scanned = arrivals.scanned(request, order)
        lines, typed = selectors.order_lines(order), context.get("typed", {})
        page = super().render_change_form(
            request,
            context
            | {
                "delivery": DeliveryForm(lines, typed.get("receive"), scanned=scanned),
                "arriving": scanned.total(),
                "scanning": may_change and order.is_awaited,
                "may_change": may_change,
                "mail_failed": order.sent_at is not None
                and message.has_failed(order.mailed_to, since=order.sent_at),
            },
            *args,
            **kwargs,
        )
        return with_camera(page)

    @own_page("<path:object_id>/order.pdf", "purchasing_purchaseorder_pdf")
    def as_pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = self.document(request, object_id)
        return download(papers.order_pdf(order), f"{order.number}.pdf")

    @own_page("<path:object_id>/order.csv", "purchasing_purchaseorder_csv")
    def as_csv(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = self.document(request, object_id)
        return download(papers.order_csv(order), f"{order.number}.csv")


@admin.register(Receipt)
class ReceiptAdmin(SellerOwnedAdmin[Receipt], ReadOnlyAdmin[Receipt]):
    list_display = ("order", "variant", "quantity", "delivery_note", "received_by", "created_at")
    list_select_related = ("line__purchase_order", "line__variant", "received_by")
    search_fields = ("line__purchase_order__number", "line__variant__sku", "delivery_note")
    hidden_from_sellers = ("received_by",)

    @admin.display(description=gettext_lazy("purchase order"))
    def order(self, receipt: Receipt) -> PurchaseOrder:
        return receipt.line.purchase_order

    @admin.display(description=gettext_lazy("variant"))
    def variant(self, receipt: Receipt) -> str:
        return str(receipt.line.variant)
