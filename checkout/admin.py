from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.country_fields import NAMES
from accounts.districts import common_districts
from accounts.seller_admin import person
from checkout import drafting
from checkout.draft_forms import DraftForm, NewDraftLineForm
from checkout.models import Draft, DraftLine
from core.admin.base import ParentAdmin, ReachableSelects, badge, dates, email
from core.exceptions import DomainError


class LineInline(ReachableSelects[Any], admin.TabularInline[DraftLine, Draft]):
    """The draft's lines: their quantity can change, or they go."""

    model = DraftLine
    fields = ("variant", "quantity")
    readonly_fields = ("variant",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[DraftLine]:
        return super().get_queryset(request).select_related("variant__product").order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj: Draft | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Draft | None = None) -> bool:
        return self.has_change_permission(request, obj)


class NewLineInline(ReachableSelects[Any], admin.TabularInline[DraftLine, Draft]):
    """Lines to add: only these rows choose their variant."""

    model = DraftLine
    form = NewDraftLineForm
    verbose_name_plural = gettext_lazy("new lines")
    fields = ("variant", "quantity")
    autocomplete_fields = ("variant",)
    extra = 2

    def get_queryset(self, request: HttpRequest) -> QuerySet[DraftLine]:
        return super().get_queryset(request).none()


@admin.register(Draft)
class DraftAdmin(ParentAdmin[Draft]):
    """
    Orders that staff draw up by chat or phone: a form, with what it would cost after each save.

    Placing one makes the order and leads to its page, where the payment link is.
    """

    form = DraftForm
    inlines = (LineInline, NewLineInline)
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

    def get_form(
        self, request: HttpRequest, obj: Draft | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """A closed draft is read-only, so it has no form of its own."""
        if obj and not self.has_change_permission(request, obj):
            kwargs["form"] = ModelForm
        return super().get_form(request, obj, *args, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Draft | None) -> Any:
        if obj is None:
            return (NewLineInline,)
        return self.inlines if obj.is_open else (LineInline,)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/place/", wrap(self.place), name="checkout_draft_place"),
            path("<path:object_id>/discard/", wrap(self.discard), name="checkout_draft_discard"),
            *super().get_urls(),
        ]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse to save a draft that was placed meanwhile, with a message."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Draft, form: Any, change: bool) -> None:
        if change:
            drafting.lock_open(obj.pk)
        else:
            obj.made_by = person(request)
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Draft) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._page_of(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Draft) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._page_of(obj))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        draft: Draft | None = context["original"]
        context |= {
            "sheet": drafting.page_of(draft) if draft and draft.is_open else None,
            "districts": common_districts(),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def place(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make the draft an order, and show where its payment link is."""
        draft = self._draft(request, object_id)
        try:
            order = drafting.place(
                draft.pk, actor_id=UUID(str(person(request).pk)), seen=request.POST.get("seen", "")
            )
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self._page_of(draft))
        self.message_user(request, _("The order is placed. Send the link to pay it."))
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))

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
        """
        The draft whose page has the pressed button.

        Placed or not: a second press leads to the same order.
        """
        if not super().has_change_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def _page_of(self, draft: Draft) -> str:
        return reverse("admin:checkout_draft_change", args=[draft.pk])
