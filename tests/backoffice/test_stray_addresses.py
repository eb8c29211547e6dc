"""Addresses of the admin that no row has: a clean answer, whatever stands in them."""

from http import HTTPStatus

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("boss")]
NOBODYS = "01a1fed2-99bb-7681-9467-684133ae0828"
PAGES = [
    "promotions/promotion/{}/batch/",
    "promotions/promotion/{}/coupons.csv",
    "invoicing/fiscaldocument/{}/pdf/",
    "orders/order/{}/mail/placed/",
    "orders/order/{}/step/confirm/",
]


@pytest.mark.parametrize("page", PAGES)
def test_an_address_of_nothing_is_answered_cleanly(client: Client, page: str) -> None:
    # An address that no page has leads to that page's list, as everywhere in the admin.
    fine = {HTTPStatus.FOUND, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    fine |= {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FORBIDDEN}

    for key in ("x", "%00", "..%2f", NOBODYS):
        address = f"/admin/{page.format(key)}"
        assert {client.get(address).status_code, client.post(address).status_code} <= fine, key


def test_a_list_that_is_asked_for_what_cannot_be_is_shown_without_it(client: Client) -> None:
    customer = {"app_label": "orders", "model_name": "order", "field_name": "customer"}
    asked: list[tuple[str, dict[str, str]]] = [
        ("orders/order/", {"status__exact": "\0"}),
        ("orders/order/list.csv", {"status__exact": "\0"}),
        ("orders/order/list.csv", {"id__exact": "x"}),
        ("accounts/impersonation/", {"created_at__year": "9" * 26}),
        ("accounts/impersonation/", {"created_at__year": "0"}),
        ("orders/order/list.csv", {"placed_at__year": "0"}),
        ("autocomplete/", {**customer, "term": "\0"}),
    ]
    for page, query in asked:
        answer = client.get(f"/admin/{page}", query, follow=True)

        assert answer.status_code == HTTPStatus.OK, (page, query)
