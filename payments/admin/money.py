"""Admin of refunds, disputes and the ledger."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import person
from core.admin.base import ReadOnlyAdmin, amount, badge, dates
from core.admin.bulk import RowAction
from core.formats import money
from payments.models import Dispute, LedgerEntry, Refund
from payments.selectors import sums_of
from payments.services import refunds
from payments.services.refunds import approve_refund, reject_refund


class RefundActionForm(ActionForm):
    """What staff choose to do with refunds, and why despite a dispute, while there is one."""

    despite_dispute = forms.CharField(
        required=False,
        max_length=255,
        label=_("why, although the customer's bank asks for the money back as well"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Dispute.objects.open().exists():
            del self.fields["despite_dispute"]


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
    list_select_related = ("payment__order", "requested_by", "approved_by")
    list_filter = (dates("created_at"), "state", "destination", "is_automatic")
    search_fields = ("number", "payment__number", "payment__order__number", "reason")
    actions = ("approve", "approve_as_credit", "reject", "send_despite_dispute")
    action_form = RefundActionForm
    summed = ("amount",)

    def row_in_words(self, refund: Refund) -> str:
        """The amount in the confirmation, and whose money it is."""
        order = refund.payment.order
        return _("%(amount)s to %(email)s, order %(order)s, %(refund)s") % {
            "amount": money(refund.amount, refund.currency),
            "email": order.email,
            "order": order.number,
            "refund": refund.number,
        }

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        order = context["original"].payment.order
        context |= {
            "order": order,
            "lines": list(order.lines.order_by("pk")),
            "kept": sums_of(order.pk).net,
        }
        return super().render_change_form(request, context, *args, **kwargs)

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
        reject_refund(refund.pk)

    @admin.action(
        description=_("Send the selected refunds although they are disputed"),
        permissions=["approve"],
    )
    @RowAction
    def send_despite_dispute(self, request: HttpRequest, refund: Refund) -> None:
        refunds.send_despite_dispute(refund.pk, actor_id=person(request).pk, reason=_why(request))


def _approve(request: HttpRequest, refund: Refund, *, as_credit: bool = False) -> None:
    approve_refund(
        refund.pk,
        actor_id=person(request).pk,
        despite_dispute=_why(request),
        as_credit=as_credit,
    )


def _why(request: HttpRequest) -> str:
    return request.POST.get("despite_dispute", "")


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
