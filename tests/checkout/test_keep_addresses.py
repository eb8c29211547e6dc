"""Where the order goes, whom the bill names, and what of it stays with the account."""

import pytest
from django.test import Client

from accounts.models import Address, User
from catalog.models import Variant
from orders.models import OrderAddress
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data

pytestmark = pytest.mark.django_db
BILL = {
    "other_billing": "on",
    "billing_name": "Estudio Quispe S.A.C.",
    "billing_street": "Calle Real 5",
    "billing_district": "Huancayo, Huancayo",
}


@pytest.fixture
def shopper(client: Client) -> User:
    user = UserFactory.create()
    client.force_login(user)
    return user


def test_the_first_address_that_a_customer_types_becomes_the_accounts_own(
    buyer: Client, variant: Variant, shopper: User
) -> None:
    buyer.post("/checkout/", form_data())

    fill_cart(buyer, variant.sku)
    again = buyer.get("/checkout/").content.decode()
    buyer.post("/checkout/", form_data(street="Jr. Otro 9"))

    address = Address.objects.get(user=shopper)
    assert (address.street, address.ubigeo) == ("Av. Larco 123", "150122")
    assert address.is_default_shipping
    assert 'value="Av. Larco 123"' in again


def test_a_guest_writes_nothing_into_the_account_of_the_typed_email(
    client: Client, variant: Variant
) -> None:
    UserFactory.create(email="ana@example.com")
    fill_cart(client, variant.sku)

    client.post("/checkout/", form_data())

    assert not Address.objects.exists()


def test_the_bill_may_name_another_place(buyer: Client) -> None:
    buyer.post("/checkout/", form_data(**BILL))

    bill = OrderAddress.objects.get(kind="billing")
    parcel = OrderAddress.objects.get(kind="shipping")
    assert (bill.recipient, bill.district, bill.ubigeo) == (
        "Estudio Quispe S.A.C.",
        "Huancayo",
        "120101",
    )
    assert parcel.district == "Miraflores"


@pytest.mark.parametrize("field", ["billing_name", "billing_street", "billing_district"])
def test_a_bill_for_somebody_else_needs_the_whole_address(buyer: Client, field: str) -> None:
    response = buyer.post("/checkout/", form_data(**BILL | {field: ""}))

    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.content.decode()
