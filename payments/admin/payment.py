"""Admin of payments, with everything that is known of their money."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.selectors import sees_costs
from core.admin.base import ReadOnlyAdmin, ReadOnlyInline, amount, badge, dates
from core.admin.bulk import RowAction
from core.exceptions import DomainError
from core.formats import money
from payments.gateway_log import reader
from payments.gateway_log.reader import Question
from payments.models import (
    Dispute,
    LedgerEntry,
    Payment,
    Refund,
)
from payments.services.settle import settle

MAX_SAID = 100


def linked(name: str, label: StrOrPromise) -> Callable[[Any], str]:
    """A column of an inline that leads to the row's own page."""

    @admin.display(description=label)
    def shown(row: Any) -> str:
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return format_html('<a href="{}">{}</a>', page, getattr(row, name))

    return shown


@admin.display(description=_("left"))
def left(payment: Payment) -> str:
    """What may still go back."""
    return money(payment.room, payment.currency)


MONEY = (
    amount("amount", _("amount")),
    amount("captured", _("captured")),
    amount("refunded", _("refunded")),
    left,
    amount("fee", _("commission")),
)
AT_PROVIDER = (
    ("gateway", "gateway_id", "gateway_reference", "bank_reference"),
    ("quoted", "quoted_rate"),
    ("card_brand", "card_last4"),
    ("error_code", "error_message"),
)


class LedgerInline(ReadOnlyInline):
    model = LedgerEntry
    fields: ClassVar[Any] = (
        "occurred_at",
        "kind",
        amount("amount", _("amount")),
        "reference",
        "is_accepted",
    )
    ordering = ("occurred_at",)


class RefundInline(ReadOnlyInline):
    model = Refund
    fields: ClassVar[Any] = (
        linked("number", _("number")),
        amount("amount", _("amount")),
        badge("state", _("state")),
        "reason",
        "requested_by",
        "approved_by",
        "error_message",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("requested_by", "approved_by")


class DisputeInline(ReadOnlyInline):
    model = Dispute
    fields: ClassVar[Any] = (
        linked("reference", _("reference")),
        amount("amount", _("amount")),
        badge("state", _("state")),
        "reason",
        "respond_by",
        "closed_at",
    )


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin[Payment]):
    """Attempts to pay, each with what happened to its money."""

    is_exported = True
    list_display = (
        "number",
        "order",
        "gateway",
        amount("amount", _("amount")),
        badge("state", _("state")),
        amount("captured", _("captured")),
        amount("refunded", _("refunded")),
    )
    list_select_related = ("order",)
    list_filter = (dates("created_at"), "state", "gateway", "method")
    search_fields = ("number", "order__number", "order__email", "gateway_id", "gateway_reference")
    inlines = (LedgerInline, RefundInline, DisputeInline)
    actions = ("ask_provider",)
    summed = ("amount", "captured", "refunded")

    def get_fieldsets(self, request: HttpRequest, obj: Payment | None = None) -> Any:
        """What the provider has not told takes no place."""
        told = [row for row in AT_PROVIDER if row[0] == "gateway" or getattr(obj, row[-1], None)]
        shown = MONEY if sees_costs(request.user) else MONEY[:-1]
        return (
            (None, {"fields": (("order", "method", badge("state", _("state"))), shown)}),
            (_("At the provider"), {"fields": told}),
            (_("Dates"), {"fields": (("created_at", "captured_at", "checked_at", "expires_at"),)}),
        )

    def get_inlines(self, request: HttpRequest, obj: Payment | None) -> list[Any]:
        """The inlines that have rows."""
        return [each for each in self.inlines if each.model.objects.filter(payment=obj).exists()]

    @admin.display(description=_("quoted amount"))
    def quoted(self, payment: Payment) -> str:
        """Where the provider does not take the shop's currency."""
        if payment.quoted_amount is None:
            return ""
        return money(payment.quoted_amount, payment.quoted_currency)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        payment: Payment = context["original"]
        context["attempts"] = payment.order.payments.select_related("method").order_by("-pk")
        try:
            context["said"] = reader.find(Question(payment=payment.number), most=MAX_SAID)
        except DomainError as refusal:
            context["log_problem"] = str(refusal)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_ask_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_payment")

    @admin.action(description=_("Ask the provider about the selected"), permissions=["ask"])
    @RowAction
    def ask_provider(self, request: HttpRequest, payment: Payment) -> None:
        settle(payment.pk)
