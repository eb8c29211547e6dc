"""Monday's mail to the owner: what last week sold, beside the week before."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from constance import config
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from backoffice.models import WeeklyMail
from backoffice.monitoring.alerts import recipients
from backoffice.reports.sales import SalesRow, sales
from core.mail import message
from core.money import ZERO
from core.reports.base import Filters

NONE = "no"
BEST = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """A week's sales in the shop's currency."""

    first: date
    total: Decimal
    refunded: Decimal
    orders: int

    @property
    def last(self) -> date:
        return self.first + _WEEK - timedelta(days=1)


@transaction.atomic
def send(today: date | None = None) -> bool:
    """Queue the mail about the last whole week, unless it was; whether it did."""
    if config.WEEKLY_MAIL == NONE:
        return False
    today = today or timezone.localdate()
    first = today - timedelta(days=today.weekday()) - _WEEK
    _mail, is_new = WeeklyMail.objects.get_or_create(week_on=first)
    if is_new:
        _queue(first)
    return is_new


def _queue(first: date) -> None:
    language = config.WEEKLY_MAIL
    with translation.override(language):
        context = {
            "week": _week(first),
            "before": _week(first - _WEEK),
            "best": _best(first),
            "currency": config.CURRENCY,
            "page": message.absolute(_report(first)),
        }
    for address in recipients():
        message.queue("backoffice/email/weekly", to=address, language=language, context=context)


def _week(first: date) -> Week:
    rows = _rows(first, by="day")
    return Week(
        first=first,
        total=sum((row.total for row in rows), ZERO),
        refunded=sum((row.refunded for row in rows), ZERO),
        orders=sum(row.orders for row in rows),
    )


def _best(first: date) -> list[SalesRow]:
    return _rows(first, by="variant")[:BEST]


def _rows(first: date, *, by: str) -> list[SalesRow]:
    filters = Filters(since=first, until=first + _WEEK - timedelta(days=1), by=by)
    return [row for row in sales(filters) if row.currency == config.CURRENCY]


def _report(first: date) -> str:
    days = {"since": first, "until": first + _WEEK - timedelta(days=1), "by": "day"}
    return f"{reverse('admin:report', args=['sales'])}?{urlencode(days)}"
