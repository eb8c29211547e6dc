"""Signed links: each opens one thing, for so long, and nothing else."""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.month_end import links
from cart import abandoned
from cart.models import Cart, CartReminder
from complaints import views as complaints
from core.ids import uuid7
from inventory.models import BackInStockRequest
from inventory.services import sign_ups
from orders.links import LINK_LIFETIME, order_link, pay_link, tracking_link
from reviews import invitations
from tests.backoffice.factories import month_link
from tests.complaints.test_write import sheet
from tests.inventory.factories import stocked
from tests.orders.factories import place
from waitingroom import tickets

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def of_an_order() -> str:
    return order_link(place())


def to_pay() -> str:
    return pay_link(place())


def of_parcels() -> str:
    return tracking_link(place())


def of_reviews() -> str:
    return f"/reviews/order/{invitations.token_of(place())}/"


def of_a_sheet() -> str:
    return str(Client().post("/libro-de-reclamaciones/", sheet())["Location"])


def of_a_unit() -> str:
    asked = BackInStockRequest.objects.create(variant=stocked(1), email="ana@example.com")
    return f"/back-in-stock/claim/{sign_ups.claim_token_of(asked)}/"


def of_a_cart() -> str:
    variant = stocked(2)
    cart = Cart.objects.create(expires_at=timezone.now())
    kept = [{"line": str(variant.pk), "quantity": 1}]
    reminder = CartReminder.objects.create(cart=cart, lines=kept, reader="fingerprint")
    return f"/cart-left/{abandoned.reminder_token(reminder)}/"


def of_a_month() -> str:
    return f"/month/{links.token_of(month_link())}/"


LINKS: dict[Callable[[], str], timedelta] = {
    of_an_order: LINK_LIFETIME,
    to_pay: LINK_LIFETIME,
    of_parcels: LINK_LIFETIME,
    of_reviews: invitations.LINK_LIFETIME,
    of_a_sheet: complaints.LINK_LIFETIME,
    of_a_unit: sign_ups.LINK_LIFETIME,
    of_a_cart: abandoned.RETENTION,
    of_a_month: timedelta(days=links.MAX_DAYS),
}


def opened(link: str, monkeypatch: pytest.MonkeyPatch, *, after: timedelta) -> int:
    now = time.time()
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: now + after.total_seconds())
        return Client().get(link).status_code


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.__name__)
def test_a_link_opens_what_it_is_for_and_no_longer_than_it_has_to(
    link: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, lifetime = link(), LINKS[link]

    found = [
        opened(address, monkeypatch, after=after)
        for after in (timedelta(), lifetime - DAY, lifetime + DAY)
    ]

    assert found == [200, 200, 404]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.__name__)
def test_a_changed_link_opens_nothing(link: Callable[[], str], client: Client) -> None:
    address = link()
    head, dot, tail = address.rstrip("/").rpartition("." if "token=" in address else ":")
    forged = f"{head}{dot}{'A' if tail[0] != 'A' else 'B'}{tail[1:]}"

    assert client.get(forged + address[len(address.rstrip("/")) :]).status_code == 404


def test_the_signature_of_one_kind_of_link_opens_no_other(client: Client) -> None:
    order = place(total=Decimal("100.00"))
    leave = invitations.leave_token_of(order.customer)
    invitation = invitations.token_of(order)
    of_unit = sign_ups.claim_token_of(
        BackInStockRequest.objects.create(variant=stocked(1), email="ana@example.com")
    )

    for token in (leave, of_unit, tickets.SALT, str(uuid7())):
        assert client.get(f"/reviews/order/{token}/").status_code == 404
    for token in (invitation, leave):
        assert client.get(f"/libro-de-reclamaciones/{token}/").status_code == 404
        assert client.get(f"/back-in-stock/claim/{token}/").status_code == 404
        assert client.get(f"/cart-left/{token}/").status_code == 404
