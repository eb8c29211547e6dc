"""Search reports, for commands and pages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q, Sum
from django.utils.translation import gettext_lazy as _

from catalog.models import SearchCount
from core.reports.base import Filters, Report

SEARCH_COLUMNS = {
    "words": _("words"),
    "language": _("language"),
    "times": _("times"),
    "results": _("results"),
    "last_on": _("last on"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchRow:
    """Number of searches for these words, and results of the latest one."""

    words: str
    language: str
    times: int
    results: int
    last_on: date


def searches(filters: Filters, *, only_empty: bool = False, like: str = "") -> Iterator[SearchRow]:
    """
    Searches of these days, the most frequent first: all, or those without results. 1 query.

    Words whose latest search found something do not count as without results.
    """
    days = Q()
    if filters.since:
        days &= Q(day__gte=filters.since)
    if filters.until:
        days &= Q(day__lte=filters.until)
    rows = (
        SearchCount.objects.filter(days, words__contains=like)
        .values_list("words", "language")
        .annotate(sum=Sum("times"), each=ArrayAgg("results", order_by="-day"), last=Max("day"))
        .order_by("-sum", "words", "language")
    )
    for words, language, times, results, last_on in rows.iterator():
        if not (only_empty and results[0]):
            yield SearchRow(
                words=words, language=language, times=times, results=results[0], last_on=last_on
            )


SEARCHES = Report(
    name="searches",
    title=_("Searches"),
    purpose=_(
        "Lists what shoppers have searched for, most often first. “results” is what the last of "
        "these searches found. Searches that may name a person are not among them."
    ),
    permissions=("catalog.view_searchcount",),
    without=("warehouse", "seller", "category"),
    days_mean=_("what was searched for on these days"),
    days_shown=30,
    rows=searches,
    columns=SEARCH_COLUMNS,
    totals=("times",),
)
WITHOUT_RESULT = replace(
    SEARCHES,
    name="searches-without-result",
    title=_("Searches without a result"),
    purpose=_("Lists what shoppers have searched for and not found, most often first."),
    rows=partial(searches, only_empty=True),
)
