"""Waiting for a sold-out variant: noted once, served in order, as many as there are units."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from post_office.models import Email

from catalog.models import Variant
from inventory import services
from inventory.emails import send_back_in_stock
from inventory.models import BackInStockRequest, StockLevel
from inventory.services.sign_ups import HEAD_START, token_of
from inventory.tasks import tell_who_waits
from outbox.tasks import deliver_due
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
PAGE = "/back-in-stock/"


@pytest.fixture
def variant() -> Variant:
    """Sold out, and shown so."""
    variant = stocked(3)
    change(variant, -3)
    deliver_due()
    return variant


def change(variant: Variant, units: int) -> None:
    level = StockLevel.objects.get(variant=variant)
    services.adjust(variant.pk, level.warehouse_id, units, note="x")


def wait(variant: Variant, *names: str) -> None:
    for name in names:
        services.sign_up(variant.pk, email=f"{name}@example.com", language="es")


def told() -> list[str]:
    return [mail.to[0].split("@")[0] for mail in Email.objects.order_by("pk")]


def test_the_page_of_a_sold_out_variant_has_the_form(client: Client, variant: Variant) -> None:
    address = f"/p/{variant.product.slug}/"

    sold_out = client.get(address).text
    change(variant, 5)
    deliver_due()

    assert f'action="{PAGE}"' in sold_out
    assert PAGE not in client.get(address).text


def test_signing_up_works_without_javascript_and_twice_is_once(
    client: Client, variant: Variant
) -> None:
    data = {"v": variant.sku, "email": "Ana@Example.com"}

    first = client.post(PAGE, data, follow=True)
    client.post(PAGE, data | {"email": "ana@example.com"})

    assert first.status_code == 200
    assert 'role="status"' in first.text
    assert BackInStockRequest.objects.get().email == "ana@example.com"


def test_the_form_knows_who_is_signed_in(client: Client, variant: Variant) -> None:
    user = UserFactory.create()
    client.force_login(user)

    page = client.get(PAGE, {"v": variant.sku}, headers={"HX-Request": "true"})

    assert user.email in page.text
    assert "<html" not in page.text


def test_a_program_is_thanked_and_not_noted(client: Client, variant: Variant) -> None:
    client.post(PAGE, {"v": variant.sku, "email": "a@example.com", "website": "x"})

    assert not BackInStockRequest.objects.exists()


def test_a_bad_address_is_explained_and_an_unknown_variant_is_no_page(
    client: Client, variant: Variant
) -> None:
    assert client.post(PAGE, {"v": variant.sku, "email": "nada"}).status_code == 422
    assert client.post(PAGE, {"v": "NADA", "email": "a@example.com"}).status_code == 404


def test_one_address_cannot_be_noted_without_end(client: Client, variant: Variant) -> None:
    data = {"v": variant.sku, "email": "a@example.com"}

    answers = [client.post(PAGE, data).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]


def test_they_are_told_in_order_as_many_as_there_are_units(variant: Variant) -> None:
    wait(variant, "uno", "dos", "tres")

    change(variant, 2)
    deliver_due()
    send_back_in_stock(variant.pk)
    tell_who_waits()

    assert told() == ["uno", "dos"]
    assert variant.sku in Email.objects.order_by("pk")[0].message


def test_units_that_were_left_lying_are_offered_to_the_next(variant: Variant) -> None:
    wait(variant, "uno", "dos")
    change(variant, 1)
    deliver_due()

    BackInStockRequest.objects.exclude(notified_at=None).update(
        notified_at=F("notified_at") - HEAD_START - timedelta(seconds=1)
    )
    tell_who_waits()

    assert told() == ["uno", "dos"]


def test_who_was_told_may_wait_again(variant: Variant) -> None:
    wait(variant, "uno")
    change(variant, 1)
    deliver_due()

    wait(variant, "uno")

    assert BackInStockRequest.objects.waiting().count() == 1


def test_the_link_of_the_mail_forgets_the_address_when_it_is_confirmed(
    client: Client, variant: Variant
) -> None:
    wait(variant, "uno", "dos")
    link = f"{PAGE}leave/{token_of(BackInStockRequest.objects.get(email='uno@example.com'))}/"

    client.get(link)
    still = BackInStockRequest.objects.count()
    client.post(link)

    assert still == 2
    assert BackInStockRequest.objects.get().email == "dos@example.com"
    assert client.post(f"{PAGE}leave/forged/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_nobody_twice_and_no_more_than_there_are_units() -> None:
    variant = stocked(3)
    wait(variant, *"abcdefgh")

    at_once(lambda: send_back_in_stock(variant.pk), times=4)

    assert sorted(told()) == ["a", "b", "c"]
