from datetime import timedelta
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog.admin.search_forms import (
    SearchBoostForm,
    SearchRedirectForm,
    SynonymGroupForm,
)
from catalog.models import SearchBoost, SearchCount, SearchRedirect, SynonymGroup
from catalog.reports import SEARCH_COLUMNS, SearchRow, searches
from catalog.search.explanation import explain
from catalog.search.texts import plain
from catalog.selectors import unseen_products
from core.admin.base import ReadOnlyAdmin, StaffAdmin
from core.admin.pages import own_page
from core.reports.base import Filters
from core.reports.tables import write_spreadsheet, write_text
from core.web.http import download

PERIODS = (7, 30, 90, 365)
MAX_SHOWN = 200
MAX_QUERY = 200


@admin.register(SynonymGroup)
class SynonymGroupAdmin(StaffAdmin[SynonymGroup]):
    """Words with the same meaning in searches."""

    form = SynonymGroupForm
    list_display = ("__str__",)
    ordering = ("words",)
    search_fields = ("words",)
    search_help_text = _("Whole words, as they are written here")


@admin.register(SearchBoost)
class SearchBoostAdmin(StaffAdmin[SearchBoost]):
    """Results to move up or down, and in which searches."""

    form = SearchBoostForm
    list_display = ("shown_query", "target", "factor", "position")
    list_display_links = ("shown_query", "target")
    list_select_related = ("product", "category", "brand")
    ordering = ("query", "position", "pk")
    search_fields = ("query", "product__name", "category__name", "brand__name")
    autocomplete_fields = ("product", "category", "brand")
    fieldsets = (
        (None, {"fields": ("query",)}),
        (_("What to move: one of the three"), {"fields": ("product", "category", "brand")}),
        (_("How far: one of the two"), {"fields": ("factor", "position")}),
    )

    @admin.display(description=_("search"), ordering="query")
    def shown_query(self, boost: SearchBoost) -> Any:
        return boost.query or format_html("<em>{}</em>", _("all searches"))

    @admin.display(description=_("what"))
    def target(self, boost: SearchBoost) -> str:
        return str(boost.product or boost.category or boost.brand)


@admin.register(SearchRedirect)
class SearchRedirectAdmin(StaffAdmin[SearchRedirect]):
    """Searches that lead to a page."""

    form = SearchRedirectForm
    list_display = ("words", "target")
    ordering = ("words",)
    search_fields = ("words", "target")


@admin.register(SearchCount)
class SearchCountAdmin(ReadOnlyAdmin[SearchCount]):
    """What shoppers search for, and which searches have no results."""

    @own_page("why/", "catalog_searchcount_why", needs="view")
    def why(self, request: HttpRequest) -> HttpResponse:
        """Why the products of a search stand where they do."""
        query = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
        context = {
            "title": _("Why these results?"),
            "query": query,
            "found": explain(query) if query else None,
            "unseen": unseen_products(query) if query else [],
        }
        return self.own_response(request, "admin/catalog/searchcount/why.html", context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The searches of a period as a page, or all of them as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = next((days for days in PERIODS if str(days) == request.GET.get("days")), PERIODS[1])
        since = timezone.localdate() - timedelta(days=days - 1)
        only_empty = "empty" in request.GET
        like = request.GET.get("q", "").replace("\0", "").strip()
        rows = searches(Filters(since=since), only_empty=only_empty, like=plain(like))
        if kind := request.GET.get("file"):
            return _file(list(rows), kind)
        shown = list(islice(rows, MAX_SHOWN + 1))
        context = {
            "title": capfirst(self.opts.verbose_name_plural),
            "rows": shown[:MAX_SHOWN],
            "has_more": len(shown) > MAX_SHOWN,
            "periods": PERIODS,
            "days": days,
            "only_empty": only_empty,
            "query": like,
            "may_add_synonyms": request.user.has_perm("catalog.add_synonymgroup"),
            "may_add_redirects": request.user.has_perm("catalog.add_searchredirect"),
        }
        return self.own_response(request, "admin/catalog/searchcount/report.html", context)


def _file(rows: list[SearchRow], kind: str) -> HttpResponse:
    """An Excel workbook if requested, else CSV."""
    if kind == "xlsx":
        book = BytesIO()
        write_spreadsheet(SEARCH_COLUMNS, rows, book, name="searches")
        return download(book.getvalue(), "searches.xlsx")
    text = StringIO()
    write_text(SEARCH_COLUMNS, rows, "csv", text)
    return download(text.getvalue().encode(), "searches.csv")
