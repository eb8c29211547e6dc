"""Filters beside the lists of the back office, with which long tables stay fast."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin import AllValuesFieldListFilter, FieldListFilter
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, DateTimeField, IntegerField, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from core.database.models import READABLE_YEARS

LATEST = 5_000


class LatestValuesFilter(AllValuesFieldListFilter):
    """The values that the latest rows have: to look for those of all rows would read them all."""

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
        found = latest.aggregate(all=ArrayAgg(field_path, distinct=True))["all"]
        self.lookup_choices: Any = found or []


class DateRangeFilter(FieldListFilter):
    """From one day to another, both included, of the shop's own time: links and two fields."""

    template = "admin/date_range_filter.html"

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        path = kwargs["field_path"]
        self.from_name, self.to_name = f"{path}__from", f"{path}__to"
        self.kept: list[tuple[str, str]] = []
        super().__init__(field, *args, **kwargs)

    @property
    def first(self) -> date | None:
        return _day(self.used_parameters.get(self.from_name))

    @property
    def last(self) -> date | None:
        return _day(self.used_parameters.get(self.to_name))

    def expected_parameters(self) -> list[str | None]:
        return [self.from_name, self.to_name]

    def choices(self, changelist: Any) -> Iterator[Any]:
        self.kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in self.expected_parameters()
            for value in values
        ]
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
    """Whether only the rows say which values there are."""
    return isinstance(field, (CharField, IntegerField)) and not field.choices


FieldListFilter.register(_is_open, LatestValuesFilter, take_priority=True)
