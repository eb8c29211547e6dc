"""Whom and where the bill names: an address and a country of its own, and their document."""

import pytest
from django.test import Client

from accounts.models import Address
from catalog.models import Variant
from orders.models import AddressKind, Order, OrderAddress
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data

pytestmark = pytest.mark.django_db
IN_SPAIN = {
    "other_billing": "on",
    "shown_billing": "ES",
    "billing_name": "Jordi d'Ors i Núñez",
    "billing_country": "ES",
    "billing_street": "C/ Major, 3, 2º 1ª",
    "billing_city": "L'Hospitalet de Llobregat",
    "billing_region": "Barcelona",
    "billing_postal_code": "08901",
}
RUC = {"receipt": "factura", "tax_number": "20131312955", "company": "Muebles S.A.C."}


def test_a_bill_goes_to_a_country_that_no_parcel_goes_to(buyer: Client) -> None:
    nif = {"document_type": "nif", "document_number": "54362315-K"}

    response = buyer.post("/checkout/", form_data(**IN_SPAIN, **nif))

    assert response.status_code == 302, response.context["form"].errors
    billing = OrderAddress.objects.get(kind=AddressKind.BILLING)
    shipping = OrderAddress.objects.get(kind=AddressKind.SHIPPING)
    assert (billing.country, billing.postal_code, billing.ubigeo) == ("ES", "08901", "")
    assert billing.recipient == IN_SPAIN["billing_name"]
    assert (shipping.country, shipping.ubigeo) == ("PE", "150122")
    assert Order.objects.get().document_number == "54362315K"


def test_the_document_is_one_of_the_country_of_the_bill(buyer: Client) -> None:
    abroad = buyer.post("/en/checkout/", form_data(**IN_SPAIN, **RUC))
    at_home = buyer.post("/en/checkout/", form_data(**RUC))

    assert abroad.status_code == 422
    assert "not a valid number" in str(abroad.context["form"].errors["tax_number"])
    assert at_home.status_code == 302


@pytest.mark.parametrize("field", ["name", "street", "city", "region", "postal_code"])
def test_what_the_bill_needs_is_asked_for_at_its_field(buyer: Client, field: str) -> None:
    response = buyer.post("/checkout/", form_data(**IN_SPAIN | {f"billing_{field}": ""}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"billing_{field}"]


def test_another_country_of_the_bill_brings_its_fields_and_documents_before_any_complaint(
    buyer: Client,
) -> None:
    typed = {"billing_country": "MX", "shown_billing": "PE", "billing_name": "Luz"}

    response = buyer.post("/en/checkout/", form_data(**typed, note="Timbre"))

    form = response.context["form"]
    page = response.content.decode()
    assert response.status_code == 200
    assert form["other_billing"].value()
    assert 'name="billing_postal_code"' in page
    assert 'value="curp"' in page
    assert 'value="dni"' not in page
    assert form["tax_number"].label == "RFC"
    assert "Timbre" in page
    assert not Order.objects.exists()


def test_a_bill_that_goes_nowhere_else_follows_the_delivery(buyer: Client) -> None:
    hidden = IN_SPAIN | {"other_billing": "", "billing_name": "123", "billing_district": "?"}

    response = buyer.post("/checkout/", form_data(**hidden))

    assert response.status_code == 302
    assert set(OrderAddress.objects.values_list("country", flat=True)) == {"PE"}


def test_the_accounts_own_address_for_bills_is_filled_in(client: Client, variant: Variant) -> None:
    user = UserFactory.create()
    lima = {"district": "Miraflores", "city": "Lima", "ubigeo": "150122", "country": "PE"}
    Address.objects.create(
        user=user, recipient="Ana", street="Larco 1", is_default_shipping=True, **lima
    )
    Address.objects.create(
        user=user,
        recipient="Ana S.L.",
        street="Major 3",
        city="Reus",
        region="Tarragona",
        postal_code="43201",
        country="ES",
        is_default_billing=True,
    )
    client.force_login(user)
    fill_cart(client, variant.sku)

    form = client.get("/checkout/").context["form"]

    assert form["street"].value() == "Larco 1"
    assert form["other_billing"].value()
    assert (form["billing_street"].value(), form["billing_country"].value()) == ("Major 3", "ES")
    assert form["billing_postal_code"].value() == "43201"
