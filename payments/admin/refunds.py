"""Admin of refunds: one page with all that a decision needs, and the decision as one button."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.seller_admin import person
from accounts.workflow_admin import StepsAdmin, filled
from core.admin.base import ReadOnlyAdmin, amount, badge, dates
from core.admin.bulk import RowAction
from core.formats import money
from core.money import ZERO
from payments.models import Dispute, Refund
from payments.selectors import sums_of
from payments.services import refunds
from payments.services.refunds import approve_refund, reject_refund
from payments.states import ARRIVED, GIVEN_UP, RefundState


@dataclass(frozen=True, kw_only=True)
class Left:
    """An order's money around one of its refunds: `left` is what stays once all have gone."""

    paid: Decimal
    given: Decimal
    others: Decimal
    left: Decimal


def left_beside(refund: Refund, siblings: list[Refund]) -> Left:
    """One query; `siblings` are the order's other refunds."""
    sums = sums_of(refund.payment.order_id)
    others = sum((each.amount for each in siblings if _is_under_way(each)), ZERO)
    own = refund.amount if _is_under_way(refund) else ZERO
    given = sums.refunded + sums.charged_back
    return Left(paid=sums.captured, given=given, others=others, left=sums.net - others - own)


def _is_under_way(refund: Refund) -> bool:
    return refund.state not in (*GIVEN_UP, *ARRIVED)


class RefusalForm(forms.Form):
    """Why no money goes back: who asked for it reads that at the order."""

    why = forms.CharField(label=_("Why, for who has asked"), max_length=200)


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


def _approve(request: HttpRequest, refund: Refund, *, as_credit: bool = False) -> str:
    approve_refund(
        refund.pk,
        actor_id=person(request).pk,
        despite_dispute=_why(request),
        as_credit=as_credit,
    )
    return _("Approved: %s.") % in_words(refund)


def _as_credit(request: HttpRequest, refund: Refund) -> str:
    return _approve(request, refund, as_credit=True)


def _refuse(request: HttpRequest, refund: Refund) -> str:
    why = filled(RefusalForm(request.POST)).cleaned_data["why"]
    reject_refund(refund.pk, note=why, actor_id=person(request).pk)
    return _("Refused: %s.") % in_words(refund)


def _send(request: HttpRequest, refund: Refund) -> str:
    refunds.send_despite_dispute(refund.pk, actor_id=person(request).pk, reason=_why(request))
    return _("On its way: %s.") % in_words(refund)


def _why(request: HttpRequest) -> str:
    return request.POST.get("despite_dispute", "")


def in_words(refund: Refund) -> str:
    """The amount, and whose money it is."""
    order = refund.payment.order
    return _("%(amount)s to %(email)s, order %(order)s, %(refund)s") % {
        "amount": money(refund.amount, refund.currency),
        "email": order.email,
        "order": order.number,
        "refund": refund.number,
    }


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.email) if user else "-"


@admin.register(Refund)
class RefundAdmin(StepsAdmin[Refund], ReadOnlyAdmin[Refund]):
    """Money on its way back. Somebody asks, somebody else lets it go."""

    steps: ClassVar = {
        "approve": _approve,
        "approve_as_credit": _as_credit,
        "reject": _refuse,
        "send_despite_dispute": _send,
    }
    is_exported = True
    list_display = (
        "number",
        "order",
        amount("amount", _("amount")),
        badge("state", _("state")),
        "reason",
        "asked_by",
        "let_go_by",
    )
    list_select_related = ("payment__order__customer", "requested_by", "approved_by")
    list_filter = (dates("created_at"), "state", "destination", "is_automatic")
    search_fields = ("number", "payment__number", "payment__order__number", "reason")
    actions = ("approve", "approve_as_credit", "reject", "send_despite_dispute")
    action_form = RefundActionForm
    summed = ("amount",)

    @admin.display(description=_("order"), ordering="payment__order__number")
    def order(self, refund: Refund) -> str:
        return str(refund.payment.order)

    @admin.display(description=_("requested by"), ordering="requested_by")
    def asked_by(self, refund: Refund) -> str:
        return _name(refund.requested_by)

    @admin.display(description=_("approved by"), ordering="approved_by")
    def let_go_by(self, refund: Refund) -> str:
        return _name(refund.approved_by)

    def row_in_words(self, refund: Refund) -> str:
        """The amount in the confirmation, and whose money it is."""
        return in_words(refund)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        """No seller has a part in them."""
        return Refund.objects.select_related(*self.list_select_related)

    def has_view_permission(self, request: HttpRequest, obj: Refund | None = None) -> bool:
        return self.sees_all(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.sees_all(request)

    def get_fields(self, request: HttpRequest, obj: Refund | None = None) -> list[Any]:
        """None: the page shows the refund by itself."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        refund: Refund = context["original"]
        order = refund.payment.order
        others = Refund.objects.filter(payment__order=order.pk).exclude(pk=refund.pk)
        siblings = list(others.order_by("pk"))
        context |= {
            "order": order,
            "lines": list(order.lines.order_by("position", "pk")),
            "left": left_beside(refund, siblings),
            "siblings": siblings,
            "refusal": RefusalForm(context.get("typed", {}).get("reject")),
            "is_own": refund.requested_by_id == person(request).pk,
            "is_disputed": refund.payment.disputes.open().exists(),
            "may_decide": self.may_take_steps(request),
            "title": refund.number,
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _page_after(self, document: Refund) -> str:
        """The requests that still wait, if there are any, else the refund itself."""
        if Refund.objects.filter(state=RefundState.REQUESTED).exists():
            asked = {"state__exact": RefundState.REQUESTED.value}
            return reverse("admin:payments_refund_changelist", query=asked)
        return super()._page_after(document)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return self.may_take_steps(request)

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
