"""Addresses of the admin that no row has: a clean answer, whatever stands in them."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from tests.accounts.factories import UserFactory

NOBODYS = "01a1fed2-99bb-7681-9467-684133ae0828"
PAGES = [
    "promotions/promotion/{}/batch/",
    "promotions/promotion/{}/coupons.csv",
    "invoicing/fiscaldocument/{}/pdf/",
    "orders/order/{}/mail/placed/",
    "orders/order/{}/step/confirm/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "%00", "..%2f", NOBODYS])
@pytest.mark.parametrize("page", PAGES)
def test_an_address_of_nothing_is_answered_cleanly(
    client: Client, settings: Any, page: str, key: str
) -> None:
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    answers = [client.get(f"/admin/{page.format(key)}"), client.post(f"/admin/{page.format(key)}")]

    # An address that no page has leads to that page's list, as everywhere in the admin.
    fine = {HTTPStatus.FOUND, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    fine |= {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FORBIDDEN}
    assert {answer.status_code for answer in answers} <= fine


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("orders/order/", {"status__exact": "\0"}),
        ("orders/order/list.csv", {"status__exact": "\0"}),
        ("orders/order/list.csv", {"id__exact": "x"}),
        ("accounts/impersonation/", {"created_at__year": "9" * 26}),
        ("accounts/impersonation/", {"created_at__year": "0"}),
        ("orders/order/list.csv", {"placed_at__year": "0"}),
        (
            "autocomplete/",
            {
                "app_label": "orders",
                "model_name": "order",
                "field_name": "customer",
                "term": "\0",
            },
        ),
    ],
)
def test_a_list_that_is_asked_for_what_cannot_be_is_shown_without_it(
    client: Client, settings: Any, page: str, query: dict[str, str]
) -> None:
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    answer = client.get(f"/admin/{page}", query, follow=True)

    assert answer.status_code == HTTPStatus.OK
