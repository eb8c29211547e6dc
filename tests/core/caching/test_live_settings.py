"""The shop's settings are read together, and what staff change is seen."""

import pytest
from constance import config
from constance.models import Constance
from pytest_django import DjangoAssertNumQueries


@pytest.mark.django_db
def test_many_settings_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        values = [config.STORE_NAME, config.CURRENCY, config.RESERVATION_MINUTES]

    assert values == ["Vitrina", "PEN", 15]


@pytest.mark.django_db
def test_reading_a_setting_writes_nothing() -> None:
    assert config.CURRENCY == "PEN"

    assert not Constance.objects.exists()


@pytest.mark.django_db
def test_a_change_is_seen_at_once_where_it_is_made() -> None:
    assert config.RESERVATION_MINUTES == 15

    config.RESERVATION_MINUTES = 20

    assert config.RESERVATION_MINUTES == 20


@pytest.mark.django_db
def test_other_processes_see_a_change_when_their_snapshot_is_old() -> None:
    config.RESERVATION_MINUTES = 20
    assert config.RESERVATION_MINUTES == 20
    Constance.objects.update(value='{"__type__": "default", "__value__": 25}')

    before, _ = config.RESERVATION_MINUTES, config._backend.forget()

    assert (before, config.RESERVATION_MINUTES) == (20, 25)


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = config.NO_SUCH_SETTING
