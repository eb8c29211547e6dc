"""The account's page of store credit: the shopper's own, with how it came and went."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from payments.services.credits import pay_with_credit
from tests.accounts.factories import UserFactory
from tests.payments.factories import credit_of, held_order

pytestmark = pytest.mark.django_db

ADDRESS = "/account/credit/"


def page(user: User, language: str = "es") -> str:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return str(client.get(ADDRESS).text).replace("\xa0", " ")


def test_the_balance_its_end_and_its_entries_are_shown() -> None:
    order = held_order()
    credit_of(order.customer, 100, ends_in=timedelta(days=9))
    pay_with_credit(order.pk, Decimal(40))

    shown = page(order.customer)

    assert "S/ 60.00" in shown
    assert "+S/ 100.00" in shown
    assert "S/ 40.00" in shown
    assert order.number in shown


def test_nobody_sees_the_credit_of_others() -> None:
    credit_of(UserFactory.create(), 777)

    assert "777" not in page(UserFactory.create())


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 302


@pytest.mark.parametrize("entries", [1, 30])
@pytest.mark.usefixtures("warm_memory")
def test_the_page_costs_the_same_for_one_entry_and_for_many(
    entries: int, django_assert_max_num_queries
) -> None:
    user, client = UserFactory.create(), Client()
    client.force_login(user)
    for _ in range(entries):
        credit_of(user, 1)

    client.get(ADDRESS)
    with django_assert_max_num_queries(4):
        client.get(ADDRESS)
