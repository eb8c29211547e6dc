from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.seller_admin import person
from accounts.workflow_admin import StepsAdmin
from core.admin.base import ParentAdmin, ReachableSelects, ReadOnlyAdmin, badge
from core.admin.filters import FewUsedFilter
from core.admin.pages import own_page
from core.web.http import download
from orders.states import TO_FULFIL
from purchasing import papers, services
from purchasing.admin.steps import warn_not_mailed
from purchasing.exceptions import CarrierMissing
from purchasing.forms import ParcelForm
from purchasing.models import DropshipWarehouse, Supplier, SupplierTask, SupplierTaskQuerySet
from purchasing.states import SupplierTaskStatus
from shipping.forms import first_error


class WarehouseInline(ReachableSelects[Any], admin.TabularInline[DropshipWarehouse, Supplier]):
    """The supplier's own warehouses, from which they send in our name."""

    model = DropshipWarehouse
    extra = 1


@admin.register(Supplier)
class SupplierAdmin(ParentAdmin[Supplier]):
    list_display = ("name", "ruc", "email", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "ruc")
    ordering = ("name",)
    inlines = (WarehouseInline,)


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("attention")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("waiting for us"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return cast("SupplierTaskQuerySet", queryset).waiting_for_staff()


def _hand_out(_request: HttpRequest, task: SupplierTask) -> str:
    services.hand_out(task.order_id)
    return _("The suppliers' tasks of this order are assigned again.")


def _send(request: HttpRequest, task: SupplierTask) -> str:
    services.send_task(task.pk)
    if task.supplier and task.supplier.email:
        return _("The task goes to %s by mail.") % task.supplier.email
    warn_not_mailed(request)
    return _("The task is marked as handed over.")


def _accept(_request: HttpRequest, task: SupplierTask) -> str:
    services.accept_task(task.pk)
    return _("The supplier will send the goods.")


def _ship(request: HttpRequest, task: SupplierTask) -> str:
    form = ParcelForm(request.POST)
    if not form.is_valid():
        raise CarrierMissing(first_error(form))
    services.ship_task(task.pk, **form.cleaned_data, actor_id=person(request).pk)
    return _("The supplier’s parcel is on its way.")


def _cancel(_request: HttpRequest, task: SupplierTask) -> str:
    services.cancel_task(task.pk)
    return _("The task is cancelled.")


@admin.register(SupplierTask)
class SupplierTaskAdmin(StepsAdmin[SupplierTask], ReadOnlyAdmin[SupplierTask]):
    """What suppliers send to our customers in our name: one task for each order and supplier."""

    steps: ClassVar = {
        "hand-out": _hand_out,
        "send": _send,
        "accept": _accept,
        "ship": _ship,
        "cancel": _cancel,
    }
    list_display = (
        "order",
        "whose",
        badge("status", gettext_lazy("status")),
        "recipient",
        "created_at",
        "carrier",
    )
    list_select_related = ("order", "supplier")
    list_filter = (WaitingFilter, "status", ("supplier", FewUsedFilter))
    search_fields = (
        "order__number",
        "recipient",
        "tracking_number",
        "supplier__name",
        "lines__variant__sku",
    )
    ordering = ("-pk",)

    @admin.display(description=gettext_lazy("supplier"), ordering="supplier__name")
    def whose(self, task: SupplierTask) -> str:
        if task.supplier:
            return task.supplier.name
        return format_html('<span class="badge badge--failed">{}</span>', _("no supplier"))

    def get_fields(self, request: HttpRequest, obj: SupplierTask | None = None) -> list[Any]:
        """None: the page shows the task by itself."""
        return []

    @own_page("<path:object_id>/task.pdf", "purchasing_suppliertask_pdf")
    def as_pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        task = self.document(request, object_id)
        return download(papers.task_pdf(task), f"{task.order.number}.pdf")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        task: SupplierTask = context["original"]
        may_change = self.may_take_steps(request)
        context |= {
            "subtitle": f"{task.order} · {task.supplier or _('no supplier')}",
            "lines": task.lines.select_related("variant", "warehouse").order_by("pk"),
            "steps": steps_of(task) if may_change else [],
            "parcel": ParcelForm(context.get("typed", {}).get("ship")),
            "sees_all": self.sees_all(request),
            "in_vain": task.has_left_in_vain,
        }
        return super().render_change_form(request, context, *args, **kwargs)


def steps_of(task: SupplierTask) -> list[str]:
    """What makes sense for the task now, the likeliest first."""
    is_sale = task.order.status in TO_FULFIL
    steps: dict[str, list[str]] = {
        SupplierTaskStatus.OPEN: ["send", "cancel"] if task.supplier else ["hand-out", "cancel"],
        SupplierTaskStatus.SENT: ["accept", "ship", "cancel"],
        SupplierTaskStatus.ACCEPTED: ["ship", "cancel"],
        SupplierTaskStatus.SHIPPED: ["cancel"] if task.has_left_in_vain else [],
        SupplierTaskStatus.CANCELLED: ["hand-out"] if is_sale else [],
    }
    return steps[task.status]
