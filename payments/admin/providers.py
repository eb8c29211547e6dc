"""Admin of payment methods, webhooks, transfer proofs and reconciliations."""

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from accounts.fresh_sign_in import check_fresh
from accounts.selectors import sees_costs
from accounts.seller_admin import person
from catalog.models import Collection
from core.admin.base import ReadOnlyAdmin, StaffAdmin, badge, dates
from core.admin.bulk import asked_before
from core.admin.pages import own_page
from core.web.http import download
from payments import emails, provider_state
from payments.forms import PaymentMethodForm
from payments.models import (
    GatewayLogSpool,
    PaymentMethod,
    Reconciliation,
    TransferProof,
    WebhookEvent,
    WebhookStatus,
)
from payments.offers import unpayable_collections
from payments.services.reconcile import unresolved_differences

_MAX_NAMED = 10


@admin.register(PaymentMethod)
class PaymentMethodAdmin(StaffAdmin[PaymentMethod], TranslationAdmin[PaymentMethod]):
    """The ways to pay, as shoppers choose them."""

    form = PaymentMethodForm
    autocomplete_fields = ("zones",)

    list_display = ("name", "code", "type", "gateway", "hold_minutes", "position", "is_active")
    list_filter = ("is_active", "type", "gateway")
    search_fields = ("name", "code")
    prepopulated_fields = {"code": ("name",)}

    def get_fields(self, request: HttpRequest, obj: PaymentMethod | None = None) -> list[Any]:
        """What providers keep is for who keeps the books."""
        fields = list(super().get_fields(request, obj))
        if sees_costs(request.user):
            return fields
        return [name for name in fields if not str(name).startswith("commission")]

    def save_model(
        self,
        request: HttpRequest,
        obj: PaymentMethod,
        form: ModelForm[PaymentMethod],
        change: bool,
    ) -> None:
        """A wrong bank account would receive all transfers: ask who it is, and alert others."""
        payee = ("instructions", "gateway", "type")
        is_led_elsewhere = any(name.startswith(payee) for name in form.changed_data)
        if is_led_elsewhere:
            check_fresh(request)
        super().save_model(request, obj, form, change)
        if is_led_elsewhere:
            emails.send_payee_changed(obj, person(request))
        if stuck := list(unpayable_collections()[:_MAX_NAMED]):
            text = _("These collections have products that nobody can pay now: %(names)s")
            names = ", ".join(collection.name for collection in stuck)
            self.message_user(request, text % {"names": names}, messages.WARNING)

    @own_page("providers/", "payments_paymentmethod_providers", needs="view")
    def providers(self, request: HttpRequest) -> HttpResponse:
        """
        The state of each provider's keys; a press of “Try” asks one whether it takes them.

        :raises PermissionDenied: for who may not see, or not try
        """
        tried, answer = request.POST.get("provider", ""), None
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if tried not in {state.code for state in provider_state.states()}:
                raise Http404
            answer = provider_state.ask(tried)
        context = {
            "title": _("Payment providers"),
            "providers": provider_state.states(),
            "tried": tried,
            "answer": answer,
            "may_try": self.has_change_permission(request),
        }
        return self.own_response(request, "admin/payments/providers.html", context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A method that collections name stays until it is taken out of them."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        naming = Collection.objects.filter(payment_methods__overlap=[row.code for row in objs])
        text = _("The collection %(name)s names it: take it out there first.")
        refusals = [text % {"name": collection} for collection in naming[:_MAX_NAMED]]
        return to_delete, counts, needed, [*protected, *refusals]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin[WebhookEvent]):
    """Webhooks as they were received. Processing one again changes nothing that is done."""

    list_display = (
        "created_at",
        "provider",
        "type",
        "event_id",
        badge("status", _("status")),
        "attempts",
        "error",
    )
    list_filter = (dates("created_at"), "status", "provider", "type")
    search_fields = ("event_id",)
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_webhookevent")

    @admin.action(description=_("Process the selected events again"), permissions=["replay"])
    @asked_before
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

    @own_page("<uuid:object_id>/file/", "payments_transferproof_file")
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


@admin.register(GatewayLogSpool)
class GatewayLogSpoolAdmin(ReadOnlyAdmin[GatewayLogSpool]):
    """Log entries that wait for MongoDB."""

    list_display = ("id", "created_at")


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin[Reconciliation]):
    """How far each provider's list was reconciled, and the open differences."""

    list_display = ("provider", "reached_at", "unsolved", "error")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["leftovers"] = unresolved_differences(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)
