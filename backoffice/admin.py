from collections.abc import Sequence
from typing import Any
from uuid import UUID

from constance import config
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import sees_money
from accounts.seller_admin import person
from accounts.workflow_admin import StepsAdmin
from backoffice import library_admin
from backoffice.bulk.admin import BulkActionAdmin
from backoffice.customers.admin import CustomerAdmin
from backoffice.imports.admin import SheetImportAdmin
from backoffice.month_end.admin import BooksCheckAdmin
from backoffice.orders import edit as order_edit
from backoffice.orders import selectors, services
from backoffice.orders.list_actions import OrderActions, TagFilter, tagged
from backoffice.orders.next_actions import actions_of
from backoffice.orders.refunding import RefundForm
from backoffice.orders.selectors import Conversation, OrderFile
from backoffice.undo.admin import UndoableAdmin
from catalog.search.texts import split
from checkout import editing
from checkout.missing_methods import ways_to_pay
from core.admin.base import amount, badge, dates, email
from core.admin.pages import own_page
from core.exceptions import DomainError
from core.web.http import as_a_mail, shown_mail
from orders import emails
from orders.buyer_fingerprint import phone_fingerprint
from orders.emails import OrderMail
from orders.exceptions import MailNotTrue
from orders.models import AddressKind, Order
from orders.selectors import goes_to, sent_to
from payments.admin.collections import UnpayableFilter
from reviews import emails as review_emails
from reviews.emails import ReviewMail
from shipping import emails as parcel_emails
from shipping.emails import ParcelMail

# The modules that write the mails of each kind: they do the same things.
EMAILS: dict[Any, Any] = {
    OrderMail: emails,
    ParcelMail: parcel_emails,
    ReviewMail: review_emails,
}
__all__ = [
    "BooksCheckAdmin",
    "BulkActionAdmin",
    "CustomerAdmin",
    "OrderAdmin",
    "SheetImportAdmin",
    "UndoableAdmin",
    "library_admin",
]


