from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.working_days import WorkingDays, working_days
from promotions.basket import ShippingOffer as Offer
from shipping.delivery_dates import delivery_dates
from shipping.quotes import Load, Parcel, load_of, offers
from shipping.tariffs import Carriage, Method, Rate

LIMA = Rate(country="PE", ubigeo_prefixes=("1501", "07"), price=Decimal("9.90"))
REST = Rate(country="PE", price=Decimal("14.90"), max_weight_kg=Decimal(2))
HEAVY = Rate(
    country="PE",
    price=Decimal(20),
    price_per_kg=Decimal(3),
    min_weight_kg=Decimal(2),
    max_weight_kg=Decimal(30),
)
OLVA = Method(code="olva", name="Olva", free_over=Decimal(299), rates=(LIMA, REST, HEAVY))
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)


def _offers(method: Method, parcel: Parcel, ordered_at: datetime = FRIDAY) -> list[Offer]:
    days = working_days("PE", "", since=ordered_at.date())
    return offers([method], parcel, ordered_at=ordered_at, shop_days=days)


def _price(kg: str = "1", amount: str = "50", ubigeo: str = "150122", country: str = "PE") -> str:
    load = Load(Decimal(kg))
    parcel = Parcel(load=load, amount=Decimal(amount), country=country, ubigeo=ubigeo)
    found = _offers(OLVA, parcel)
    return str(found[0].price) if found else "not offered"


@pytest.mark.parametrize(
    ("place", "price"),
    [
        ({"ubigeo": "150122"}, "9.90"),
        ({"ubigeo": "040101"}, "14.90"),
        ({"ubigeo": "040101", "kg": "4"}, "26.00"),
        ({"ubigeo": "040101", "kg": "31"}, "not offered"),
        ({"country": "CL", "ubigeo": ""}, "not offered"),
        ({"amount": "298.99"}, "9.90"),
        ({"amount": "299.00"}, "0.00"),
    ],
)
def test_the_nearest_zone_the_weight_and_the_amount_make_the_price(
    place: dict[str, str], price: str
) -> None:
    assert _price(**place) == price


def test_what_is_free_for_its_amount_says_from_which() -> None:
    parcels = [
        Parcel(load=Load(), amount=Decimal(amount), country="PE", ubigeo="150122")
        for amount in (298, 299)
    ]

    assert [_offers(OLVA, parcel)[0].free_from for parcel in parcels] == [None, 299]


@dataclass
class Thing:
    """As much of a variant as somebody has measured."""

    weight_kg: Decimal | None = None
    length_cm: Decimal | None = None
    width_cm: Decimal | None = None
    height_cm: Decimal | None = None


PILLOW = Thing(Decimal("0.4"), Decimal(50), Decimal(40), Decimal(20))
DUMBBELL = Thing(Decimal(10), Decimal(30), Decimal(15), Decimal(15))
FLAT = Thing(Decimal(2), Decimal(30), Decimal(20))
UNKNOWN = Thing()


@pytest.mark.parametrize(
    ("things", "kg"),
    [
        ([(PILLOW, 1)], "8.000"),
        ([(PILLOW, 3)], "24.000"),
        ([(DUMBBELL, 1)], "10.000"),
        # A volume is charged for all that lies in the van together, not for each thing.
        ([(DUMBBELL, 1), (PILLOW, 1)], "10.4"),
        ([(FLAT, 2)], "4"),
        ([(UNKNOWN, 2)], "1.0"),
        ([(UNKNOWN, 2), (PILLOW, 1)], "9.000"),
        ([], "0"),
    ],
)
def test_what_is_bulky_is_charged_by_its_volume(things: list[tuple[Thing, int]], kg: str) -> None:
    load = load_of(things)

    assert load.charged_kg(5000) == Decimal(kg)
    assert load.charged_kg(None) == load.weight_kg


def test_a_carrier_with_a_divisor_takes_the_rate_of_the_volume() -> None:
    parcel = Parcel(load=load_of([(PILLOW, 1)]), amount=Decimal(50), country="PE", ubigeo="040101")
    by_weight, (by_volume,) = (
        OLVA,
        _offers(replace(OLVA, carriage=Carriage(volume_divisor=5000)), parcel),
    )

    assert _offers(by_weight, parcel)[0].price == Decimal("14.90")
    assert by_volume.price == Decimal(20) + 3 * Decimal(6)


