"""The page of an order that staff take, by phone, by chat or at the counter."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from accounts.country_fields import NAMES
from accounts.districts import common_districts
from accounts.seller_admin import person
from checkout import drafting
from checkout.desk import LINK, Desk, opened, pressed
from checkout.draft_forms import key_of
from checkout.drafting import version_of
from checkout.goods import find_goods
from checkout.known_customers import find_customers
from checkout.models import Draft, DraftLine
from core.admin.base import ParentAdmin, ReachableSelects, badge, dates, email
from core.admin.pages import own_page
from core.exceptions import DomainError
from core.formats import money
from core.ids import uuid7
from core.mail.message import absolute
from core.money import ZERO
from orders.links import order_link
from orders.models import Order
from payments.services.start import start_attempt
from till.counter import Counter, counter_of
from till.selectors import open_session_of
from till.services import problems_of

# How the goods get to the customer.
SEND, NOW = "send", "now"


class LineInline(ReachableSelects[Any], admin.TabularInline[DraftLine, Draft]):
    """The lines of a draft that is closed."""

    model = DraftLine
    fields = ("variant", "quantity")
    readonly_fields = ("variant", "quantity")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DraftLine]:
        return super().get_queryset(request).select_related("variant__product").order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj: Draft | None = None) -> bool:
        return False


@admin.register(Draft)
class DraftAdmin(ParentAdmin[Draft]):
    """
    Orders that staff take: goods first, then whether they are sent or handed over now.

    Placing one leads to the order's page, where the payment link is; selling one at the counter
    leads to the next: see `checkout.desk` and `till.counter`.
    """

    inlines = (LineInline,)
    list_display = (
        "__str__",
        badge("status", gettext_lazy("status")),
        email,
        "phone",
        "made_by",
        "created_at",
        "order",
    )
    list_filter = (dates("created_at"), "status")
    list_select_related = ("made_by", "order")
    ordering = ("-pk",)
    search_fields = ("email", "phone", "first_name", "last_name", "order__number")
    fieldsets = (
        (
            gettext_lazy("Customer"),
            {"fields": ("email", "phone", ("first_name", "last_name"), "language")},
        ),
        (
            gettext_lazy("Delivery"),
            {"fields": ("shipping_method_code", "country", "street", *NAMES, "reference")},
        ),
        (
            gettext_lazy("Receipt"),
            {"fields": (("document_type", "document_number"), "company")},
        ),
        (
            gettext_lazy("Price"),
            {"fields": ("coupon_code", ("discount", "discount_reason"))},
        ),
        (gettext_lazy("Notes"), {"fields": ("customer_note", "staff_note")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Draft | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request: HttpRequest, obj: Draft | None = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A new order. Its form carries the draft's key, so that it is written once."""
        if not (self.has_add_permission(request) or _stands_at_tills(request)):
            raise PermissionDenied
        key = key_of(request.POST.get("key", "")) or uuid7()
        known = Draft.objects.filter(pk=key).first() if request.method == "POST" else None
        return self._desk(request, known or Draft(pk=key, made_by=person(request)))

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """An open draft; what was closed is read."""
        draft = self.get_object(request, unquote(object_id))
        is_pressed = draft is not None and request.method == "POST"
        if draft and (draft.is_open or is_pressed) and super().has_change_permission(request):
            return self._desk(request, draft)
        return super().change_view(request, object_id, *args, **kwargs)

    @own_page("goods/", "checkout_draft_goods")
    def goods(self, request: HttpRequest) -> HttpResponse:
        """The goods for what is typed: a fragment."""
        if not (self.has_view_permission(request) or _stands_at_tills(request)):
            raise PermissionDenied
        text, warehouse = request.GET.get("goods", "").strip(), None
        if request.GET.get("mode") == NOW and (session := open_session_of(person(request))):
            warehouse = session.till.shop.pickup_warehouse_id
        context = {"goods": find_goods(text, warehouse_id=warehouse), "typed": text}
        return TemplateResponse(request, "admin/checkout/draft/_goods.html", context)

    @own_page("customers/", "checkout_draft_customers")
    def customers(self, request: HttpRequest) -> HttpResponse:
        """The customers for what is typed: a fragment."""
        may_take = self.has_view_permission(request) or _stands_at_tills(request)
        if not (may_take and _finds_customers(request)):
            raise PermissionDenied
        context = {"customers": find_customers(request.GET.get("customer", ""))}
        return TemplateResponse(request, "admin/checkout/draft/_customers.html", context)

    def _desk(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        may_find, may_sell = _finds_customers(request), _stands_at_tills(request)
        counter = counter_of(person(request), request.POST) if may_sell else None
        if self._is_sent(request, counter):
            counter = None
        fixed = counter.fixed if counter else None
        if request.method != "POST":
            customer = key_of(request.GET.get("customer", ""))
            desk = opened(draft, customer if may_find else None, fixed=fixed)
            return self._shown(request, desk, counter, version_of(draft))
        if not draft.is_open:
            return self._closed(request, draft)
        desk = pressed(
            draft,
            request.POST,
            finds_customers=may_find,
            fixed=fixed,
            warehouse_id=counter.warehouse_id if counter else None,
        )
        try:
            done = self._press(request, desk, counter)
        except DomainError as refusal:
            desk.refusal = str(refusal)
            done = None
        return done or self._shown(request, desk, counter, request.POST.get("version", ""))

    def _is_sent(self, request: HttpRequest, counter: Counter | None) -> bool:
        """As chosen; at an open till, goods are handed over unless something else was chosen."""
        if counter is None or not self.has_add_permission(request):
            return counter is None
        chosen = request.POST.get("_mode") or request.POST.get("mode") or request.GET.get("mode")
        if chosen in (SEND, NOW):
            return chosen == SEND
        return counter.session is None or "customer" in request.GET

    def _press(
        self, request: HttpRequest, desk: Desk, counter: Counter | None
    ) -> HttpResponse | None:
        """The page that follows one of the last buttons, if it could do what it says."""
        sent = request.POST
        if counter and "_close" in sent:
            session = counter.close()
            return _go(request, _page_of_session(session.pk)) if session else None
        if counter and "_sell" in sent:
            order = counter.sell(desk)
            return self._sold(request, counter, order) if order else None
        may_place = self.has_add_permission(request) and desk.is_valid
        if "_save" in sent and may_place:
            return self._save(request, desk)
        if "_place" in sent and may_place and not counter:
            return self._place(request, desk)
        return None

    def _sold(self, request: HttpRequest, counter: Counter, order: Order) -> HttpResponse:
        change = counter.change(order.total) or ZERO
        text = format_html(
            _('<a href="{page}">{order}</a> is sold. Change: {change}'),
            page=_page_of_order(order.pk),
            order=order,
            change=money(change, order.currency),
        )
        self.message_user(request, text, messages.SUCCESS)
        return _go(request, f"{reverse('admin:checkout_draft_add')}?mode={NOW}")

    def _save(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        drafting.save(desk.draft, desk.lines.units, seen=request.POST.get("version", ""))
        self.message_user(request, _("The draft is saved."), messages.SUCCESS)
        return _go(request, self._page_of(desk.draft))

    def _place(self, request: HttpRequest, desk: Desk) -> HttpResponse | None:
        """Make it an order, paid by its link or in cash, and show its page."""
        if desk.sheet.lacks:
            desk.refuse()
            return None
        order = drafting.save_and_place(
            desk.draft,
            desk.lines.units,
            version=request.POST.get("version", ""),
            actor_id=UUID(str(person(request).pk)),
            seen=request.POST.get("seen", ""),
        )
        if desk.payment == LINK:
            self.message_user(request, _("The order is placed. Send the link to pay it."))
        else:
            self._agree_on_cash(request, order, desk.payment)
        return _go(request, _page_of_order(order.pk))

    def _agree_on_cash(self, request: HttpRequest, order: Order, code: str) -> None:
        with self.refusals_told(request):
            start_attempt(order.pk, code, return_url=absolute(order_link(order)))
            self.message_user(request, _("The order is placed. It is paid when it is handed over."))

    def _closed(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """A second press of the last button leads to the order; what is closed does not change."""
        if draft.order_id and {"_place", "_sell"} & request.POST.keys():
            return _go(request, _page_of_order(draft.order_id))
        text = _("This draft has already been placed or discarded.")
        self.message_user(request, text, messages.ERROR)
        return _go(request, self._page_of(draft))

    def _shown(
        self, request: HttpRequest, desk: Desk, counter: Counter | None, version: str
    ) -> HttpResponse:
        is_new = not version
        total = desk.sheet.figures.basket.total
        context = {
            "title": _("New order") if is_new else str(desk.draft),
            "original": None if is_new else desk.draft,
            "desk": desk,
            "sheet": desk.sheet,
            "version": version,
            "finds_customers": _finds_customers(request),
            "districts": common_districts(),
            "may_send": self.has_add_permission(request),
            "may_sell": _stands_at_tills(request),
            "counter": counter,
            "total": total,
            "change": counter.change(total) if counter else None,
            "missing": problems_of(desk.sheet) if counter else desk.sheet.missing,
            "begins": bool(desk.found.goods or {"_mode", "_open"} & request.POST.keys())
            or not (_is_script(request) or (counter and counter.told)),
        }
        return self.own_response(request, "admin/checkout/draft/desk.html", context)

    @own_page("<path:object_id>/discard/", "checkout_draft_discard", only_post=True)
    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        draft = self._draft(request, object_id)
        with self.refusals_told(request):
            drafting.discard(draft.pk)
            self.message_user(request, _("The draft is discarded."))
        return HttpResponseRedirect(self._page_of(draft))

    def _draft(self, request: HttpRequest, object_id: str) -> Draft:
        """The draft whose page has the pressed button."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def _page_of(self, draft: Draft) -> str:
        return reverse("admin:checkout_draft_change", args=[draft.pk])


def _page_of_order(order_id: UUID) -> str:
    return reverse("admin:orders_order_change", args=[order_id])


def _page_of_session(session_id: UUID) -> str:
    return reverse("admin:till_tillsession_change", args=[session_id])


def _stands_at_tills(request: HttpRequest) -> bool:
    return request.user.has_perm("till.add_tillsession")


def _finds_customers(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_customeraccount")


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """Another page, also where a script has sent the form."""
    if _is_script(request):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def _is_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers
