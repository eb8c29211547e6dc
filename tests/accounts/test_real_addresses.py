"""Addresses as people of eight countries write theirs, and what is none, at its field."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from accounts.countries import FORMATS, regions_of
from accounts.districts import all_districts
from accounts.forms import AddressForm

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).parent / "real_addresses.csv"
with SOURCE.open(encoding="utf-8", newline="") as file:
    REAL = list(csv.DictReader(file))


@pytest.mark.parametrize("address", REAL, ids=lambda row: f"{row['country']} {row['recipient']}")
def test_an_address_of_real_people_is_accepted(address: dict[str, str]) -> None:
    form = AddressForm(address)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["city"]
    assert form.cleaned_data["phone"].startswith("+")


def test_all_eight_countries_are_among_them() -> None:
    assert {address["country"] for address in REAL} == set(FORMATS)


@pytest.mark.parametrize("country", FORMATS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", "12345"),
        ("street", "----"),
        ("street", "https://example.com/win"),
        ("phone", "123"),
        ("city", "<b>Lima</b>"),
        ("region", "Atlantis"),
        ("district", "{{ 7 }}"),
        ("postal_code", "0"),
    ],
)
def test_nonsense_is_refused_at_its_field_in_every_country(
    country: str, field: str, value: str
) -> None:
    form = AddressForm(_of_country(country) | {field: value})

    assert list(form.errors) == ([field] if field in form.fields else [])


@profile(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=90),
    sign=st.sampled_from([" ", "'", "-", "’", ". "]),
    country=st.sampled_from(sorted(FORMATS)),
    data=st.data(),
)
def test_any_letters_are_a_name_and_every_known_region_a_place(
    name: str, sign: str, country: str, data: st.DataObject
) -> None:
    place = (
        {"district": str(data.draw(st.sampled_from(sorted(all_districts().values(), key=str))))}
        if country == "PE"
        else {"region": data.draw(st.sampled_from(regions_of(country)))}
    )

    form = AddressForm(_of_country(country) | place | {"recipient": f"{name}{sign}{name}"})

    assert form.is_valid(), form.errors


def _of_country(country: str) -> dict[str, str]:
    return next(address for address in REAL if address["country"] == country)
