"""The page at the counter: open, scan, sell, cash in and out, close, and the sheet."""

from typing import Any

import pytest
from django.test import Client

from accounts.permissions import Role
from orders.models import Order
from tests.accounts.factories import signed_in
from tests.till.factories import counter, opened
from till.models import TillEntry, TillSession

pytestmark = pytest.mark.django_db
SELL, CASH, CLOSE = (f"/admin/till/tillsession/{name}/" for name in ("sell", "cash", "close"))


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


def test_a_day_at_the_counter(client: Client) -> None:
    till, variant = counter()
    signed_in(client, Role.SUPPORT)

    client.post(SELL, {"till": till.pk, "opening": "50"})
    scanned = client.post(SELL, {"_look": "1", "goods": variant.sku})
    key = str(variant.pk)
    sent = {
        "line": key,
        f"units-{key}": "1",
        "key": str(scanned.context["desk"].draft.pk),
        "total": str(scanned.context["total"]),
        "way": "cash",
        "tendered": "120",
        "_sell": "1",
    }
    sold = client.post(SELL, sent, follow=True)
    client.post(SELL, sent)
    noted = client.get(CASH).context["form"]["key"].value()
    client.post(CASH, {"kind": "out", "amount": "30", "reason": "Taxi", "key": noted})
    unexplained = client.post(CLOSE, {"counted": "119.90"})
    closed = client.post(CLOSE, {"counted": "119.90", "note": "Faltan"}, follow=True)

    assert "20.00" in str(next(iter(sold.context["messages"])))
    assert Order.objects.count() == 1
    entries = TillEntry.objects.order_by("pk").values_list("kind", "amount")
    assert [(kind, str(amount)) for kind, amount in entries] == [
        ("sale", "100.00"),
        ("out", "30.00"),
    ]
    assert unexplained.context["form"].errors
    session = TillSession.objects.get()
    assert (str(session.expected), str(session.difference)) == ("120.00", "-0.10")
    assert "-" in closed.text
    sheet = client.get(f"/admin/till/tillsession/{session.pk}/sheet.pdf")
    assert sheet.content.startswith(b"%PDF")


def test_a_refusal_keeps_what_was_scanned(client: Client) -> None:
    till, variant = counter()
    user = signed_in(client, Role.SUPPORT)
    opened(till, cashier=user)
    key = str(variant.pk)
    sent = {"line": key, f"units-{key}": "1", "total": "1", "way": "card", "_sell": "1"}

    answer = client.post(SELL, sent)

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
    key = str(variant.pk)
    sent = {"line": key, f"units-{key}": "1", "total": total, "way": "card", "_sell": "1"}

    answer = client.post(SELL, sent)

    [message] = answer.context["form"].errors["total"]
    assert message in answer.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE, Role.CATALOGUE])
def test_other_roles_do_not_sell(client: Client, role: Role) -> None:
    signed_in(client, role)

    assert {client.get(page).status_code for page in (SELL, CASH, CLOSE)} == {403}