@admin.register(Order)
class OrderAdmin(OrderActions, StepsAdmin[Order]):
    """
    Orders, with everything that hangs on each. Their steps are taken by services.

    A seller sees only orders with their own lines, and of those their lines and the address.
    """

    is_exported = True
    list_display = (
        "number",
        "placed_at",
        "buyer",
        amount("total", _("total")),
        badge("status", _("status")),
        badge("payment_status", _("payment")),
        badge("fulfilment_status", _("fulfilment")),
    )
    list_filter = (
        dates("placed_at"),
        dates("paid_at"),
        "status",
        "payment_status",
        "fulfilment_status",
        "payment_method_name",
        TagFilter,
        UnpayableFilter,
    )
    list_select_related = ("customer",)
    ordering = ("-placed_at", "-pk")
    search_fields = ("number", "email", "lines__sku")
    search_help_text = _("Number, e-mail, phone, recipient or SKU")
    exported = (
        *("number", "placed_at", "paid_at", "status", "payment_status", "fulfilment_status"),
        *("customer_name", "email", "phone", "document_type", "document_number", "units"),
        *("currency", "subtotal", "discount_total", "shipping_total", "tax_total", "total"),
        *("payment_method_name", "shipping_method_name", "delivered_to", "coupon_code"),
    )
    summed = ("units", "subtotal", "discount_total", "shipping_total", "tax_total", "total")
    money_columns = (
        *("total", "payment_method_name", "paid_at", "credit_total"),
        *("currency", "subtotal", "discount_total", "shipping_total", "tax_total", "coupon_code"),
    )
    hidden_from_sellers = (
        "buyer",
        "email",
        "total",
        "payment_status",
        "payment_method_name",
        "lines",
    )

    def get_exported(self, request: HttpRequest, listed: list[Any]) -> list[Any]:
        """A seller's people take home what their list shows; who packs, orders without money."""
        if not self.sees_all(request):
            return listed
        return self._shown(request, super().get_exported(request, listed))

    def _shown(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        shown = super()._shown(request, names)
        if sees_money(request.user) or not self.sees_all(request):
            return shown
        return [each for each in shown if _name_of(each) not in self.money_columns]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nobody sifts by amounts that the list does not show."""
        name = lookup.split("__", maxsplit=1)[0]
        if name in self.money_columns and not sees_money(request.user):
            return False
        return super().lookup_allowed(lookup, value, request)

    def rows_for_file(self, rows: QuerySet[Order]) -> QuerySet[Order]:
        return rows.select_related("customer").prefetch_related("addresses", "lines")

    @admin.display(description=_("customer"))
    def customer_name(self, order: Order) -> str:
        return order.customer.get_full_name()

    @admin.display(description=_("customer"), ordering="email")
    def buyer(self, order: Order) -> str:
        """Whose it is: the name with the address below it, and the tags of the order."""
        name, chips = order.customer.get_full_name(), tagged(order)
        return format_html('<span class="who">{}</span> {} {}', name, email(order), chips)

    @admin.display(description=_("units"))
    def units(self, order: Order) -> int:
        return sum(line.quantity - line.cancelled_quantity for line in order.lines.all())

    @admin.display(description=_("delivery address"))
    def delivered_to(self, order: Order) -> str:
        homes = (each for each in order.addresses.all() if each.kind == AddressKind.SHIPPING)
        return str(next(homes, ""))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Orders of a phone, said in groups of digits, or of a recipient; else as ever."""
        found, has_twins = super().get_search_results(request, queryset, search_term)
        if not self.sees_all(request) and search_term.strip("\0 "):
            theirs = Q(goes_to(search_term.replace("\0", "").split()))
            return queryset.filter(theirs | Q(pk__in=found.values("pk"))), has_twins
        phones = phone_fingerprint(search_term, config.COUNTRY)
        called = queryset.filter(marks__overlap=list(phones))
        if phones and called.exists():
            return called, has_twins
        if not (words := split(search_term)):
            return found, has_twins
        either = found.order_by().values("pk").union(sent_to(words).values("order"))
        return queryset.filter(pk__in=either), has_twins

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A seller's people search by recipient, not by address or phone."""
        shown: Any = super().get_changelist_instance(request)
        if not self.sees_all(request):
            shown.search_help_text = gettext("Number, recipient or SKU")
        return shown

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> list[Any]:
        """The note of an order that staff wrote down; since then there are notes with names."""
        has_note = obj is not None and bool(obj.staff_note)
        return ["staff_note"] if has_note and self.sees_all(request) else []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        order: Order = context["original"]
        sees_all, with_money = self.sees_all(request), sees_money(request.user)
        viewer = person(request)
        file = selectors.order_file(order) if sees_all else selectors.seller_file(order, viewer)
        refused, typed = next(iter(context.get("typed", {}).items()), ("", {}))
        context |= {
            "file": file,
            "sees_all": sees_all,
            "sees_money": with_money,
            "shows_prices": with_money or not sees_all,
            "steps": services.next_steps(order, viewer) if sees_all else [],
            "actions": actions_of(order, file, viewer),
            "refused": refused,
            "said": typed,
            "may_return": self._may_return(request, file),
            "may_edit": self._may_edit(request) and not editing.refusal(order, file.shipments),
            "may_resend": self.has_change_permission(request, order),
            "title": order.number,
            "subtitle": None,
        }
        if sees_all:
            context |= self._for_staff(request, order, file)
        if refused.startswith("refund"):
            context["refund"] = RefundForm(typed, order=order, lines=file.lines)
        return super().render_change_form(request, context, *args, **kwargs)

    def _for_staff(self, request: HttpRequest, order: Order, file: OrderFile) -> dict[str, Any]:
        """What no seller sees; the providers' words only who may see payments."""
        log = Conversation()
        if file.payments and request.user.has_perm("payments.view_payment"):
            log = selectors.conversation(order)
        return {
            "awaited_amount": services.awaited_amount(order),
            "refund": RefundForm(None, order=order, lines=file.lines),
            "mails": _fitting(order, file) if sees_money(request.user) else [],
            "to_pay": selectors.payment_request(order, file.balance)
            if sees_money(request.user)
            else None,
            "log_problem": log.problem,
            "attempts": [(each, log.said.get(each.number, [])) for each in file.payments],
            "note_step": services.NOTE if self.has_change_permission(request, order) else None,
        }

    @method_decorator(require_POST)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Take the step that a button of the page asks for; where it is refused, show why."""
        order = self.document(request, object_id)
        try:
            done = services.take_step(order, step, person(request), request.POST.dict())
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self._page_again(request, order, step)
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))

    @own_page("<uuid:object_id>/ways-to-pay/", "orders_order_ways_to_pay")
    def ways_to_pay(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Each way to pay, and why it is not offered for this order."""
        if not (self.sees_all(request) and sees_money(request.user)):
            raise PermissionDenied
        order = get_object_or_404(self.get_queryset(request), pk=object_id)
        refusal, ways = ways_to_pay(order)
        context = {
            "original": order,
            "title": gettext("Why is a way to pay missing?"),
            "refusal": refusal,
            "ways": ways,
        }
        return self.own_response(request, "admin/orders/order/ways_to_pay.html", context)

    @own_page("<uuid:object_id>/edit/", "orders_order_edit")
    def edit(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Change an order that has not left."""
        if not self._may_edit(request):
            raise PermissionDenied
        order = get_object_or_404(self.get_queryset(request), pk=object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": order,
            "title": order.number,
            "has_view_permission": True,
        }
        return order_edit.page(request, order, context)

    def _may_return(self, request: HttpRequest, file: OrderFile) -> bool:
        """Staff open a return for a customer who has something."""
        has_arrived = any(line.delivered_quantity > line.returned_quantity for line in file.lines)
        return has_arrived and request.user.has_perm("returns.add_return")

    def _may_edit(self, request: HttpRequest) -> bool:
        """Staff who may change orders: a seller's people have no say in the money."""
        return self.sees_all(request) and self.has_change_permission(request)

    @own_page("<uuid:object_id>/mail/<slug:mail>/", "orders_order_mail")
    @method_decorator([require_safe, as_a_mail])
    def show_mail(self, request: HttpRequest, object_id: UUID, mail: str) -> HttpResponse:
        """A mail as the shopper would get it now; with `?text` its subject and plain text."""
        order, name = self._mail(request, object_id, mail)
        try:
            return shown_mail(request, EMAILS[type(name)].preview(order, name))
        except MailNotTrue:
            raise Http404 from None

    @own_page("<uuid:object_id>/mail/<slug:mail>/resend/", "orders_order_resend", only_post=True)
    def resend_mail(self, request: HttpRequest, object_id: UUID, mail: str) -> HttpResponse:
        """Send a mail of the order once more, by somebody who may change orders."""
        order, name = self._mail(request, object_id, mail)
        if not self.has_change_permission(request, order):
            raise PermissionDenied
        try:
            EMAILS[type(name)].resend(order.pk, name, actor_id=UUID(str(person(request).pk)))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("The mail is on its way."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))

    def _mail(self, request: HttpRequest, object_id: UUID, mail: str) -> tuple[Order, Any]:
        """They name prices and everybody's lines: neither sellers nor packers read them."""
        if not self.sees_all(request) or not sees_money(request.user):
            raise PermissionDenied
        name = next((each for kind in EMAILS for each in kind if each == mail), None)
        if name is None:
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=object_id), name


def _name_of(column: Any) -> str:
    name = column[0] if isinstance(column, tuple) else column
    return str(getattr(name, "__name__", name))


def _fitting(order: Order, file: OrderFile) -> list[Any]:
    return [
        *emails.fitting(order, {e.kind for e in file.events}),
        *parcel_emails.fitting(file.shipments),
        *review_emails.fitting(order),
    ]
