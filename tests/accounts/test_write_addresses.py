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
    "country": "CL",
}


@pytest.fixture
def shopper(client: Client) -> Client:
    client.force_login(UserFactory.create())
    return client


def test_an_address_of_another_country_is_kept_with_its_phone_in_full(shopper: Client) -> None:
    response = shopper.post("/account/addresses/new/", CHILE)

    assert response.status_code == 302
    address = Address.objects.get()
    assert (address.phone, address.recipient) == ("+56987654321", "María-José O'Higgins")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", "12345"),
        ("street", "----"),
        ("city", "http://example.com"),
        ("phone", "12"),
        ("postal_code", "75"),
    ],
)
def test_nonsense_is_refused_at_its_field(shopper: Client, field: str, value: str) -> None:
    response = shopper.post("/account/addresses/new/", CHILE | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Address.objects.exists()


def test_a_country_that_needs_a_postal_code_asks_for_it(shopper: Client) -> None:
    response = shopper.post("/account/addresses/new/", CHILE | {"country": "ES", "phone": ""})

    assert "postal_code" in response.context["form"].errors


def test_an_edited_district_forgets_the_ubigeo_of_the_one_before(shopper: Client) -> None:
    peru = CHILE | {"country": "PE", "phone": "987654321", "district": "Miraflores", "city": "Lima"}
    shopper.post("/account/addresses/new/", peru)
    Address.objects.update(ubigeo="150122")
    address = Address.objects.get()

    shopper.post(f"/account/addresses/{address.pk}/", peru | {"street": "Otra 2"})
    address.refresh_from_db()
    assert address.ubigeo == "150122"

    shopper.post(f"/account/addresses/{address.pk}/", peru | {"district": "Barranco"})
    address.refresh_from_db()
    assert address.ubigeo == ""
