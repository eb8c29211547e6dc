from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, ForeignKey, Model, QuerySet, When
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from accounts.selectors import has_sellers
from accounts.seller_admin import SellerOwnedAdmin, person
from catalog.models import Variant
from core.admin.base import badge
from core.admin.pages import own_page
from core.web.device_features import with_camera
from inventory import line_lists, services
from inventory.admin.steps import Step, Units, steps_of
from inventory.exceptions import BelongsElsewhere, OthersShelf, UnknownCode
from inventory.forms import ON_CONSIGNMENT, TransferForm, UnitsForm, keys_in, others_goods
from inventory.models import (
    StockCount,
    Transfer,
    Warehouse,
    WarehouseKind,
)

ModelT = TypeVar("ModelT", bound=Model)
_BOX = "line-"


class StockDocumentAdmin(SellerOwnedAdmin[ModelT]):
    """
    Transfers and counts: created with a form, then moved on by buttons, which call services.

    A seller's people may do so for their own warehouses.
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

    def shelves(self, request: HttpRequest) -> QuerySet[Warehouse]:
        """Where the person's goods may lie; no supplier's shelf."""
        own = Warehouse.objects.for_user(person(request))
        return own.filter(is_active=True, kind=WarehouseKind.OWN).order_by("priority", "code")

    def may_take_steps(self, request: HttpRequest, document: Any) -> bool:
        """Whether the person, who sees the document, may also carry it out."""
        return self.has_add_permission(request)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.message_user(request, _("Saved: no stock has moved yet."), messages.SUCCESS)
        return HttpResponseRedirect(self._page_of(obj))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if document := context["original"]:
            context |= self._state(request, document)
        return with_camera(super().render_change_form(request, context, *args, **kwargs))

    @own_page("<path:object_id>/step/<slug:step>/", "{model}_step", only_post=True)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Run the step of the pressed button; bad input is shown again."""
        document: Any = self.get_object(request, unquote(object_id))
        if document is None or not self.may_take_steps(request, document):
            raise PermissionDenied
        steps = {each.name: each for each in steps_of(document)}
        if step not in steps:
            self.message_user(request, _("This is no longer possible."), messages.ERROR)
            return self._back(request, document)
        if not steps[step].takes_units:
            units = self._scanned(request) if steps[step].takes_code else {}
            return self._take(request, document, steps[step], units)
        lines = list(line_lists.lines_of(document, keys_in(request.POST, _BOX)))
        form = UnitsForm(request.POST, user=person(request), lines=lines)
        if not form.is_valid():
            return self._ask_again(request, document, form, lines)
        return self._take(request, document, steps[step], form.cleaned_data["units"])

    def _take(self, request: HttpRequest, document: Any, step: Step, units: Units) -> HttpResponse:
        """Take the step, then return to the same lines of the page."""
        with self.refusals_told(request):
            if step.takes_code and not units:
                raise UnknownCode(_("No variant has this code."))
            if step.adds_goods:
                self.check_goods(request, document, units)
            if step.takes_code:
                self.check_place(request, document, units)
            done = step.take(document.pk, person(request).pk, units)
            self.message_user(request, done, messages.SUCCESS)
        return self._back(request, document)

    def check_goods(self, request: HttpRequest, document: Any, units: Units) -> None:
        """:raises OthersShelf: if units of these may not be added as the form was sent"""

    def check_place(self, request: HttpRequest, document: Any, units: Units) -> None:
        """:raises BelongsElsewhere: if what was scanned is not to be found there"""

    def _scanned(self, request: HttpRequest) -> Units:
        """One unit of the scanned variant; empty if there is none."""
        variants = Variant.objects.for_user(person(request))
        found = line_lists.by_code(variants, request.POST.get("code", "").replace("\0", "")[:120])
        return {found.pk: 1} if found else {}

    def _back(self, request: HttpRequest, document: Any) -> HttpResponse:
        query = line_lists.query_of(QueryDict(request.POST.get("back", ""))).urlencode()
        return HttpResponseRedirect(f"{self._page_of(document)}{query and f'?{query}'}")

    def _ask_again(
        self, request: HttpRequest, document: Any, form: UnitsForm, lines: list[Any]
    ) -> HttpResponse:
        context = {
            **self._state(request, document, form, lines),
            "title": self.title_of(document),
            "subtitle": None,
            "original": document,
            "columns": f"admin/inventory/{self.opts.model_name}/_lines.html",
        }
        template = "admin/inventory/ask_again.html"
        return self.own_response(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _state(
        self,
        request: HttpRequest,
        document: Any,
        form: UnitsForm | None = None,
        lines: Sequence[Any] = (),
    ) -> dict[str, Any]:
        """The page's lines, or the submitted ones if they had errors."""
        steps = steps_of(document) if self.may_take_steps(request, document) else []
        asked = QueryDict(request.POST.get("back", "")) if form else request.GET
        leaf = line_lists.leaf(document, asked)
        shown = list(lines or leaf.page.object_list)
        form = form or UnitsForm(user=person(request), lines=shown)
        noting = next((step for step in steps if step.takes_units), None)
        return {
            "subtitle": self.title_of(document),
            "leaf": leaf,
            "lines": [(line, form.box(line) if noting else None) for line in shown],
            "scanning": next((step for step in steps if step.takes_code), None),
            "noting": noting,
            "steps": [step for step in steps if not (step.takes_units or step.takes_code)],
            "units": form,
            "back": line_lists.query_of(asked).urlencode(),
            "asks_consignment": bool(noting and noting.adds_goods and has_sellers()),
            "step_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_step",
        }

    def _page_of(self, document: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[document.pk])

    def title_of(self, document: Any) -> str:
        raise NotImplementedError


@admin.register(Transfer)
class TransferAdmin(StockDocumentAdmin[Transfer]):
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
    typed = ("origin", "destination", "note", "units", "consigned")
    shown = ("status", "note", "created_by", "dispatched_at", "received_at")

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form, with the goods that the person may name."""
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"variants": Variant.objects.for_user(person(request))})

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """The shop's own warehouses come first: another seller's is chosen on purpose."""
        if db_field.name in ("origin", "destination"):
            is_house = Case(When(seller__in=Seller.objects.house(), then=0), default=1)
            kwargs["queryset"] = self.shelves(request).order_by(is_house, "priority", "code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
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

    def check_goods(self, request: HttpRequest, document: Any, units: Units) -> None:
        """Another seller's goods come along if that is said, or some are in it already."""
        if "consigned" in request.POST:
            return
        variants = Variant.objects.for_user(person(request))
        in_it = document.lines.values_list("variant", flat=True)
        skus = others_goods(variants, units, document.destination)
        if skus and not others_goods(variants, in_it, document.destination):
            raise OthersShelf(ON_CONSIGNMENT % {"skus": ", ".join(skus)})

    def title_of(self, document: Any) -> str:
        return f"{document.origin} → {document.destination}"


@admin.register(StockCount)
class StockCountAdmin(StockDocumentAdmin[StockCount]):
    list_display = ("created_at", "warehouse", badge("status", _("status")), "note", "posted_at")
    list_select_related = ("warehouse",)
    list_filter = ("status", "warehouse")
    search_fields = ("note",)
    typed = ("warehouse", "note")
    shown = ("status", "note", "created_by", "posted_at")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        count = services.open_count(obj.warehouse_id, actor_id=person(request).pk, note=obj.note)
        obj.pk = count.pk
        obj.refresh_from_db()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        shelf = self.shelves(request).first()
        return {"warehouse": shelf, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Nobody counts what a supplier has, or another seller."""
        if db_field.name == "warehouse":
            kwargs["queryset"] = self.shelves(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def shelves(self, request: HttpRequest) -> QuerySet[Warehouse]:
        shelves = super().shelves(request)
        if not self.sees_all(request):
            return shelves
        return shelves.filter(seller__in=Seller.objects.house())

    def check_place(self, request: HttpRequest, document: Any, units: Units) -> None:
        asked = QueryDict(request.POST.get("back", ""))
        variant = Variant.objects.get(pk__in=units)
        if place := line_lists.elsewhere(document, variant, asked):
            text = _("%(sku)s is not counted here: it belongs to %(place)s. Put it back there.")
            raise BelongsElsewhere(text % {"sku": variant.sku, "place": place})

    def title_of(self, document: Any) -> str:
        return f"{document.warehouse} · {document.created_at:%Y-%m-%d}"
