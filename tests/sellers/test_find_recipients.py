"""A seller's people find orders and parcels by who gets them, and only their own."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import Seller
from accounts.permissions import Role
from orders.models import Order, OrderAddress
from tests.accounts.factories import UserFactory
from tests.sellers.factories import shop

pytestmark = pytest.mark.django_db
LISTS = ("orders_order", "shipping_shipment")


@pytest.fixture
def own(client: Client, settings: Any) -> Seller:
    """A seller whose owner has signed in, beside another one; both send to a Rosa."""
    settings.DEMO = True
    roles.sync()
    own, _other = shop("OWN"), shop("OTHER")
    OrderAddress.objects.filter(recipient="OWN").update(recipient="Rosa Quíspe Mamani")
    OrderAddress.objects.filter(recipient="OTHER").update(recipient="Rosa Huamán")
    owner = own.members.get().user
    owner.groups.add(Group.objects.get(name=Role.SELLER))
    client.force_login(owner)
    return own


def found(client: Client, page: str, text: str) -> list[Any]:
    shown = client.get(reverse(f"admin:{page}_changelist"), {"q": text})
    return list(shown.context["cl"].result_list)


@pytest.mark.parametrize("page", LISTS)
def test_a_seller_finds_what_goes_to_a_person_and_nobody_elses(
    client: Client, own: Seller, page: str
) -> None:
    [mine] = found(client, page, "rosa")

    order = mine if isinstance(mine, Order) else mine.order
    assert order.lines.get().seller == own
    assert found(client, page, "quispe rosa") == [mine]
    assert found(client, page, "huamán") == found(client, page, "rosa huamán") == []
    assert found(client, page, order.number) == [mine]


def test_the_field_in_the_head_finds_it_too(client: Client, own: Seller) -> None:
    answer: Any = client.get(reverse("admin:search"), {"q": "quispe"})

    order = Order.objects.get(lines__seller=own)
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert page in (answer.headers.get("Location") or answer.content.decode())
    assert client.get(reverse("admin:search"), {"q": "huaman"}).context["groups"] == []


def test_whom_a_bill_names_is_not_looked_for(client: Client, own: Seller) -> None:
    order = Order.objects.get(lines__seller=own)
    order.addresses.create(
        kind="billing", recipient="Notaría Sol", street="x", city="Lima", country="PE"
    )

    assert found(client, "orders_order", "notaría") == []


def test_a_sellers_list_says_what_they_can_do_and_look_for(client: Client, own: Seller) -> None:
    text = client.get(reverse("admin:orders_order_changelist")).content.decode()

    assert "Pedidos con productos tuyos y adónde van." in text
    assert "Número, destinatario o SKU" in text
    assert "cancelarlo, reembolsarlo" not in text


def test_colleagues_of_the_shop_find_by_address_and_everybodys_recipients(
    client: Client, own: Seller
) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    order = Order.objects.get(lines__seller=own)

    assert found(client, "orders_order", order.email) == [order]
    assert len(found(client, "orders_order", "rosa")) == 2
