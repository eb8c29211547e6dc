"""What the shop's own methods and settings make of an address."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from constance import config
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.districts import all_districts
from accounts.places import Place
from shipping.models import ShippingRate
from shipping.selectors import Load, Offer, load_of, offers_for
from tests.catalog.factories import VariantFactory
from tests.shipping.factories import (
    CarrierFactory,
    ShippingMethodFactory,
    ShippingRateFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db

MIRAFLORES = Place.in_peru(all_districts()["150122"])


def _offer(load: Load | None = None) -> Offer:
    (offer,) = offers_for(MIRAFLORES, load or Load(Decimal(1)), Decimal(50))
    return offer


def test_the_shops_zone_and_its_cut_off_hour_decide_the_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ShippingRateFactory.create(days_min=1, days_max=1)
    # Friday, 15:59 and 16:00 in Lima; in London it is night.
    before = datetime(2026, 11, 20, 20, 59, tzinfo=UTC)
    after = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)

    monkeypatch.setattr(timezone, "now", lambda: before)
    assert _offer().promised_to == date(2026, 11, 24)
    monkeypatch.setattr(timezone, "now", lambda: after)
    assert _offer().promised_to == date(2026, 11, 25)
    config.CUT_OFF_HOUR = 24
    assert _offer().promised_to == date(2026, 11, 24)


def test_a_method_and_its_carrier_have_hours_and_days_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    carrier = CarrierFactory.create(works_saturdays=True)
    method = ShippingMethodFactory.create(carrier=carrier, cut_off_hour=12, handling_days=0)
    ShippingRateFactory.create(method=method, days_min=1, days_max=1)
    noon = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # a Friday

    monkeypatch.setattr(timezone, "now", lambda: noon.replace(hour=16))
    assert _offer().promised_to == date(2026, 11, 21)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    assert _offer().promised_to == date(2026, 11, 24)
    config.WORKS_SATURDAYS = True
    assert _offer().promised_to == date(2026, 11, 23)


def test_holidays_are_those_of_the_shops_country(monkeypatch: pytest.MonkeyPatch) -> None:
    ShippingRateFactory.create(days_min=1, days_max=1)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 7, 27, 15, tzinfo=UTC))

    assert _offer().promised_to == date(2026, 7, 31)
    config.COUNTRY = "MX"
    assert _offer().promised_to == date(2026, 7, 29)


def test_what_is_bulky_pays_its_volume_where_the_carrier_asks_for_it() -> None:
    variant = VariantFactory.create(
        weight_kg=Decimal("0.4"), length_cm=Decimal(50), width_cm=Decimal(40), height_cm=Decimal(20)
    )
    carrier = CarrierFactory.create()
    method = ShippingMethodFactory.create(carrier=carrier)
    ShippingRateFactory.create(method=method, price_per_kg=Decimal(2))
    load = load_of([(variant, 1)])

    assert _offer(load).price == Decimal("10.80")
    carrier.volume_divisor = 5000
    carrier.save()
    assert _offer(load).price == Decimal("26.00")


@pytest.mark.parametrize("rates", [10, 1000])
def test_any_number_of_rates_is_read_in_two_queries(
    rates: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    methods = ShippingMethodFactory.create_batch(5, carrier=CarrierFactory.create())
    zones = [ZoneFactory.create(ubigeo_prefixes=["150122"]), ZoneFactory.create()]
    ShippingRate.objects.bulk_create(
        ShippingRate(
            method=methods[number % 5],
            zone=zones[number % 2],
            min_weight_kg=number // 10,
            max_weight_kg=number // 10 + 1,
            price=number % 10,
        )
        for number in range(rates)
    )
    _offers = offers_for(MIRAFLORES, Load(), Decimal(1))  # the settings are read

    with django_assert_num_queries(2):
        offers = offers_for(MIRAFLORES, Load(Decimal("0.5")), Decimal(1))

    assert [offer.price for offer in offers] == [0, 6, 2, 8, 4]
