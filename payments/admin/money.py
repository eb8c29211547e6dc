"""Refunds, disputes, the ledger and store credit."""

from functools import partial
from typing import Any, cast
from uuid import UUID

from constance import config
from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.owned import person
from core.admin import ReadOnlyAdmin, ReadOnlyInline, amount, badge, dates
from core.admin_bulk import asked_before, take_each
from payments import services
from payments.forms import GrantForm
from payments.models import (
    Dispute,
    LedgerEntry,
    Refund,
    StoreCredit,
    StoreCreditEntry,
)


class RefundActionForm(ActionForm):
    """What staff choose to do with refunds, and what they want despite a dispute."""

    despite_dispute = forms.BooleanField(
        required=False, label=_("even if the customer's bank asks for the money back as well")
    )


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin[Refund]):
    """Money on its way back. Somebody asks, somebody else lets it go."""

    is_exported = True
    list_display = (
        "number",
        "payment",
        amount("amount", _("amount")),
        badge("state", _("state")),
        "destination",
        "reason",
        "requested_by",
        "approved_by",
    )
    list_select_related = ("payment", "requested_by", "approved_by")
    list_filter = (dates("created_at"), "state", "destination", "is_automatic")
    search_fields = ("number", "payment__number", "payment__order__number", "reason")
    actions = ("approve", "approve_as_credit", "reject")
    action_form = RefundActionForm

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_refund")

    @admin.action(description=_("Approve the selected refunds"), permissions=["approve"])
    @asked_before
    def approve(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        actor_id = cast("UUID", request.user.pk)
        despite = bool(request.POST.get("despite_dispute"))
        approve = partial(services.approve_refund, actor_id=actor_id, despite_dispute=despite)
        take_each(self, request, queryset, approve)

    @admin.action(
        description=_("Approve the selected refunds as store credit, as their customers agreed"),
        permissions=["approve"],
    )
    @asked_before
    def approve_as_credit(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        actor_id = cast("UUID", request.user.pk)
        despite = bool(request.POST.get("despite_dispute"))
        approve = partial(
            services.approve_refund, actor_id=actor_id, despite_dispute=despite, as_credit=True
        )
        take_each(self, request, queryset, approve)

    @admin.action(description=_("Reject the selected refunds"), permissions=["approve"])
    @asked_before
    def reject(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        take_each(self, request, queryset, services.reject_refund)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin[LedgerEntry]):
    """Every fact about money, as its provider told it."""

    is_exported = True
    list_display = ("occurred_at", "payment", "kind", amount("amount", _("amount")), "is_accepted")
    list_select_related = ("payment",)
    list_filter = (dates("occurred_at"), "kind", "provider", "is_accepted")
    search_fields = ("payment__number", "reference")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin[Dispute]):
    list_display = (
        "reference",
        "payment",
        badge("state", _("state")),
        amount("amount", _("amount")),
        "respond_by",
    )
    list_select_related = ("payment",)
    list_filter = (dates("created_at"), "state", "provider")
    search_fields = ("reference", "payment__number")


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
        change: bool = False,  # noqa: FBT001, FBT002
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

    def save_model(self, request: HttpRequest, obj: StoreCredit, form: Any, change: bool) -> None:  # noqa: FBT001
        given = form.cleaned_data
        granted = services.grant_by_hand(
            form.customer,
            given["amount"],
            config.CURRENCY,
            reference=given["cause"],
            note=given["reason"],
            actor=person(request),
        )
        obj.pk, obj.number = granted.pk, granted.number
