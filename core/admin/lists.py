"""
Lists of the back office that stay fast with a hundred thousand rows.

Rows are counted up to a limit and estimated above it; pages end after some thousand rows and link
to older ones by key; each searched column has a query of its own, so that its index is used.
"""

import json
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import (
    BadRequest,
    EmptyResultSet,
    FieldDoesNotExist,
    ValidationError,
)
from django.core.paginator import Paginator
from django.db.models import DateTimeField, Field, Model, Q, QuerySet, UUIDField
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal

ModelT = TypeVar("ModelT", bound=Model)
MAX_COUNTED = 10_000
MAX_LISTED = 2_000
LOOKUPS = {"^": "istartswith", "=": "iexact"}


class ShallowPaginator(Paginator[Any]):
    """Pages of the first rows only; the number of all rows is counted or estimated."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        """Exact up to a limit, above it PostgreSQL's estimate. At most 2 queries."""
        rows = self.object_list.order_by().values("pk")
        counted = rows[: MAX_COUNTED + 1].count()
        return max(counted, _estimate(rows)) if counted > MAX_COUNTED else counted

    @property
    def is_estimate(self) -> bool:
        return self.count > MAX_COUNTED

    @property
    def is_cut(self) -> bool:
        """Whether there are rows that no page shows."""
        return self.count > MAX_LISTED

    @cached_property
    def num_pages(self) -> int:
        return max(1, -(-min(self.count, MAX_LISTED) // self.per_page))


def _write(rows: QuerySet[Any]) -> None:
    """Compile the query: only then Django notices impossible values, such as the year 0."""
    with suppress(EmptyResultSet):
        rows.query.get_compiler(rows.db).as_sql()


def _unquoted(word: str) -> str:
    is_quoted = word[:1] in {'"', "'"} and word[:1] == word[-1:]
    return unescape_string_literal(word) if is_quoted else word


def _estimate(rows: QuerySet[Any]) -> int:
    """How many rows PostgreSQL expects, by its statistics."""
    plan = json.loads(rows.explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


class ShallowList(ChangeList):
    """A page of such a list. From the last one `older` leads to the rows after it."""

    paginator: ShallowPaginator

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        """
        The rows that the address asks for.

        :raises IncorrectLookupParameters: also for what no column of PostgreSQL holds
        """
        if any("\0" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters
        try:
            found = super().get_queryset(request, exclude_parameters)
            if self.filter_params:
                _write(found)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters from error
        return self._searched_once(found) if self.query else found

    def _searched_once(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """What counts the rows and what shows them gets their keys, unless they are many."""
        keys = list(found.order_by().values_list("pk", flat=True)[: MAX_LISTED + 1])
        if len(keys) > MAX_LISTED:
            return found
        return self.root_queryset.filter(pk__in=keys).order_by(*found.query.order_by)

    def get_results(self, request: HttpRequest) -> None:
        """Find the keys of a page first, so that only visible rows are joined."""
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        rows = self.apply_select_related(self.root_queryset.filter(pk__in=keys))
        self.result_list = rows.order_by(*self.queryset.query.order_by)

    @property
    def files(self) -> dict[str, str]:
        """The addresses of what the list finds as files, with their names."""
        asked = self.get_query_string()
        return {f"list.csv{asked}": "CSV", f"list.xlsx{asked}": "Excel"}

    @cached_property
    def older(self) -> str:
        """The address of what follows the last page; empty elsewhere, or where it has no name."""
        is_last = self.page_num >= self.paginator.num_pages
        if not (self.paginator.is_cut and is_last and self.result_list):
            return ""
        term = self.queryset.query.order_by[0]
        found = self._key(term.lstrip("-")) if isinstance(term, str) else None
        if found is None:
            return ""
        value = found.value_from_object(self.result_list[len(self.result_list) - 1])
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        lookup = "lte" if term.startswith("-") else "gte"
        return str(self.get_query_string({f"{found.name}__{lookup}": text}))

    def _key(self, name: str) -> Field[Any, Any] | None:
        """A column in which hardly two rows have the same value, to continue after a row."""
        if name == "pk":
            return self.opts.pk
        try:
            found = self.opts.get_field(name)
        except FieldDoesNotExist:
            return None
        if not isinstance(found, Field) or found.null:
            return None
        return found if found.unique or isinstance(found, DateTimeField) else None


class FastListAdmin(ModelAdmin[ModelT]):
    """The list of a table that may grow long."""

    paginator = ShallowPaginator
    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ShallowList

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[ModelT], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """:raises BadRequest: if several actions are sent, or chosen rows with no such keys"""
        sent = request.POST
        try:
            if sent.get("select_across") != "1":
                queryset.filter(pk__in=sent.getlist(ACTION_CHECKBOX_NAME))
        except (ValidationError, ValueError) as error:
            raise BadRequest("no keys of rows") from error
        if len(sent.getlist("action")) > 1:
            raise BadRequest("the list has one choice of actions")
        return super().response_action(request, queryset, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ModelT], search_term: str
    ) -> tuple[QuerySet[ModelT], bool]:
        """Rows in which each word is found somewhere."""
        names = self.get_search_fields(request)
        for word in smart_split(search_term.replace("\0", "")) if names else ():
            queryset = queryset.filter(pk__in=self._found(list(names), _unquoted(word)))
        return queryset, False

    def _found(self, names: list[str], word: str) -> QuerySet[Any, Any]:
        """Columns of the table in one pass over it, for which their indexes are joined."""
        rows = self.model._default_manager.order_by().values("pk")
        asked = {name: lookup for name in names if (lookup := self._lookup(name, word))}
        own = [Q(**lookup) for name, lookup in asked.items() if LOOKUP_SEP not in name]
        others = [rows.filter(**asked[name]) for name in asked if LOOKUP_SEP in name]
        found = [rows.filter(reduce(or_, own)), *others] if own else others or [rows.none()]
        return found[0].union(*found[1:]) if len(found) > 1 else found[0]

    def _lookup(self, name: str, word: str) -> dict[str, Any] | None:
        """The lookup of a search column, which `^`, `=` or an explicit lookup may narrow."""
        lookup = LOOKUPS.get(name[0], "icontains")
        path = name.lstrip("^=")
        try:
            field = get_fields_from_path(self.model, path)[-1]
        except FieldDoesNotExist:
            return {path: word}
        if not isinstance(field, UUIDField):
            return {f"{path}{LOOKUP_SEP}{lookup}": word}
        try:
            return {path: UUID(word)}
        except ValueError:
            return None
