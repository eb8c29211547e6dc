"""The days on which an order can arrive: pure, from its delivery method and rate."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.dateformat import format as format_date

from core.calendar.working_days import WorkingDays
from shipping.tariffs import Method, Rate


def delivery_dates(
    method: Method, rate: Rate, ordered_at: datetime, shop_days: WorkingDays
) -> tuple[date, date]:
    """
    The first and the last day on which it may come: handled on the shop's days, then carried.

    An order after the cut-off hour, or on a free day, counts from the next working day.
    """
    is_late = ordered_at.hour >= method.cut_off_hour
    begun_on = shop_days.first(ordered_at.date() + timedelta(days=is_late))
    ready_on = shop_days.after(begun_on, method.handling_days)
    days = shop_days
    if method.carriage:
        days = replace(shop_days, with_saturdays=method.carriage.works_saturdays)
    fetched_on = days.first(ready_on)
    return days.after(fetched_on, rate.days_min), days.after(fetched_on, rate.days_max)


def short_days(first: date | None, last: date | None) -> str:
    """“Thu 26”, or “Thu 26 – Fri 27”."""
    days = dict.fromkeys(day for day in (first, last) if day)
    return " – ".join(format_date(day, "D j") for day in days)
