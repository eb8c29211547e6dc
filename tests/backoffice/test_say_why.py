"""The back office says why something is missing or held."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from checkout.missing_methods import ways_to_pay
from orders.models import Order
from payments.models import MethodType
from shipping.models import Shipment
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.checkout.changing import ordered
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked
from tests.payments.factories import PaymentMethodFactory
from tests.shipping.sales import planned

pytestmark = pytest.mark.django_db
boss = pytest.fixture(lambda client: signed_in(client, Role.ADMINISTRATOR))


def reasons(order: Order) -> dict[str, str]:
    _refusal, ways = ways_to_pay(order)
    return {way.method.code: way.reason for way in ways}


def test_each_way_to_pay_that_an_order_lacks_has_its_reason() -> None:
    open_shop()
    order = ordered({stocked(9): 1})
    PaymentMethodFactory.create(code="off", gateway="manual", is_active=False)
    PaymentMethodFactory.create(code="bare", gateway="nobody")
    PaymentMethodFactory.create(code="large", gateway="manual", minimum_amount=order.total + 1)
    PaymentMethodFactory.create(code="fits", gateway="manual", type=MethodType.BANK_TRANSFER)

    found = reasons(order)

    assert found["fits"] == ""
    assert found["off"] == "Está desactivado."
    assert found["bare"] == "Faltan las claves de su proveedor."
    assert "desde" in found["large"]


@pytest.mark.usefixtures("boss")
def test_staff_read_it_on_a_page_of_the_order(client: Client) -> None:
    open_shop()
    order = ordered({stocked(9): 1})
    PaymentMethodFactory.create(code="off", name="Yape", gateway="manual", is_active=False)
    page = reverse("admin:orders_order_ways_to_pay", args=[order.pk])

    text = client.get(page).text
    signed_in(client, Role.WAREHOUSE)

    assert "Yape" in text
    assert "Está desactivado." in text
    assert client.get(page).status_code == 403


@pytest.mark.usefixtures("boss")
def test_a_parcel_that_is_held_says_why_and_who_decides(client: Client) -> None:
    parcel = planned(1)
    Order.objects.filter(pk=parcel.order_id).update(payment_status="disputed")
    free = planned(1)
    pages = [page_of(Shipment, "change", each.pk) for each in (parcel, free)]

    held, well = (client.get(page).text for page in pages)

    assert "Está retenido." in held
    assert "lo decide finanzas" in held
    assert "Está retenido." not in well
