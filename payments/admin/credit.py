"""Admin of store credit, and of requests that a second person approves."""

from typing import Any, ClassVar

from constance import config
from django import forms
from django.contrib import admin
from django.contrib.messages import WARNING
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import person
from core.admin.base import ReadOnlyAdmin, ReadOnlyInline, amount, badge, dates
from core.admin.bulk import RowAction
from payments.forms import GrantForm
from payments.models import CreditRequest, StoreCredit, StoreCreditEntry
from payments.services.credits import approve_credit, decline_credit, grant_by_hand


class CreditEntryInline(ReadOnlyInline):
    model = StoreCreditEntry
    fields = ("created_at", "kind", "amount", "note", "actor")
    ordering = ("created_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("actor", "credit")


@admin.register(StoreCredit)
class StoreCreditAdmin(ReadOnlyAdmin[StoreCredit]):
    """What the shop owes customers in goods. Staff grant it with a reason; entries stay."""

    list_display = ("number", "user", amount("balance", _("balance")), "expires_at", "created_at")
    list_select_related = ("user",)
    search_fields = ("number", "user__email", "entries__note")
    fields = ("number", "user", "balance", "currency", "expires_at")
    inlines = (CreditEntryInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.add_storecredit")

    def get_form(
        self,
        request: HttpRequest,
        obj: StoreCredit | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[forms.ModelForm[StoreCredit]]:
        if obj:
            return super().get_form(request, obj, change, **kwargs)
        return type("OwnGrantForm", (GrantForm,), {"by": person(request)})

    def get_fieldsets(self, request: HttpRequest, obj: StoreCredit | None = None) -> Any:
        if obj:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("email", "amount", "reason", "cause")})]

    def get_inlines(self, request: HttpRequest, obj: StoreCredit | None) -> Any:
        return self.inlines if obj else ()

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The credit, or the request for one: the ledger decides."""
        super().save_form(request, form, change)
        given = form.cleaned_data
        return grant_by_hand(
            form.customer,
            given["amount"],
            config.CURRENCY,
            reference=given["cause"],
            note=given["reason"],
            actor=person(request),
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Granting has saved it."""

    def response_add(
        self,
        request: HttpRequest,
        obj: StoreCredit | CreditRequest,
        post_url_continue: str | None = None,
    ) -> HttpResponse:
        if isinstance(obj, StoreCredit):
            page: HttpResponse = super().response_add(request, obj, post_url_continue)
            return page
        text = _("%s waits for a colleague's approval: it is more than one person may give.")
        self.message_user(request, text % obj, WARNING)
        return redirect("admin:payments_creditrequest_changelist")


@admin.register(CreditRequest)
class CreditRequestAdmin(ReadOnlyAdmin[CreditRequest]):
    """Large credits that somebody has asked for, and somebody else approves."""

    list_display = (
        "number",
        "user",
        amount("amount", _("amount")),
        badge("state", _("status")),
        "reason",
        "requested_by",
    )
    list_select_related = ("user", "requested_by")
    list_filter = (dates("created_at"), "state")
    search_fields = ("number", "user__email", "reason")
    fields: ClassVar[Any] = (
        *("number", "user", amount("amount", _("amount")), badge("state", _("status"))),
        *("reason", "requested_by", "created_at", "decided_by", "decided_at", "credit"),
    )
    actions = ("approve", "decline")

    @admin.display(description=_("store credit"))
    def credit(self, asked: CreditRequest) -> str:
        """The granted credit, with its page."""
        found = StoreCredit.objects.filter(reference=asked.pk).first()
        if found is None:
            return ""
        page = reverse("admin:payments_storecredit_change", args=[found.pk])
        return format_html('<a href="{}">{}</a>', page, found)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_creditrequest")

    @admin.action(description=_("Approve the selected requests"), permissions=["decide"])
    @RowAction
    def approve(self, request: HttpRequest, asked: CreditRequest) -> None:
        approve_credit(asked.pk, actor=person(request))

    @admin.action(description=_("Decline the selected requests"), permissions=["decide"])
    @RowAction
    def decline(self, request: HttpRequest, asked: CreditRequest) -> None:
        decline_credit(asked.pk, actor=person(request))
