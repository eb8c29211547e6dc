from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
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
from core.exceptions import DomainError
from core.ids import uuid7
from core.mail.message import absolute
from orders.links import order_link
from orders.models import Order
from payments.services.start import start_attempt


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
    Orders that staff draw up by chat or phone, on a page that works like a till: see `desk`.

    Placing one makes the order and leads to its page, where the payment link is.
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

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("goods/", wrap(self.goods), name="checkout_draft_goods"),
            path("customers/", wrap(self.customers), name="checkout_draft_customers"),
            path("<path:object_id>/discard/", wrap(self.discard), name="checkout_draft_discard"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A new order. Its form carries the draft's key, so that it is written once."""
        if not self.has_add_permission(request):
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

    def goods(self, request: HttpRequest) -> HttpResponse:
        """The goods for what is typed: a fragment."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = request.GET.get("goods", "").strip()
        context = {"goods": find_goods(text), "typed": text}
        return TemplateResponse(request, "admin/checkout/draft/_goods.html", context)

    def customers(self, request: HttpRequest) -> HttpResponse:
        """The customers for what is typed: a fragment."""
        if not (self.has_view_permission(request) and _finds_customers(request)):
            raise PermissionDenied
        context = {"customers": find_customers(request.GET.get("customer", ""))}
        return TemplateResponse(request, "admin/checkout/draft/_customers.html", context)

    def _desk(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        if request.method != "POST":
            customer = key_of(request.GET.get("customer", ""))
            desk = opened(draft, customer if _finds_customers(request) else None)
            return self._shown(request, desk, version_of(draft))
        if not draft.is_open:
            return self._closed(request, draft)
        desk = pressed(draft, request.POST, finds_customers=_finds_customers(request))
        try:
            if "_save" in request.POST and desk.is_valid:
                return self._save(request, desk)
            if "_place" in request.POST and desk.is_valid:
                return self._place(request, desk)
        except DomainError as refusal:
            desk.refusal = str(refusal)
        return self._shown(request, desk, request.POST.get("version", ""))

    def _save(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        drafting.save(desk.draft, desk.lines.units, seen=request.POST.get("version", ""))
        self.message_user(request, _("The draft is saved."), messages.SUCCESS)
        return _go(request, self._page_of(desk.draft))

    def _place(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        """Make it an order, paid by its link or in cash, and show its page."""
        if desk.sheet.lacks:
            desk.refuse()
            return self._shown(request, desk, request.POST.get("version", ""))
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
        try:
            start_attempt(order.pk, code, return_url=absolute(order_link(order)))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("The order is placed. It is paid when it is handed over."))

    def _closed(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """A second press of "place" leads to the order; nothing else changes what is closed."""
        if draft.order_id and "_place" in request.POST:
            return _go(request, _page_of_order(draft.order_id))
        text = _("This draft has already been placed or discarded.")
        self.message_user(request, text, messages.ERROR)
        return _go(request, self._page_of(draft))

    def _shown(self, request: HttpRequest, desk: Desk, version: str) -> HttpResponse:
        is_new = not version
        context = {
            **self.admin_site.each_context(request),
            "title": _("New order") if is_new else str(desk.draft),
            "opts": self.opts,
            "original": None if is_new else desk.draft,
            "desk": desk,
            "sheet": desk.sheet,
            "version": version,
            "finds_customers": _finds_customers(request),
            "districts": common_districts(),
        }
        return TemplateResponse(request, "admin/checkout/draft/desk.html", context)

    @method_decorator(require_POST)
    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        draft = self._draft(request, object_id)
        try:
            drafting.discard(draft.pk)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
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


def _finds_customers(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_customeraccount")


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """Another page, also where a script has sent the form."""
    is_script = "HX-Request" in request.headers
    return HttpResponseClientRedirect(address) if is_script else HttpResponseRedirect(address)
