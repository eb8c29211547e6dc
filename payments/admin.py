from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Any, ClassVar, cast
from uuid import UUID

from constance import config
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise
from modeltranslation.admin import TranslationAdmin

from core.admin import ReachableSelects, ReadOnlyAdmin, ReadOnlyInline, amount, badge
from core.exceptions import DomainError
from core.formats import money
from core.http import download
from payments import logbook, services
from payments.forms import GrantForm, PaymentMethodForm
from payments.logbook import Question
from payments.models import (
    Dispute,
    GatewayLogSpool,
    LedgerEntry,
    Payment,
    PaymentMethod,
    Reconciliation,
    Refund,
    StoreCredit,
    StoreCreditEntry,
    TransferProof,
    WebhookEvent,
    WebhookStatus,
)

MOST_SAID = 100


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ReachableSelects[PaymentMethod], TranslationAdmin[PaymentMethod]):
    """The ways to pay, as shoppers choose them."""

    form = PaymentMethodForm
    autocomplete_fields = ("zones",)

    list_display = ("name", "code", "type", "gateway", "hold_minutes", "position", "is_active")
    list_filter = ("is_active", "type", "gateway")
    search_fields = ("name", "code")
    prepopulated_fields = {"code": ("name",)}


def linked(name: str, label: StrOrPromise) -> Callable[[Any], str]:
    """A column of an inline that leads to the row's own page."""

    @admin.display(description=label)
    def shown(row: Any) -> str:
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return format_html('<a href="{}">{}</a>', page, getattr(row, name))

    return shown


