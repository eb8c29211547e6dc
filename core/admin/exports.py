"""Lists of the back office as files: the columns and the rows that the list shows."""

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, TypeVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import capfirst

from core.admin.filters import DateRangeFilter
from core.admin.lists import FastListAdmin
from core.reports.base import Tally, days_in_words
from core.reports.downloads import Looks, as_file

ModelT = TypeVar("ModelT", bound=Model)
KINDS = ("csv", "xlsx")
ROWS_AT_ONCE = 200
CURRENCY = "currency"


class ExportedAdmin(FastListAdmin[ModelT]):
    """A list that people can export, as far as they may see it."""

    is_exported = False
    # The columns of the file where they are not those of the list, and those with a sum below.
    exported: tuple[Any, ...] = ()
    summed: tuple[str, ...] = ()

    def get_exported(self, request: HttpRequest, listed: list[Any]) -> list[Any]:
        """The columns of the file, for a list of these columns."""
        return list(self.exported or listed)

    def rows_for_file(self, rows: QuerySet[ModelT]) -> QuerySet[ModelT]:
        """With what the columns of the file need."""
        return rows

    def get_urls(self) -> list[URLPattern]:
        if not self.is_exported:
            return super().get_urls()
        wrap = self.admin_site.admin_view(self.list_file)
        name = f"{self.opts.app_label}_{self.opts.model_name}_list_file"
        return [path("list.<slug:kind>", wrap, name=name), *super().get_urls()]

    def list_file(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """All rows that the list finds, not only those of its page."""
        if kind not in KINDS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            # The list itself answers so.
            return HttpResponseRedirect(f"./?{ERROR_FLAG}=1")
        listed = [name for name in shown.list_display if name != "action_checkbox"]
        names = self.get_exported(request, listed)
        columns = {_key(name): self._heading(name) for name in names}
        if CURRENCY in {field.name for field in self.opts.fields} and CURRENCY not in columns:
            names, columns = [*names, CURRENCY], {**columns, CURRENCY: self._heading(CURRENCY)}
        tally = Tally([name for name in self.summed if name in columns])
        looks = Looks(
            title=capfirst(str(self.opts.verbose_name_plural)),
            foot=tally.foot(columns, _days(shown)),
            has_headings=True,
        )
        name = f"{self.opts.model_name}-{timezone.localdate()}"
        return as_file(columns, tally.over(self._rows(shown, names)), name, kind, looks)

    def _heading(self, name: Any) -> str:
        return str(label_for_field(name, self.model, self)).capitalize()

    def _rows(self, shown: Any, names: list[Any]) -> Iterator[object]:
        for row in self.rows_for_file(shown.queryset).iterator(chunk_size=ROWS_AT_ONCE):
            yield SimpleNamespace(**{_key(name): self._cell(name, row) for name in names})

    def _cell(self, name: Any, row: Model) -> object:
        """Numbers and times as they are, the rest as words."""
        field, attribute, value = lookup_field(name, row, self)
        field = field or self._field(getattr(attribute, "admin_order_field", ""))
        if field is None:
            return value if isinstance(value, (int, Decimal)) else strip_tags(str(value))
        if field.is_relation:
            return str(getattr(row, field.name) or "")
        if field.choices:
            return str(getattr(row, f"get_{field.name}_display")())
        return field.value_from_object(row)

    def _field(self, name: Any) -> Field[Any, Any] | None:
        """The column behind one that is shown in words or colours."""
        try:
            found = self.opts.get_field(str(name).lstrip("-"))
        except FieldDoesNotExist:
            return None
        return found if isinstance(found, Field) else None


def _days(shown: Any) -> str:
    """The days that the list is filtered by, in words; otherwise the current moment."""
    found = (each for each in shown.filter_specs if isinstance(each, DateRangeFilter))
    since, until = next(((each.first, each.last) for each in found), (None, None))
    return days_in_words(since, until)


def _key(name: Any) -> str:
    return str(getattr(name, "__name__", name))
