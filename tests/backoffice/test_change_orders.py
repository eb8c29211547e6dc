"""The page on which staff change an order: preview first, and nobody's work is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.permissions import Role
from orders import emails
from orders.models import Order, OrderEvent
from outbox.tasks import deliver_due
from tests.accounts.factories import signed_in
from tests.checkout.changing import bought, change, wish
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


def clerk(client: Client, role: Role = Role.SUPPORT) -> Client:
    signed_in(client, role)
    return client


def address(order: Order) -> str:
    return reverse("admin:orders_order_edit", args=[order.pk])


def typed(order: Order, units: int, **more: str) -> dict[str, str]:
    line = order.lines.get()
    return {f"units-{line.pk}": str(units), f"was-{line.pk}": str(line.quantity), **more}


def version(page: Any) -> str:
    return str(page.context["found"].version)


def test_staff_see_what_a_change_costs_before_it_is_made(client: Client) -> None:
    order = bought({stocked(9): 2})
    form = typed(order, 3, note="By phone")

    shown = clerk(client).post(address(order), {**form, "preview": ""})
    unchanged = order.lines.get().quantity
    done = client.post(address(order), {**form, "apply": "", "seen": version(shown)})

    assert unchanged == 2
    assert done.status_code == 302
    assert order.lines.get().quantity == 3


def test_what_is_added_is_picked_from_a_list_or_by_words(client: Client) -> None:
    shirt, mug, jug = stocked(9), stocked(9), stocked(9)
    for variant, name in ((mug, "Taza azul de barro"), (jug, "Jarra azul de barro")):
        variant.name = name
        variant.save()
    order = bought({shirt: 2})

    def answer(words: str) -> Any:
        form = typed(order, 2, **{"sku-0": words, "more-0": "1"})
        return client.post(address(order), {**form, "preview": ""})

    page = clerk(client).get(address(order)).text
    assert f'<option value="{mug.sku}">Taza azul de barro</option>' in page
    assert set(answer("taza barro").context["form"].change.added) == {mug.pk}
    assert f"{jug.sku} (Jarra azul de barro)" in answer("azul").text
    assert answer("azul").context["form"].errors.keys() == {"sku-0"}


def test_what_somebody_else_has_changed_meanwhile_is_shown_and_kept(client: Client) -> None:
    shirt, mug = stocked(9), stocked(9)
    order = bought({shirt: 2})
    form = typed(order, 2, **{"sku-0": mug.sku, "more-0": "1"})
    shown = clerk(client).post(address(order), {**form, "preview": ""})
    change(order, wish(order, {shirt: 5}))

    again = client.post(address(order), {**form, "apply": "", "seen": version(shown)})

    assert again.status_code == 200
    assert order.lines.get().quantity == 5
    after = again.context["found"].after
    assert {line.sku: line.quantity for line in after.lines} == {shirt.sku: 5, mug.sku: 1}


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(client: Client) -> None:
    order = bought({stocked(9): 2})
    form = typed(order, 4, **{"sku-0": "NO-SUCH", "note": "Please"})

    page = clerk(client).post(address(order), {**form, "preview": ""})

    assert page.context["form"].errors.keys() == {"sku-0"}
    body = page.content.decode()
    assert 'value="4"' in body
    assert 'value="NO-SUCH"' in body
    assert 'value="Please"' in body


def test_another_address_is_asked_for_whole_and_costs_its_delivery(client: Client) -> None:
    open_shop()
    order = bought({stocked(9): 2})
    form = typed(order, 2, moves="on", recipient="Ana Quispe", phone="987654321", shipping="olva")

    wrong = clerk(client).post(address(order), {**form, "preview": ""})
    form |= {"street": "Jr. Puno 55", "district": "Miraflores, Lima"}
    shown = client.post(address(order), {**form, "preview": ""})
    client.post(address(order), {**form, "apply": "", "seen": version(shown)})

    assert wrong.context["form"].errors.keys() == {"street", "district"}
    order.refresh_from_db()
    moved = order.addresses.get(kind="shipping")
    assert (moved.street, moved.ubigeo, order.shipping_total) == ("Jr. Puno 55", "150122", 10)
    assert order.owes_difference


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE])
def test_who_may_not_change_orders_has_no_such_page(client: Client, role: Role) -> None:
    order = bought({stocked(9): 2})

    assert clerk(client, role).get(address(order)).status_code == 403


def test_the_customer_reads_once_what_was_changed_and_what_is_to_be_paid() -> None:
    shirt = stocked(9)
    order = bought({shirt: 2})
    change(order, wish(order, {shirt: 3}))

    deliver_due()
    emails.send_edited(order.pk, OrderEvent.objects.get(kind="edited").details["change"])

    [mail] = Email.objects.filter(subject__contains="cambió")
    for text in (mail.message, mail.html_message):
        assert f"{shirt.product.name}: 2 → 3" in text
        assert f"/checkout/pay/{order.number}/?token=" in text