@admin.display(description=_("left"))
def left(payment: Payment) -> str:
    """What no refund has claimed yet."""
    return money(payment.captured - payment.refund_reserved, payment.currency)


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
    list_filter = ("state", "gateway", "method")
    search_fields = ("number", "order__number", "order__email", "gateway_id", "gateway_reference")
    date_hierarchy = "created_at"
    inlines = (LedgerInline, RefundInline, DisputeInline)
    actions = ("ask_provider",)
    show_full_result_count = False

    def get_fieldsets(self, request: HttpRequest, obj: Payment | None = None) -> Any:
        """What the provider has not told takes no place."""
        told = [row for row in AT_PROVIDER if row[0] == "gateway" or getattr(obj, row[-1], None)]
        return (
            (None, {"fields": (("order", "method", badge("state", _("state"))), MONEY)}),
            (_("At the provider"), {"fields": told}),
            (_("Dates"), {"fields": (("created_at", "captured_at", "checked_at", "expires_at"),)}),
        )

    def get_inlines(self, request: HttpRequest, obj: Payment | None) -> list[Any]:
        """Those that have rows."""
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
            context["said"] = logbook.find(Question(payment=payment.number), most=MOST_SAID)
        except DomainError as refusal:
            context["log_problem"] = str(refusal)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_ask_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_payment")

    @admin.action(description=_("Ask the provider about the selected"), permissions=["ask"])
    def ask_provider(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        _each(self, request, queryset, services.settle)


class RefundActionForm(ActionForm):
    """What staff choose to do with refunds, and what they want despite a dispute."""

    despite_dispute = forms.BooleanField(
        required=False, label=_("even if the customer's bank asks for the money back as well")
    )


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin[Refund]):
    """Money on its way back. Somebody asks, somebody else lets it go."""

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
    list_filter = ("state", "destination", "is_automatic")
    search_fields = ("number", "payment__number", "payment__order__number", "reason")
    actions = ("approve", "approve_as_credit", "reject")
    action_form = RefundActionForm
    show_full_result_count = False

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_refund")

    @admin.action(description=_("Approve the selected refunds"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        actor_id = cast("UUID", request.user.pk)
        despite = bool(request.POST.get("despite_dispute"))
        approve = partial(services.approve_refund, actor_id=actor_id, despite_dispute=despite)
        _each(self, request, queryset, approve)

    @admin.action(
        description=_("Approve the selected refunds as store credit, as their customers agreed"),
        permissions=["approve"],
    )
    def approve_as_credit(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        actor_id = cast("UUID", request.user.pk)
        approve = partial(services.approve_refund, actor_id=actor_id, as_credit=True)
        _each(self, request, queryset, approve)

    @admin.action(description=_("Reject the selected refunds"), permissions=["approve"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        _each(self, request, queryset, services.reject_refund)


def _each(
    page: admin.ModelAdmin[Any],
    request: HttpRequest,
    queryset: QuerySet[Any],
    step: Callable[[UUID], object],
) -> None:
    """Take the step with each row; count what went well and say why the others did not."""
    number = 0
    for row in queryset:
        try:
            step(row.pk)
        except DomainError as refusal:
            page.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            number += 1
    if number:
        done = ngettext("%d was done.", "%d were done.", number) % number
        page.message_user(request, done, messages.SUCCESS)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin[LedgerEntry]):
    """Every fact about money, as its provider told it."""

    list_display = ("occurred_at", "payment", "kind", amount("amount", _("amount")), "is_accepted")
    list_select_related = ("payment",)
    list_filter = ("kind", "provider", "is_accepted")
    search_fields = ("payment__number", "reference")
    date_hierarchy = "occurred_at"
    show_full_result_count = False


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
    list_filter = ("state", "provider")
    search_fields = ("reference", "payment__number")


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin[WebhookEvent]):
    """What providers sent. An event can be worked off again: doing so twice is doing it once."""

    list_display = (
        "created_at",
        "provider",
        "type",
        "event_id",
        badge("status", _("status")),
        "attempts",
        "error",
    )
    list_filter = ("status", "provider", "type")
    search_fields = ("event_id",)
    actions = ("replay",)
    show_full_result_count = False

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_webhookevent")

    @admin.action(description=_("Work off the selected events again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        number = queryset.update(
            status=WebhookStatus.RECEIVED, attempts=0, due_at=timezone.now(), error=""
        )
        done = ngettext("%d event will be tried again.", "%d events will be tried again.", number)
        self.message_user(request, done % number, messages.SUCCESS)


@admin.register(TransferProof)
class TransferProofAdmin(ReadOnlyAdmin[TransferProof]):
    """What shoppers show of their transfers; the file itself is a download for staff."""

    list_display = ("created_at", "payment")
    list_select_related = ("payment",)
    search_fields = ("payment__number", "payment__order__number")
    fields = ("payment", "created_at")
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.give_file)
        return [
            path("<uuid:object_id>/file/", view, name="payments_transferproof_file"),
            *super().get_urls(),
        ]

    def give_file(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The file as a download: nothing in it runs in the back office."""
        proof = self.get_object(request, str(object_id))
        if proof is None:
            raise Http404
        if not self.has_view_permission(request, proof):
            raise PermissionDenied
        suffix = PurePosixPath(str(proof.file.name)).suffix
        with proof.file.open() as file:
            return download(file.read(), f"{proof.payment.number}{suffix}")


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
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.add_storecredit")

    def get_form(
        self,
        request: HttpRequest,
        obj: StoreCredit | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> type[forms.ModelForm[StoreCredit]]:
        return super().get_form(request, obj, change, **kwargs) if obj else GrantForm

    def get_fieldsets(self, request: HttpRequest, obj: StoreCredit | None = None) -> Any:
        if obj:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("email", "amount", "reason", "cause")})]

    def get_inlines(self, request: HttpRequest, obj: StoreCredit | None) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: StoreCredit, form: Any, change: bool) -> None:  # noqa: FBT001
        given = form.cleaned_data
        granted = services.grant(
            form.customer.pk,
            given["amount"],
            config.CURRENCY,
            reference=given["cause"],
            note=given["reason"],
            actor_id=cast("UUID", request.user.pk),
        )
        obj.pk, obj.number = granted.pk, granted.number


@admin.register(GatewayLogSpool)
class GatewayLogSpoolAdmin(ReadOnlyAdmin[GatewayLogSpool]):
    """Log entries that wait for MongoDB."""

    list_display = ("id", "created_at")
    show_full_result_count = False


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin[Reconciliation]):
    """How far each provider's list was compared with the ledger, and what was left over."""

    list_display = ("provider", "reached_at", "unsolved", "error")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["leftovers"] = services.leftovers(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)
