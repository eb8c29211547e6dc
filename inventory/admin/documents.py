from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.owned import SellerOwnedAdmin, person
from catalog.models import Variant
from core.admin import badge
from core.exceptions import DomainError
from inventory import documents, services
from inventory.forms import TransferForm, UnitsForm
from inventory.models import (
    StockCount,
    Transfer,
    Warehouse,
)

ModelT = TypeVar("ModelT", bound=Model)


class DocumentAdmin(SellerOwnedAdmin[ModelT]):
    """
    Transfers and counts: made by a form, then taken on by buttons; a service takes each step.

    A seller's people do that for their own warehouses.
    """

    hidden_from_sellers = ("created_by",)
    typed: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) or self.acts_for_seller(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._shown(request, self.shown if obj else self.typed)

    def may_take_steps(self, request: HttpRequest, document: Any) -> bool:
        """Whether the person, who sees the document, may also carry it out."""
        return self.has_add_permission(request)

    def get_urls(self) -> list[URLPattern]:
        take = self.admin_site.admin_view(self.take_step)
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        return [path("<path:object_id>/step/<slug:step>/", take, name=name), *super().get_urls()]

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.message_user(request, _("Written down: nothing has moved yet."), messages.SUCCESS)
        return HttpResponseRedirect(self._page_of(obj))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        document: Any = context["original"]
        if document:
            context |= self._state(request, document, UnitsForm(user=person(request)))
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Take the step that a button of the page asks for; what was typed wrong is shown again."""
        document: Any = self.get_object(request, unquote(object_id))
        if document is None or not self.may_take_steps(request, document):
            raise PermissionDenied
        steps = {each.name: each for each in documents.steps_of(document)}
        form = UnitsForm(request.POST, user=person(request))
        if step not in steps:
            self.message_user(request, _("This is not possible any more."), messages.ERROR)
        elif steps[step].takes_units and not form.is_valid():
            return self._ask_again(request, document, form)
        else:
            self._take(request, document, steps[step], form)
        return HttpResponseRedirect(self._page_of(document))

    def _take(
        self, request: HttpRequest, document: Any, step: documents.Step, form: UnitsForm
    ) -> None:
        units = form.cleaned_data["units"] if step.takes_units else {}
        try:
            done = step.take(document.pk, person(request).pk, units)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)

    def _ask_again(self, request: HttpRequest, document: Any, form: UnitsForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **self._state(request, document, form),
            "title": self.title_of(document),
            "subtitle": None,
            "original": document,
            "opts": self.opts,
        }
        template = "admin/inventory/ask_again.html"
        return TemplateResponse(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _state(self, request: HttpRequest, document: Any, form: UnitsForm) -> dict[str, Any]:
        may_act = self.may_take_steps(request, document)
        return {
            "subtitle": self.title_of(document),
            "lines": documents.lines_of(document),
            "steps": documents.steps_of(document) if may_act else [],
            "units": form,
            "step_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_step",
        }

    def _page_of(self, document: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[document.pk])

    def title_of(self, document: Any) -> str:
        raise NotImplementedError


@admin.register(Transfer)
class TransferAdmin(DocumentAdmin[Transfer]):
    form = TransferForm
    list_display = (
        "created_at",
        "origin",
        "destination",
        badge("status", _("status")),
        "dispatched_at",
        "received_at",
    )
    list_select_related = ("origin", "destination")
    list_filter = ("status",)
    search_fields = ("note", "lines__variant__sku")
    typed = ("origin", "destination", "note", "units")
    shown = ("status", "note", "created_by", "dispatched_at", "received_at")

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form, with the goods that the person may name."""
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"variants": Variant.objects.for_user(person(request))})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.pk = services.draft_transfer(
            origin_id=obj.origin_id,
            destination_id=obj.destination_id,
            quantities=form.cleaned_data["units"],
            actor_id=person(request).pk,
            note=obj.note,
        ).pk
        obj.refresh_from_db()

    def may_take_steps(self, request: HttpRequest, document: Any) -> bool:
        """Both warehouses have to be the seller's."""
        places = [document.origin_id, document.destination_id]
        own = Warehouse.objects.for_user(person(request)).filter(pk__in=places)
        return super().may_take_steps(request, document) and own.count() == len(places)

    def title_of(self, document: Any) -> str:
        return f"{document.origin} → {document.destination}"


@admin.register(StockCount)
class StockCountAdmin(DocumentAdmin[StockCount]):
    list_display = ("created_at", "warehouse", badge("status", _("status")), "note", "posted_at")
    list_select_related = ("warehouse",)
    list_filter = ("status", "warehouse")
    search_fields = ("note",)
    typed = ("warehouse", "note")
    shown = ("status", "note", "created_by", "posted_at")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        count = services.open_count(obj.warehouse_id, actor_id=person(request).pk, note=obj.note)
        obj.pk = count.pk
        obj.refresh_from_db()

    def title_of(self, document: Any) -> str:
        return f"{document.warehouse} · {document.created_at:%Y-%m-%d}"
