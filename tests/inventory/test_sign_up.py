"""Waiting for a sold-out variant: noted once, served in order, as many as there are units."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from constance import config
from django.db.models import F
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from catalog.models import Variant
from inventory import consistency, services
from inventory.emails import send_back_in_stock
from inventory.exceptions import NothingHeld, OutOfStock
from inventory.models import BackInStockRequest, Reservation, StockLevel
from inventory.services import sold_out
from inventory.services.sign_ups import HEAD_START, claim_token_of, token_of
from inventory.tasks import release_expired, tell_who_waits
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
    services.adjust({(variant.pk, level.warehouse_id): units}, note="x")


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


@pytest.fixture
def _held() -> None:
    config.BACK_IN_STOCK_HOLD_MINUTES = 30


def claim_link(name: str) -> str:
    mail = Email.objects.filter(to__contains=f"{name}@").latest("pk")
    [link] = re.findall(r"http://[^ ]+(/back-in-stock/claim/[^ ]+/)", mail.message)
    return str(link)


def holders(variant: Variant) -> list[str]:
    holds = Reservation.objects.active().filter(variant=variant).order_by("pk")
    asked = {row.pk: row.email.split("@")[0] for row in BackInStockRequest.objects.all()}
    return [asked.get(hold.reference, hold.reference_kind) for hold in holds]


def let_run_out(variant: Variant) -> None:
    holds = Reservation.objects.active().filter(variant=variant)
    holds.update(expires_at=timezone.now() - timedelta(hours=1))


@pytest.mark.usefixtures("_held")
def test_a_unit_is_held_for_each_who_is_told_and_no_more_are_told(variant: Variant) -> None:
    wait(variant, "uno", "dos", "tres")

    change(variant, 2)
    deliver_due()
    tell_who_waits()

    assert told() == ["uno", "dos"]
    assert holders(variant) == ["uno", "dos"]
    with pytest.raises(OutOfStock):
        services.reserve({variant.pk: 1}, reference=uuid4(), until=timezone.now())
    assert consistency.differences() == []


@pytest.mark.usefixtures("_held")
def test_units_that_nobody_came_for_go_to_the_next_who_wait(variant: Variant) -> None:
    wait(variant, "uno", "dos", "tres")
    change(variant, 1)
    deliver_due()
    let_run_out(variant)

    release_expired()

    assert told() == ["uno", "dos"]
    assert holders(variant) == ["dos"]
    let_run_out(variant)
    release_expired()
    let_run_out(variant)
    release_expired()
    assert told() == ["uno", "dos", "tres"]
    assert holders(variant) == []


@pytest.mark.usefixtures("_held")
def test_the_link_of_the_mail_brings_the_held_unit_into_the_cart(
    client: Client, variant: Variant
) -> None:
    wait(variant, "uno")
    change(variant, 1)
    deliver_due()
    link = claim_link("uno")

    asked = client.get(link)
    before = holders(variant)
    sold_out.remember(variant.pk)  # as the crowd that has nothing held leaves it
    done = client.post(link, follow=True)
    again = client.post(link, follow=True)

    assert 'method="post"' in asked.text
    assert before == ["uno"]
    assert holders(variant) == ["cart"]
    assert done.redirect_chain[0][0] == "/cart/"
    assert variant.sku in done.text or variant.product.name in done.text
    assert again.redirect_chain[0][0] == "/cart/"
    assert Reservation.objects.active().get(variant=variant).quantity == 1
    assert consistency.differences() == []


@pytest.mark.usefixtures("_held")
def test_the_claimed_unit_joins_those_that_the_cart_holds(client: Client, variant: Variant) -> None:
    wait(variant, "uno")
    change(variant, 2)
    client.post("/cart/add/", {"variant": variant.sku, "quantity": 1})
    deliver_due()

    client.post(claim_link("uno"))

    assert Reservation.objects.active().get(variant=variant).quantity == 2
    assert consistency.differences() == []


@pytest.mark.usefixtures("_held")
def test_a_link_that_is_used_twice_brings_one_unit(client: Client, variant: Variant) -> None:
    wait(variant, "uno")
    change(variant, 3)
    deliver_due()

    for _ in range(2):
        client.post(claim_link("uno"))

    assert Reservation.objects.active().get(variant=variant).quantity == 1


@pytest.mark.usefixtures("_held")
def test_a_unit_is_claimed_for_one_cart_only_and_not_after_its_time(
    client: Client, variant: Variant
) -> None:
    wait(variant, "uno", "dos")
    change(variant, 2)
    deliver_due()
    client.post(claim_link("uno"))
    Reservation.objects.filter(reference_kind="sign_up").update(status="released")

    other = Client()
    late, second = other.post(claim_link("dos")), other.post(claim_link("uno"))

    assert (late.status_code, second.status_code) == (409, 409)
    assert holders(variant) == ["cart"]


@pytest.mark.usefixtures("_held")
def test_a_forged_link_claims_nothing(client: Client, variant: Variant) -> None:
    wait(variant, "uno")
    change(variant, 1)
    deliver_due()

    for token in ("forged", token_of(BackInStockRequest.objects.get())):
        assert client.post(f"{PAGE}claim/{token}/").status_code == 404

    assert holders(variant) == ["uno"]


@pytest.mark.usefixtures("_held")
def test_whoever_leaves_gives_the_held_unit_back(client: Client, variant: Variant) -> None:
    wait(variant, "uno")
    change(variant, 1)
    deliver_due()
    link = claim_link("uno")

    services.leave(token_of(BackInStockRequest.objects.get()))

    assert holders(variant) == []
    assert client.get(link).status_code == 404
    assert consistency.differences() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_held")
def test_workers_at_once_hold_one_unit_for_each_in_the_order_of_sign_up() -> None:
    variant = stocked(3)
    wait(variant, *"abcdefgh")

    at_once(lambda: send_back_in_stock(variant.pk), times=4)

    assert sorted(told()) == ["a", "b", "c"]
    assert holders(variant) == ["a", "b", "c"]
    assert consistency.differences() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_held")
def test_two_carts_that_claim_the_same_unit_at_once_get_one() -> None:
    variant = stocked(1)
    wait(variant, "uno")
    send_back_in_stock(variant.pk)
    token = claim_token_of(BackInStockRequest.objects.get())

    def claim() -> bool:
        try:
            services.claim(token, cart=uuid4())
        except NothingHeld:
            return False
        return True

    assert sum(at_once(claim, times=6)) == 1
    assert consistency.differences() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_nobody_twice_and_no_more_than_there_are_units() -> None:
    variant = stocked(3)
    wait(variant, *"abcdefgh")

    at_once(lambda: send_back_in_stock(variant.pk), times=4)

    assert sorted(told()) == ["a", "b", "c"]
