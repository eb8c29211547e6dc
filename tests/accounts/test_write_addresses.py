"""An account's addresses: each country's own rules, and a ubigeo that never lies."""

import pytest
from django.test import Client

from accounts.models import Address
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
CHILE = {
    "recipient": "María-José O'Higgins",
    "phone": "9 8765 4321",
    "street": "Los Leones 1",
    "city": "Ñuñoa",
    "region": "Metropolitana de Santiago",
    "country": "CL",
}
PERU = {
    "recipient": "Ana Quispe",
    "phone": "987654321",
    "street": "Av. Larco 123",
    "district": "Miraflores, Lima",
    "country": "PE",
}
NEW = "/account/addresses/new/"


@pytest.fixture
def shopper(client: Client) -> Client:
    client.force_login(UserFactory.create())
    return client


def test_an_address_of_another_country_is_kept_with_its_phone_in_full(shopper: Client) -> None:
    response = shopper.post("/account/addresses/new/", CHILE)

    assert response.status_code == 302
    address = Address.objects.get()
    assert (address.phone, address.recipient) == ("+56987654321", "María-José O'Higgins")


def test_nonsense_is_refused_at_its_field(shopper: Client) -> None:
    response = shopper.post(NEW, CHILE | {"region": "Atlantis"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["region"]
    assert not Address.objects.exists()


def test_a_country_that_needs_a_postal_code_asks_for_it(shopper: Client) -> None:
    response = shopper.post("/account/addresses/new/", CHILE | {"country": "ES", "phone": ""})

    assert "postal_code" in response.context["form"].errors


def test_a_district_of_peru_is_understood_and_keeps_its_ubigeo(shopper: Client) -> None:
    shopper.post(NEW, PERU)
    address = Address.objects.get()
    assert (address.ubigeo, address.city, address.region) == ("150122", "Lima", "Lima")

    shopper.post(f"/account/addresses/{address.pk}/", PERU | {"district": "Barranco"})
    address.refresh_from_db()
    assert (address.ubigeo, address.district) == ("150104", "Barranco")


def test_nothing_is_left_of_the_country_before(shopper: Client) -> None:
    shopper.post(NEW, PERU)
    address = Address.objects.get()

    shopper.post(f"/account/addresses/{address.pk}/", CHILE | {"shown_country": "CL"})

    address.refresh_from_db()
    assert (address.country, address.district, address.ubigeo) == ("CL", "", "")


def test_a_new_country_brings_its_fields_before_any_complaint(shopper: Client) -> None:
    typed = PERU | {"country": "BR", "shown_country": "PE", "is_default_billing": "on"}

    response = shopper.post(NEW, typed)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="postal_code"' in page
    assert "Av. Larco 123" in page
    assert "error-summary" not in page
    assert response.context["form"]["is_default_billing"].value()
    assert not Address.objects.exists()


def test_only_the_place_is_swapped_when_the_country_changes(shopper: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "place"}

    response = shopper.post(NEW, CHILE | {"shown_country": "PE"}, headers=headers)

    page = response.content.decode()
    assert "<html" not in page
    assert '<select name="region"' in page
    assert not Address.objects.exists()


def test_a_district_is_found_in_lists_without_scripts(shopper: Client) -> None:
    asked = PERU | {"district": "", "department": "15"}

    provinces = shopper.post(NEW, asked)
    districts = shopper.post(NEW, asked | {"province": "1505"})
    shopper.post(NEW, asked | {"province": "1505", "ubigeo": "150501"})

    assert '<option value="1505" >Cañete</option>' in provinces.content.decode()
    assert '<option value="150501"' in districts.content.decode()
    assert Address.objects.filter(ubigeo="150501", city="Cañete").count() == 1


def test_an_address_is_shown_again_as_its_country_writes_it(shopper: Client) -> None:
    shopper.post(NEW, PERU)

    page = shopper.get(f"/account/addresses/{Address.objects.get().pk}/").content.decode()

    assert 'value="Miraflores, Lima, Lima"' in page
    assert 'name="region"' not in page


def test_a_country_without_states_asks_for_none(shopper: Client) -> None:
    singapore = {"recipient": "Lim", "street": "1 Orchard Rd", "city": "Singapore", "country": "SG"}

    response = shopper.post(NEW, singapore)

    assert response.status_code == 302
