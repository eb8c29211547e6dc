"""Days on which people work: no weekends, no holidays."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.holidays import holidays_of
from core.calendar.working_days import working_days

FRIDAY = date(2026, 11, 20)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


COUNTRIES = st.sampled_from(["PE", "MX", "CL", "XX"])


@pytest.mark.parametrize(
    ("saturdays", "days", "expected"),
    [
        (False, 0, FRIDAY),
        (False, 1, date(2026, 11, 23)),
        (True, 1, date(2026, 11, 21)),
        (True, 2, date(2026, 11, 23)),
        # Immaculate Conception on Tuesday the 8th, Ayacucho on Wednesday the 9th of December.
        (False, 12, date(2026, 12, 10)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(
    saturdays: bool, days: int, expected: date
) -> None:
    assert working_days("PE", "", since=FRIDAY, with_saturdays=saturdays).after(FRIDAY, days) == (
        expected
    )


def test_a_region_has_more_holidays_than_its_country() -> None:
    country, region = holidays_of("CL", "", 2026), holidays_of("CL", "AP", 2026)

    assert country < region
    assert holidays_of("CL", "nowhere", 2026) == country
    assert holidays_of("XX", "", 2026) == frozenset()


@given(COUNTRIES, DAYS, st.booleans(), st.integers(0, 60))
def test_what_is_counted_ends_on_a_working_day(
    country: str, day: date, saturdays: bool, days: int
) -> None:
    calendar = working_days(country, "", since=day, with_saturdays=saturdays)

    begun = calendar.first(day)
    later = calendar.after(begun, days)

    assert later in calendar
    assert later not in calendar.holidays
    assert later.weekday() < 5 + calendar.with_saturdays
    assert sum(begun + timedelta(n) in calendar for n in range((later - begun).days)) == days


@given(COUNTRIES, DAYS, st.integers(0, 60), st.integers(0, 60), st.integers(0, 400))
def test_later_days_and_more_days_end_no_earlier(
    country: str, day: date, days: int, more: int, later: int
) -> None:
    calendar = working_days(country, "", since=day)

    assert calendar.after(day, days) <= calendar.after(day, days + more)
    assert calendar.after(day, days) <= calendar.after(day + timedelta(later), days)


def test_holidays_of_a_decade_are_computed_once_for_all_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holidays_of.cache_clear()
    holidays_of("PE", "", 2027)
    holidays_of.cache_clear()
    monkeypatch.setattr(holidays, "country_holidays", None)

    assert date(2027, 7, 28) in holidays_of("PE", "", 2027)
    assert date(2028, 7, 28) in holidays_of("PE", "", 2028)
