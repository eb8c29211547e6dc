"""Days on which people work: Monday to Friday, holidays not known."""

from datetime import date, timedelta


def after_working_days(start: date, days: int) -> date:
    """The day after so many working days, Monday to Friday."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5  # noqa: PLR2004 - Saturday is 5
    return day
