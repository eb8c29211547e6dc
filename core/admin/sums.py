"""What the rows of a sifted list add up to, in the columns that it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.formats import number_format
from django_stubs_ext import StrOrPromise

from core.admin.lists import MAX_COUNTED, ShallowList
from core.formats import money

CURRENCY = "currency"


@dataclass(frozen=True, kw_only=True)
class ColumnSum:
    """The sum of a column: one figure for each currency."""

    label: StrOrPromise
    figures: list[str]


def sums_of(shown: ShallowList) -> list[ColumnSum]:
    """The sums of all rows found, not only the page's. One query; none where nothing is summed."""
    names = _summed(shown)
    if not names or is_beyond(shown):
        return []
    rows = shown.model._default_manager.filter(pk__in=shown.queryset.order_by().values("pk"))
    groups = [CURRENCY] if CURRENCY in _fields(shown) else []
    totals = {f"sum_{name}": Sum(name) for name in names}
    found = list(rows.values(*groups).annotate(**totals)) if groups else [rows.aggregate(**totals)]
    return [
        ColumnSum(label=_fields(shown)[name].verbose_name, figures=list(_said(found, name)))
        for name in names
        if any(row[f"sum_{name}"] is not None for row in found)
    ]


def is_beyond(shown: ShallowList) -> bool:
    """Whether the list is sifted, but to more rows than are added up."""
    return bool(_summed(shown)) and shown.paginator.count > MAX_COUNTED


def _said(rows: list[dict[str, Any]], name: str) -> Iterator[str]:
    for row in rows:
        value = row[f"sum_{name}"]
        if value is not None:
            yield money(value, row[CURRENCY]) if CURRENCY in row else number_format(value)


def _summed(shown: ShallowList) -> list[str]:
    """The columns of the table that the list shows and adds up, where somebody has sifted it."""
    if not (shown.query or shown.filter_params):
        return []
    listed = {getattr(each, "__name__", each) for each in shown.list_display}
    wanted = getattr(shown.model_admin, "summed", ())
    return [name for name in wanted if name in listed and name in _fields(shown)]


def _fields(shown: ShallowList) -> dict[str, Any]:
    return {field.name: field for field in shown.opts.fields}
