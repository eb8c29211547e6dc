from datetime import date
from decimal import Decimal

import pytest

from core.working_days import after_working_days
from shipping.quotes import Method, Parcel, Rate, offers

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
FRIDAY = date(2026, 11, 20)


def _price(kg: str = "1", amount: str = "50", ubigeo: str = "150122", country: str = "PE") -> str:
    parcel = Parcel(weight_kg=Decimal(kg), amount=Decimal(amount), country=country, ubigeo=ubigeo)
    found = offers([OLVA], parcel, today=FRIDAY)
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


def test_a_promise_counts_working_days_only() -> None:
    parcel = Parcel(weight_kg=Decimal(1), amount=Decimal(1), country="PE", ubigeo="150101")

    (offer,) = offers([OLVA], parcel, today=FRIDAY)

    assert (offer.promised_from, offer.promised_to) == (date(2026, 11, 24), date(2026, 11, 26))
    assert after_working_days(FRIDAY, 0) == FRIDAY
