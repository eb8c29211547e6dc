"""Boleta or factura: the document decides, and a factura names a company."""

import pytest
from django.test import Client

from orders.models import Order, OrderAddress
from tests.checkout.factories import form_data

pytestmark = pytest.mark.django_db
FIRM = {"document_type": "ruc", "document_number": "20512333797", "company": "Quispe S.A.C."}


def test_a_factura_names_the_company_and_the_parcel_the_person(buyer: Client) -> None:
    buyer.post("/checkout/", form_data(**FIRM))

    order = Order.objects.get()
    assert (order.document_type, order.document_number) == ("ruc", "20512333797")
    assert OrderAddress.objects.get(kind="billing").recipient == "Quispe S.A.C."
    assert OrderAddress.objects.get(kind="shipping").recipient == "Ana Quispe"


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"company": ""}, "company"),
        ({"company": "123"}, "company"),
        ({"document_number": ""}, "document_number"),
        ({"document_number": "20512333798"}, "document_number"),
        ({"document_type": ""}, "document_type"),
        ({"document_type": "cpf"}, "document_type"),
    ],
)
def test_a_factura_that_lacks_something_says_what(
    buyer: Client, missing: dict[str, str], field: str
) -> None:
    response = buyer.post("/checkout/", form_data(**FIRM | missing))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Order.objects.exists()


def test_a_number_is_stored_as_figures_alone(buyer: Client) -> None:
    buyer.post("/checkout/", form_data(document_type="dni", document_number="45.678-912"))

    assert Order.objects.get().document_number == "45678912"
