"""Refunds, disputes and the ledger."""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.owned import person
from core.admin import ReadOnlyAdmin, amount, badge, dates
from core.admin_bulk import RowAction
from payments import services
from payments.models import Dispute, LedgerEntry, Refund


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
    @RowAction
    def approve(self, request: HttpRequest, refund: Refund) -> None:
        _approve(request, refund)

    @admin.action(
        description=_("Approve the selected refunds as store credit, as their customers agreed"),
        permissions=["approve"],
    )
    @RowAction
    def approve_as_credit(self, request: HttpRequest, refund: Refund) -> None:
        _approve(request, refund, as_credit=True)

    @admin.action(description=_("Reject the selected refunds"), permissions=["approve"])
    @RowAction
    def reject(self, request: HttpRequest, refund: Refund) -> None:
        services.reject_refund(refund.pk)


def _approve(request: HttpRequest, refund: Refund, *, as_credit: bool = False) -> None:
    services.approve_refund(
        refund.pk,
        actor_id=person(request).pk,
        despite_dispute=bool(request.POST.get("despite_dispute")),
        as_credit=as_credit,
    )


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
