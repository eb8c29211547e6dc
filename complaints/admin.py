from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms import AnswerForm
from complaints.models import Complaint
from core.admin.base import StaffAdmin, dates

WRITTEN = (
    *("number", "created_at", "due_on", "kind", "name", "document_type", "document_number"),
    *("address", "phone", "email", "guardian", "ordered", "order_number", "amount", "currency"),
    *("description", "detail", "request", "copied_at"),
)
ANSWERED = ("answer", "answered_at", "answered_by", "answer_mailed_at")


class StateFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("overdue", _("overdue")), ("answered", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "open":
            return queryset.filter(answered_at=None)
        if self.value() == "overdue":
            return queryset.filter(answered_at=None, due_on__lt=timezone.localdate())
        return queryset.filter(answered_at__isnull=False) if self.value() else queryset


@admin.register(Complaint)
class ComplaintAdmin(StaffAdmin[Complaint]):
    """The complaints book: what waits longest comes first. Sheets are answered, never changed."""

    list_display = ("number", "state", "due_on", "kind", "name", "order_number", "created_at")
    list_filter = (dates("created_at"), StateFilter, "kind")
    search_fields = ("number", "name", "document_number", "email", "order_number")
    form = AnswerForm
    fieldsets = ((None, {"fields": WRITTEN}), (_("answer"), {"fields": ANSWERED}))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("answered_at").desc(nulls_first=True), "due_on", "number"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        is_answered = obj is not None and obj.answered_at is not None
        return (*WRITTEN, *(ANSWERED if is_answered else ANSWERED[1:]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Hand the answer to the service; the sheet itself is not saved from here."""
        if "answer" not in form.cleaned_data:
            return
        with self.refusals_told(request):
            services.answer(obj.pk, form.cleaned_data["answer"], actor_id=request.user.pk)

    @admin.display(description=_("status"), ordering="answered_at")
    def state(self, complaint: Complaint) -> str:
        if complaint.answered_at:
            return format_html('<span class="badge badge--paid">{}</span>', _("answered"))
        if complaint.due_on < timezone.localdate():
            return format_html('<span class="badge badge--failed">{}</span>', _("overdue"))
        return format_html('<span class="badge badge--pending">{}</span>', _("open"))
