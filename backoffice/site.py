"""The staff console: Django's admin, ordered by task, with a page of figures."""

from collections.abc import Collection, Container, Sequence
from datetime import datetime
from typing import Any

from constance import config
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import has_second_factor, is_at_work, needs_second_factor
from accounts.selectors import has_sellers
from accounts.seller_admin import person
from audit.pages import MAY_READ, history
from audit.selectors import last_hand
from backoffice import commands_palette, saved_filters, search
from backoffice.bulk import jobs
from backoffice.dashboard.page import board
from backoffice.help import SECTIONS
from backoffice.menu import menu
from backoffice.reports import views
from backoffice.reports.registry import sections_for
from backoffice.undo import services as undo
from core.admin.console import Changed
from core.web.http import safe_next

# Hidden while the house sells alone.
ABOUT_SELLERS = (
    "accounts.seller",
    "sellers.sellerapplication",
    "payouts.statement",
    "payouts.commission",
)
# Sent by the palette, which shows the answers in its own window.
PALETTE_HEADER = "X-Palette"
# Of the section of what is nobody's daily work, the last.
SYSTEM_ICON = "cpu"


class BackOffice(AdminSite):
    """Django's admin as this shop's staff see it."""

    site_title = _("Back office")
    site_header = _("Back office")
    index_title = _("Today")
    index_template = "admin/dashboard.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a second factor; the demo shop asks for none."""
        return is_at_work(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """
        Send staff without a second factor to set one up, and those whose session has not shown
        theirs to do so. Everybody is led to the page that they requested.

        :raises PermissionDenied: for customers, whom another sign-in would lead here again
        """
        wanted = safe_next(request, reverse("admin:index"))
        if not request.user.is_authenticated:
            return redirect(reverse("account_login", query={"next": wanted}))
        if not request.user.is_staff:
            raise PermissionDenied
        if not needs_second_factor(request):
            return redirect(wanted)
        if not has_second_factor(person(request)):
            return redirect("mfa_activate_totp")
        return redirect(reverse("mfa_reauthenticate", query={"next": wanted}))

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        context = super().each_context(request)
        return {
            **context,
            "menu": menu(request, context["available_apps"]),
            "site_header": config.STORE_NAME,
            "has_sellers": has_sellers(),
        }

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """One app's lists when asked for one; else all that the person may see, by section."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        if app_label:
            return apps
        lists = _sections(apps, () if has_sellers() else ABOUT_SELLERS)
        system = [section for section in lists if section["icon"] == SYSTEM_ICON]
        return [*(each for each in lists if each not in system), *_reports(request), *system]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("search/", self.admin_view(self.search), name="search"),
            path("reports/", self.admin_view(self.reports), name="reports"),
            path("reports/<slug:name>/", self.admin_view(self.report), name="report"),
            # Ahead of each list's own page of that name, which knows only form input.
            path(
                "<slug:app_label>/<slug:model_name>/<path:object_id>/history/",
                self.admin_view(self.history),
                name="history",
            ),
            path("saved/", self.admin_view(saved_filters.save), name="saved_list_save"),
            path(
                "saved/<uuid:saved_id>/",
                self.admin_view(saved_filters.forget),
                name="saved_list_forget",
            ),
            *super().get_urls(),
        ]

    def history(
        self, request: HttpRequest, app_label: str, model_name: str, object_id: str
    ) -> HttpResponse:
        """
        The history of a row: from the audit log for people who may read that.

        :raises Http404: if there is no such list
        """
        pages = {model._meta.label_lower: page for model, page in self._registry.items()}
        page = pages.get(f"{app_label}.{model_name}")
        if page is None:
            raise Http404
        if request.user.has_perm(MAY_READ):
            return history(request, page, object_id)
        return page.history_view(request, object_id)

    def work_off(
        self, page: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse:
        """Have a worker run the action on these rows, and show its progress."""
        action = jobs.begin(page, request, rows)
        return redirect("admin:backoffice_bulkaction_change", action.pk)

    def last_hand(self, row: Model, columns: Collection[str], since: datetime) -> str:
        """Who last changed one of these columns since then; empty if unknown."""
        return last_hand(row, columns, since)

    def done(
        self, request: HttpRequest, text: str, *, kind: str, rows: Sequence[Changed], right: str
    ) -> None:
        """Say what was done, and offer for ten minutes to take it back."""
        undo.tell(request, text, kind=kind, rows=rows, right=right)

    def search(self, request: HttpRequest) -> HttpResponse:
        """
        What the search field finds: rows, pages, settings and things to do.

        A single match by number or code opens at once; the palette shows it, to be chosen.
        """
        text = search.clean(request.GET.get("q", ""))
        commands, step = commands_palette.find(request, text)
        groups, row = ([], None) if step else search.find(request, text)
        target = step or row
        context = {"title": _("Search"), "asked": text, "groups": [*commands, *groups]}
        if PALETTE_HEADER in request.headers:
            return TemplateResponse(request, "admin/_hits.html", context)
        if target:
            return redirect(target.url)
        return TemplateResponse(request, "admin/search.html", self.each_context(request) | context)

    def reports(self, request: HttpRequest) -> HttpResponseBase:
        return views.report_index(request, self.each_context(request))

    def report(self, request: HttpRequest, name: str) -> HttpResponseBase:
        return views.report(request, self.each_context(request), name)

    def index(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> TemplateResponse:
        context = {
            "board": board(person(request)),
            "sees_reports": bool(sections_for(request.user)),
            **(extra_context or {}),
        }
        return super().index(request, context)


def _sections(apps: list[dict[str, Any]], hidden: Container[str]) -> list[dict[str, Any]]:
    """The lists of the apps put into our sections, in the same shape, without the hidden."""
    found = {list_["model"]._meta.label_lower: list_ for app in apps for list_ in app["models"]}
    lists = {label: list_ for label, list_ in found.items() if label not in hidden}
    placed = {label for _name, _drawing, labels in SECTIONS for label in labels}
    rest = (_("System"), SYSTEM_ICON, [label for label in lists if label not in placed])
    sections = [
        {
            "name": name,
            "icon": drawing,
            "app_label": f"section-{place}",
            "models": [lists[label] for label in labels if label in lists],
        }
        for place, (name, drawing, labels) in enumerate([*SECTIONS, rest])
    ]
    return [section for section in sections if section["models"]]


def _reports(request: HttpRequest) -> list[dict[str, Any]]:
    """The reports that the person may see, as one more section, if there are any."""
    links = [
        {"name": report.title, "admin_url": reverse("admin:report", args=[report.name])}
        for _title, reports in sections_for(request.user)
        for report in reports
    ]
    section = {
        "name": _("Reports"),
        "icon": "file-text",
        "app_label": "section-reports",
        "models": links,
    }
    return [section] if links else []
