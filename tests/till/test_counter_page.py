"""The page of an order at the counter: open, scan, sell, cash in and out, close, the sheet."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from catalog.models import Variant
from orders.models import Order
from tests.accounts.factories import UserFactory, signed_in
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import draft_of
from tests.inventory.factories import stocked
from tests.promotions.factories import CouponFactory
from tests.till.factories import counter, opened
from till.models import TillEntry, TillSession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ADD = "/admin/checkout/draft/add/"
OLD = [f"/admin/till/tillsession/{name}/" for name in ("sell", "cash", "close")]


def press(client: Client, button: str, value: str = "1", **fields: Any) -> Any:
    return client.post(ADD, {"mode": "now", "language": "es"} | fields | {button: value})


def scanned(variant: Variant, **fields: str) -> dict[str, str]:
    """What the page sends with one unit on it, which costs 100.00."""
    key = str(variant.pk)
    return {"line": key, f"units-{key}": "1", "way": "cash", "total": "100.00"} | fields


def test_a_day_at_the_counter(client: Client) -> None:
    till, variant = counter()
    signed_in(client, Role.SUPPORT)

    opening = press(client, "_open", till=till.pk, opening="50")
    scan = press(client, "_look", goods=variant.sku)
    key = str(scan.context["desk"].draft.pk)
    sent = scanned(variant, key=key, tendered="120", change="20.00", total=scan.context["total"])
    sold = client.post(ADD, sent | {"_sell": "1", "mode": "now", "language": "es"}, follow=True)
    press(client, "_sell", **sent)
    noted = sold.context["counter"].cash["key"].value()
    cash = {"cash-kind": "out", "cash-amount": "30", "cash-reason": "Taxi", "cash-key": noted}
    press(client, "_cash", **cash)
    press(client, "_cash", **cash)
    unexplained = press(client, "_close", counted="119.90")
    closed = press(client, "_close", counted="119.90", note="Faltan")

    assert opening.context["counter"].session.till == till
    assert "20.00" in str(next(iter(sold.context["messages"])))
    assert Order.objects.count() == 1
    entries = TillEntry.objects.order_by("pk").values_list("kind", "amount")
    assert [(kind, str(amount)) for kind, amount in entries] == [
        ("sale", "100.00"),
        ("out", "30.00"),
    ]
    assert unexplained.context["counter"].closing.errors
    session = TillSession.objects.get()
    assert (str(session.expected), str(session.difference)) == ("120.00", "-0.10")
    assert "-" in client.get(closed["Location"]).text
    sheet = client.get(f"/admin/till/tillsession/{session.pk}/sheet.pdf")
    assert sheet.content.startswith(b"%PDF")


def test_the_picker_shows_the_units_of_the_warehouse_of_the_till(client: Client) -> None:
    till, variant = counter(units=2)
    stocked(7, variant=variant)
    opened(till, cashier=signed_in(client, Role.SUPPORT))
    find = reverse("admin:checkout_draft_goods")

    page = client.get(f"{ADD}?mode=now")
    typed = client.get(find, {"goods": variant.sku, "mode": "now"})
    sent = client.get(find, {"goods": variant.sku})

    assert f'data-hx-get="{find}?mode=now"' in page.text
    assert [each.context["goods"][0].free for each in (typed, sent)] == [2, 9]


def test_the_words_of_a_product_show_the_units_of_the_warehouse_of_the_till(
    client: Client,
) -> None:
    till, variant = counter(units=2)
    stocked(7, variant=variant)
    VariantFactory.create(product=variant.product)
    Variant.objects.update(name_es="Banco de roble")
    opened(till, cashier=signed_in(client, Role.SUPPORT))

    found = press(client, "_look", goods="banco").context["desk"].found.goods

    assert {good.pk: good.free for good in found}[variant.pk] == 2


def test_the_change_is_shown_before_the_sale_is_made(client: Client) -> None:
    till, variant = counter()
    opened(till, cashier=signed_in(client, Role.SUPPORT))
    sent = scanned(variant, tendered="150")

    first = press(client, "_sell", **sent)

    assert first.context["change"] == 50
    assert 'name="change" value="50.00"' in first.text
    assert not Order.objects.exists()
    assert press(client, "_sell", **sent, change="50.00").status_code == 302
    assert Order.objects.count() == 1


@pytest.mark.parametrize("tendered", ["99.99", "nonsense", "-1", "1e400", "NaN"])
def test_cash_that_is_no_payment_sells_nothing(client: Client, tendered: str) -> None:
    till, variant = counter()
    opened(till, cashier=signed_in(client, Role.SUPPORT))

    answer = press(client, "_sell", **scanned(variant, tendered=tendered))

    assert answer.context["desk"].refusal or answer.context["counter"].payment.errors
    assert answer.context["desk"].lines.units == {variant.pk: 1}
    assert not Order.objects.exists()


def test_what_was_typed_stays_from_sending_to_the_counter_and_back(client: Client) -> None:
    till, variant = counter()
    opened(till, cashier=signed_in(client, Role.SUPPORT))
    typed = scanned(variant, country="PE", street="Av. Larco 1", district="Atlantis")

    here = press(client, "_mode", "now", **typed | {"mode": "send"})
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', here.text))
    away = press(client, "_mode", "send", **scanned(variant, **hidden))

    assert not here.context["desk"].form.errors
    assert here.context["total"] == 100
    assert away.context["counter"] is None
    assert away.context["desk"].form.data["street"] == "Av. Larco 1"
    assert away.context["desk"].form.errors.keys() == {"district"}


def test_a_customer_and_a_coupon_count_at_the_counter(client: Client) -> None:
    till, variant = counter()
    opened(till, cashier=signed_in(client, Role.SUPPORT))
    ana = UserFactory.create(first_name="Ana", last_name="Quispe", phones=["+51987654321"])
    CouponFactory.create(code="AMIGA", promotion__value=10)

    found = press(client, "_look", customer="987 654 321", **scanned(variant))
    person = {name: found.context["desk"].form[name].value() for name in ("email", "first_name")}
    sale = scanned(variant, **person, last_name="Quispe", coupon_code="AMIGA")
    wrong = press(client, "_sell", **sale | {"coupon_code": "NADA"})
    right = press(client, "_sell", **sale | {"total": "90.00"})

    assert wrong.context["desk"].refusal
    assert right.status_code == 302
    order = Order.objects.get()
    assert (order.customer, order.coupon_code, order.total) == (ana, "AMIGA", 90)


def test_a_draft_that_is_collected_becomes_the_sale(client: Client) -> None:
    till, variant = counter()
    user = signed_in(client, Role.SUPPORT)
    opened(till, cashier=user)
    draft = draft_of(variant, made_by=user)
    page = f"/admin/checkout/draft/{draft.pk}/change/"
    sent = scanned(variant, mode="now", language="es", key=str(draft.pk), _sell="1")

    client.post(page, sent)
    again = client.post(page, sent)

    draft.refresh_from_db()
    assert draft.order == Order.objects.get()
    assert TillEntry.objects.get().order == draft.order
    assert str(draft.order_id) in again["Location"]


def test_who_stands_at_a_till_hands_over_unless_the_order_is_for_somebody(client: Client) -> None:
    till, _variant = counter()
    user = signed_in(client, Role.SUPPORT)
    before = client.get(ADD)
    opened(till, cashier=user)

    at_till, for_ana = client.get(ADD), client.get(ADD, {"customer": str(user.pk)})

    assert before.context["counter"] is None
    assert at_till.context["counter"].session.till == till
    assert for_ana.context["counter"] is None


def test_a_refusal_keeps_what_was_scanned(client: Client) -> None:
    till, variant = counter()
    opened(till, cashier=signed_in(client, Role.SUPPORT))

    answer = press(client, "_sell", **scanned(variant, total="1", way="card"))

    assert answer.context["desk"].refusal
    assert answer.context["desk"].lines.units == {variant.pk: 1}
    assert not Order.objects.exists()


def test_a_session_is_called_by_the_clock_of_the_shop(client: Client) -> None:
    till, _variant = counter()
    session = opened(till, cashier=signed_in(client, Role.SUPPORT))
    TillSession.objects.filter(pk=session.pk).update(created_at="2026-11-25T03:30:00Z")
    session.refresh_from_db()

    sheet = client.get(f"/admin/till/tillsession/{session.pk}/sheet.pdf")

    assert str(session) == "2026-11-24 22:30"
    assert "2026-11-24-2230.pdf" in sheet["Content-Disposition"]


@pytest.mark.parametrize("total", ["", "nonsense", "1e400", "NaN"])
def test_a_total_that_no_page_showed_is_refused(client: Client, total: str) -> None:
    till, variant = counter()
    opened(till, cashier=signed_in(client, Role.SUPPORT))

    answer = press(client, "_sell", **scanned(variant, total=total, way="card"))

    [message] = answer.context["counter"].payment.errors["total"]
    assert message in answer.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE, Role.CATALOGUE])
def test_other_roles_do_not_sell(client: Client, role: Role) -> None:
    signed_in(client, role)

    answers = [client.get(page, follow=True) for page in OLD] + [press(client, "_sell")]
    assert {answer.status_code for answer in answers} == {403}


def test_who_only_sends_has_no_counter(client: Client) -> None:
    till, variant = counter()
    user = signed_in(client, Role.SUPPORT)
    opened(till, cashier=user)
    group = user.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="add_tillsession"))

    answer = press(client, "_sell", **scanned(variant))

    assert answer.context["counter"] is None
    assert 'name="_mode"' not in answer.text
    assert not Order.objects.exists()
