"""Who packs sees an order without its money; who sees money, all of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from catalog.models import Variant
from orders.models import Order
from payments.models import MethodType
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.catalog.factories import VariantFactory
from tests.payments.factories import held_order, pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_menu")]
LIST = page_of(Order, "changelist")


@pytest.fixture
def order(simulator: Any) -> Order:
    return pay(held_order(), "transfer", gateway="manual", type=MethodType.BANK_TRANSFER).order


@pytest.mark.parametrize(("role", "sees"), [(Role.WAREHOUSE, False), (Role.SUPPORT, True)])
def test_an_order_tells_its_money_to_who_may_know_it(
    client: Client, order: Order, role: Role, sees: bool
) -> None:
    signed_in(client, role)

    page = client.get(page_of(Order, "change", order.pk)).text
    listed = client.get(LIST).text
    file = client.get(f"{LIST}list.csv").getvalue().decode()
    mail = client.get(reverse("admin:orders_order_mail", args=[order.pk, "placed"]))
    filtered = client.get(LIST, {"total__gt": "50"})

    assert order.lines.get().sku in page
    assert [("100.00" in text) for text in (page, listed, file)] == [sees] * 3
    assert ("/mail/" in page) is sees
    assert (mail.status_code, filtered.status_code) == ((200, 200) if sees else (403, 400))


@pytest.mark.parametrize(("role", "sees"), [(Role.SUPPORT, False), (Role.CATALOGUE, True)])
def test_a_variant_tells_its_cost_to_who_may_know_it(
    client: Client, role: Role, sees: bool
) -> None:
    variant = VariantFactory.create(cost=37)
    signed_in(client, role)

    page = client.get(page_of(Variant, "change", variant.pk)).text

    assert ("37.00" in page or "37,00" in page) is sees
