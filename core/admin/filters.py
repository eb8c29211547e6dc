"""Filters beside the lists of the back office, with which long tables stay fast."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin import (
    AllValuesFieldListFilter,
    FieldListFilter,
    RelatedFieldListFilter,
)
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.db.models import CharField, DateTimeField, IntegerField, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from core.database.models import READABLE_YEARS

LATEST = 5_000
MAX_CHOICES = 30


class BesideOthers(FieldListFilter):
    """A filter with a form, which sends what the other filters say as well."""

    kept: Sequence[tuple[str, str]] = ()

    def choices(self, changelist: Any) -> Iterator[Any]:
        self.kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in self.expected_parameters()
            for value in values
        ]
        yield from self.links(changelist)

    def links(self, changelist: Any) -> Iterator[Any]:
        raise NotImplementedError


class LatestValuesFilter(BesideOthers, AllValuesFieldListFilter):
    """
    The commonest values of the latest rows: to look for those of all rows would read them all.

    Where there are more than a few, a field takes any other.
    """

    template = "admin/value_filter.html"

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: type[Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        latest = model_admin.get_queryset(request).order_by("-pk").values(field_path)[:LATEST]
        found = Counter(latest.aggregate(all=ArrayAgg(field_path))["all"])
        common = [value for value, _times in found.most_common(MAX_CHOICES)]
        self.is_cut = len(found) > len(common)
        shown = {str(value) for value in common}
        common.sort(key=lambda value: (value is None, value))
        chosen = [value for value in self.lookup_val or () if value not in shown]
        self.lookup_choices: Any = [*common, *chosen]

    def links(self, changelist: Any) -> Iterator[Any]:
        """A value of a long list of choices, such as a country, by its name."""
        names = {str(value): name for value, name in self.field.flatchoices}
        for choice in AllValuesFieldListFilter.choices(self, changelist):
            shown = choice["display"]
            yield {**choice, "display": names.get(shown, shown)}


class FewRelatedFilter(RelatedFieldListFilter):
    """The first rows of the other table, and those that are chosen."""

    MAX_CHOICES = MAX_CHOICES
    is_cut = False

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        offered, chosen = self.rows(field, request, model_admin)
        ordering = self.field_admin_ordering(field, request, model_admin)
        keys = list(offered.order_by(*ordering).values_list("pk", flat=True)[: MAX_CHOICES + 1])
        self.is_cut = len(keys) > MAX_CHOICES
        wanted = [*keys[:MAX_CHOICES], *chosen.values_list("pk", flat=True)]
        return field.get_choices(
            include_blank=False, limit_choices_to={"pk__in": wanted}, ordering=ordering
        )

    def rows(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """What may be offered, and of it what is chosen."""
        rows = field.related_model._default_manager.complex_filter(field.get_limit_choices_to())
        return rows, rows.filter(pk__in=self.chosen(field))

    def chosen(self, field: Any) -> list[Any]:
        """The keys that the address names, if they are keys."""
        try:
            return [field.target_field.to_python(key) for key in self.lookup_val or ()]
        except ValidationError:
            return []


class FewUsedFilter(FewRelatedFilter):
    """Likewise, of those that the latest rows of the list refer to."""

    def rows(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> tuple[QuerySet[Any], QuerySet[Any]]:
        rows, chosen = super().rows(field, request, model_admin)
        listed = model_admin.get_queryset(request).order_by("-pk").values(self.field_path)
        used = listed.filter(**{f"{self.field_path}__in": self.chosen(field)})
        return rows.filter(pk__in=listed[:LATEST]), chosen.filter(pk__in=used)


class DateRangeFilter(BesideOthers):
    """From one day to another, both included, of the shop's own time: links and two fields."""

    template = "admin/date_range_filter.html"

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        path = kwargs["field_path"]
        self.from_name, self.to_name = f"{path}__from", f"{path}__to"
        super().__init__(field, *args, **kwargs)

    @property
    def first(self) -> date | None:
        return _day(self.used_parameters.get(self.from_name))

    @property
    def last(self) -> date | None:
        return _day(self.used_parameters.get(self.to_name))

    def expected_parameters(self) -> list[str | None]:
        return [self.from_name, self.to_name]

    def links(self, changelist: Any) -> Iterator[Any]:
        for label, first, last in _spans(timezone.localdate()):
            chosen = {self.from_name: first, self.to_name: last}
            yield {
                "selected": (self.first, self.last) == (first, last),
                "query_string": changelist.get_query_string(chosen),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": self._from(self.first)})
        if self.last:
            after = self._from(self.last + timedelta(days=1))
            queryset = queryset.filter(**{f"{self.field_path}__lt": after})
        return queryset

    def _from(self, day: date) -> date:
        if isinstance(self.field, DateTimeField):
            return timezone.make_aware(datetime.combine(day, time.min))
        return day


def _day(values: Any) -> date | None:
    """The day that an address names, if it is one."""
    text = values[-1] if isinstance(values, list) else values
    try:
        day = parse_date(str(text or ""))
    except ValueError:
        return None
    return day if day and day.year in READABLE_YEARS else None


def _spans(today: date) -> list[tuple[StrOrPromise, date | None, date | None]]:
    return [
        (_("Any time"), None, None),
        (_("Today"), today, today),
        (_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (_("7 days"), today - timedelta(days=6), today),
        (_("30 days"), today - timedelta(days=29), today),
        (_("This month"), today.replace(day=1), today),
    ]


def _is_open(field: Any) -> bool:
    """Whether only the rows say which values there are, or which of very many."""
    is_plain = isinstance(field, (CharField, IntegerField))
    return is_plain and not 0 < len(field.flatchoices) <= MAX_CHOICES


FieldListFilter.register(_is_open, LatestValuesFilter, take_priority=True)
FieldListFilter.register(lambda field: field.remote_field, FewRelatedFilter, take_priority=True)
