"""Boleta or factura: the document decides, and a factura names a company."""

import pytest
from django.test import Client

from orders.models import Order, OrderAddress
from tests.checkout.factories import form_data

pytestmark = pytest.mark.django_db
FIRM = {"receipt": "factura", "tax_number": "20512333797", "company": "Quispe S.A.C."}


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
        ({"tax_number": ""}, "tax_number"),
        ({"tax_number": "20512333798"}, "tax_number"),
        ({"receipt": "nota"}, "receipt"),
    ],
)
def test_a_factura_that_lacks_something_says_what(
    buyer: Client, missing: dict[str, str], field: str
) -> None:
    response = buyer.post("/checkout/", form_data(**FIRM | missing))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Order.objects.exists()


@pytest.mark.parametrize("wrong", [{"document_type": "ruc"}, {"document_number": "123"}])
def test_a_boleta_takes_only_a_persons_document(buyer: Client, wrong: dict[str, str]) -> None:
    response = buyer.post("/checkout/", form_data(receipt="boleta", **wrong))

    assert response.status_code == 422
    assert "document_type" in response.context["form"].errors


def test_what_the_other_receipt_asks_for_is_hidden_and_means_nothing(buyer: Client) -> None:
    left = {"receipt": "boleta", "tax_number": "1", "company": "1"}

    response = buyer.post("/checkout/", form_data(**left))

    assert response.status_code == 302
    assert Order.objects.get().document_type == ""


def test_a_number_is_stored_as_figures_alone(buyer: Client) -> None:
    buyer.post("/checkout/", form_data(document_type="dni", document_number="45.678-912"))

    assert Order.objects.get().document_number == "45678912"
