"""The page of a bulk action: how far it has come, and which rows were refused."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice.bulk import jobs
from backoffice.models import BulkAction
from core.admin.base import ReadOnlyAdmin
from core.admin.pages import own_page

MAX_SHOWN = 50


@admin.register(BulkAction)
class BulkActionAdmin(ReadOnlyAdmin[BulkAction]):
    """People see their own bulk actions; with the right over all, those of others too."""

    list_display = ("what", "total", "user", "created_at", "finished_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkAction]:
        found = super().get_queryset(request)
        return found if super().has_view_permission(request) else found.filter(user=request.user.pk)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is not None and obj.user_id == request.user.pk
        return is_own or super().has_view_permission(request, obj)

    @admin.display(description=_("action"))
    def what(self, action: BulkAction) -> str:
        return title_of(action)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A page that looks again by itself as long as there is something to come."""
        action = self.get_object(request, object_id)
        if action is None:
            return super().change_view(request, object_id, form_url, extra_context)
        refused = action.left.exclude(refusal="").order_by("pk")
        leaf = Paginator(refused, MAX_SHOWN).get_page(request.GET.get("p"))
        progress = jobs.progress(action)
        context = {
            "title": title_of(action),
            "action": action,
            "progress": progress,
            "tiles": [
                (_("done"), progress.done),
                (_("were refused"), progress.refused),
                (_("not begun"), progress.waiting),
            ],
            "is_live": action.finished_at is None,
            "leaf": leaf,
            "refusals": _told(action, leaf, request),
        }
        return self.own_response(request, "admin/backoffice/bulkaction/status.html", context)

    @own_page("<uuid:object_id>/stop/", "backoffice_bulkaction_stop", only_post=True)
    def stop(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """
        Leave the rest of the rows as they are.

        :raises PermissionDenied: where somebody else has asked for it
        """
        action = get_object_or_404(self.get_queryset(request), pk=object_id)
        if action.user_id != request.user.pk:
            raise PermissionDenied
        jobs.stop(action.pk)
        return HttpResponseRedirect(reverse("admin:backoffice_bulkaction_change", args=[action.pk]))


def title_of(action: BulkAction) -> str:
    """The action as its list calls it, and what it is done to."""
    page = jobs.page_of(action)
    if page is None or not hasattr(page, action.action):
        return str(action)
    what = getattr(page, action.action).short_description
    return f"{capfirst(page.opts.verbose_name_plural)}: {what}"


def _told(
    action: BulkAction, leaf: "Page[Any]", request: HttpRequest
) -> list[tuple[str, str, str]]:
    """For each refused row its name, its address and the reason. 1 query, and those of names."""
    page = jobs.page_of(action)
    rows: dict[str, Model] = {}
    if page:
        found = page.get_queryset(request).filter(pk__in=[row.key for row in leaf])
        related = page.list_select_related
        found = found.select_related(*related) if isinstance(related, (list, tuple)) else found
        rows = {str(row.pk): row for row in found}
    return [
        (str(rows.get(row.key, row.key)), _address(rows.get(row.key)), row.refusal) for row in leaf
    ]


def _address(row: Model | None) -> str:
    if row is None:
        return ""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