@pytest.mark.parametrize(
    ("ordered_at", "changes", "first", "last"),
    [
        (FRIDAY, {}, date(2026, 11, 24), date(2026, 11, 26)),
        # At the hour itself it is late; Saturday's order counts from Monday as well.
        (FRIDAY.replace(hour=15), {"cut_off_hour": 16}, date(2026, 11, 24), date(2026, 11, 26)),
        (FRIDAY.replace(hour=16), {"cut_off_hour": 16}, date(2026, 11, 25), date(2026, 11, 27)),
        (FRIDAY + timedelta(1), {"cut_off_hour": 16}, date(2026, 11, 25), date(2026, 11, 27)),
        (FRIDAY, {"handling_days": 0}, date(2026, 11, 23), date(2026, 11, 25)),
        # The carrier drives on Saturdays; the shop does not pack.
        (
            FRIDAY,
            {"handling_days": 0, "carriage": Carriage(works_saturdays=True)},
            date(2026, 11, 21),
            date(2026, 11, 24),
        ),
        # Two holidays in the middle of the week.
        (datetime(2026, 12, 7, 9, tzinfo=UTC), {}, date(2026, 12, 11), date(2026, 12, 15)),
    ],
)
def test_a_promise_counts_working_days_only(
    ordered_at: datetime, changes: dict[str, Any], first: date, last: date
) -> None:
    parcel = Parcel(load=Load(Decimal(1)), amount=Decimal(1), country="PE", ubigeo="150101")

    (offer,) = _offers(replace(OLVA, **changes), parcel, ordered_at)

    assert (offer.promised_from, offer.promised_to) == (first, last)


@st.composite
def orders(draw: st.DrawFn) -> tuple[Method, Rate, datetime, WorkingDays]:
    """Any method, and a moment at which something is ordered by it."""
    on, hour = draw(st.dates(date(2025, 1, 1), date(2034, 12, 31))), draw(st.integers(0, 23))
    at = datetime.combine(on, time(hour), UTC)
    carriage = st.builds(Carriage, works_saturdays=st.booleans())
    method = Method(
        code="any",
        name="Any",
        handling_days=draw(st.integers(0, 90)),
        cut_off_hour=draw(st.integers(0, 24)),
        carriage=draw(st.none() | carriage),
    )
    first = draw(st.integers(0, 180))
    rate = Rate(
        country="PE", price=Decimal(1), days_min=first, days_max=draw(st.integers(first, 180))
    )
    country, saturdays = draw(st.sampled_from(["PE", "CO", "CL"])), draw(st.booleans())
    days = working_days(country, "", since=at.date(), with_saturdays=saturdays)
    return method, rate, at, days


@given(orders())
def test_nothing_is_promised_for_a_free_day(
    order: tuple[Method, Rate, datetime, WorkingDays],
) -> None:
    method, rate, at, days = order
    saturdays = method.carriage.works_saturdays if method.carriage else days.with_saturdays

    first, last = delivery_dates(method, rate, at, days)

    assert at.date() <= first <= last
    for day in (first, last):
        assert day not in days.holidays
        assert day.weekday() < 5 + saturdays


@given(orders(), st.timedeltas(timedelta(0), timedelta(days=40)), st.integers(0, 20))
def test_who_orders_later_or_waits_longer_gets_no_earlier_promise(
    order: tuple[Method, Rate, datetime, WorkingDays], later: timedelta, more: int
) -> None:
    method, rate, at, days = order
    promise = delivery_dates(method, rate, at, days)
    slower = replace(rate, days_min=rate.days_min + more, days_max=rate.days_max + more)

    assert promise <= delivery_dates(method, rate, at + later, days)
    assert promise <= delivery_dates(method, slower, at, days)
    handled = replace(method, handling_days=method.handling_days + more)
    assert promise <= delivery_dates(handled, rate, at, days)
