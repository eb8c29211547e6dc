"""The list of what was done lately, and for each its rows and the button that takes it back."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.seller_admin import person
from backoffice.models import Undoable
from backoffice.undo import services
from core.admin.base import ReadOnlyAdmin
from core.admin.pages import own_page
from core.exceptions import DomainError

_PAGE = 100


@admin.register(Undoable)
class UndoableAdmin(ReadOnlyAdmin[Undoable]):
    """People see what they did, and what others did that they may do as well."""

    list_display = ("title", "total", "user", "created_at", "undone_at")
    list_select_related = ("user",)
    list_filter = ("kind",)
    ordering = ("-pk",)
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if super().has_view_permission(request, obj):
            return True
        return obj is not None and self.get_queryset(request).filter(pk=obj.pk).exists()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Undoable]:
        return Undoable.objects.of(person(request)).order_by("-pk")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        undoable = self.get_object(request, object_id)
        if undoable is None:
            return super().change_view(request, object_id, form_url, extra_context)
        rows = undoable.changes.order_by("pk")
        context = {
            "title": undoable.title,
            "undoable": undoable,
            "result": services.result_of(undoable),
            "in_time": Undoable.objects.in_time().filter(pk=undoable.pk).exists(),
            "leaf": Paginator(rows, _PAGE).get_page(request.GET.get("p")),
        }
        return self.own_response(request, "admin/backoffice/undoable/page.html", context)

    @own_page("<uuid:object_id>/undo/", "backoffice_undoable_undo", only_post=True)
    def undo(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Take it back, and say on its page what stays."""
        undoable = get_object_or_404(self.get_queryset(request), pk=object_id)
        try:
            result = services.take_back(undoable.pk, user=person(request))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            level = messages.WARNING if result.stay else messages.SUCCESS
            messages.add_message(request, level, " ".join(result.sentences))
        return redirect("admin:backoffice_undoable_change", undoable.pk)
