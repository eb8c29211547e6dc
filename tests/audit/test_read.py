"""The log as administrators read it: each thing's history, the whole log, and the command."""

from typing import Any

import pytest
from constance import config
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.permissions import Role
from audit.models import AuditEntry
from core.traces import traced
from orders.models import Order, OrderLine
from payments.models import Payment
from tests.accounts.factories import UserFactory, staff_with
from tests.backoffice.factories import order_with
from tests.catalog.factories import VariantFactory
from tests.commands import rows_of

pytestmark = pytest.mark.django_db
LOG = "/admin/audit/auditentry/"


@pytest.fixture
def boss(client: Client, settings: Any) -> User:
    settings.DEMO = True
    user: User = UserFactory.create(email="jefa@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def changed_order() -> Order:
    order: Order = order_with(VariantFactory.create(), VariantFactory.create())
    Payment.objects.create(
        number="TXN-1",
        order=order,
        gateway="simulator",
        idempotency_key="k",
        amount=1,
        currency="PEN",
    )
    Order.objects.update(staff_note="llamar", status="confirmed")
    OrderLine.objects.filter(position=0).update(cancelled_quantity=1)
    return order


def test_an_orders_history_has_its_lines_and_payments(boss: User, client: Client) -> None:
    order, other = changed_order(), order_with(VariantFactory.create())

    page = client.get(reverse("admin:orders_order_history", args=[order.pk]))

    told = page.context["leaf"].entries
    assert {each.entry.table for each in told} == {
        "orders_order",
        "orders_orderline",
        "payments_payment",
    }
    note, status = told[1].changes
    assert (note.before, note.after) == ("–", "llamar")
    assert (status.before, status.after) == ("pendiente", "confirmado")
    assert "TXN-1" in page.text
    assert other.number not in page.text


def test_the_log_is_found_by_person_thing_day_and_address(boss: User, client: Client) -> None:
    order = changed_order()
    with traced(actor=boss.pk, ip="203.0.113.9", origin="GET /x/"):
        config.CURRENCY = "USD"

    def found(**asked: str) -> set[str]:
        leaf = client.get(LOG, asked).context["leaf"]
        return {each.entry.table for each in leaf.entries}

    assert found(person="jefa@") == found(ip="203.0.113.9") == {"constance_constance"}
    assert found(table="payments_payment") == {"payments_payment"}
    assert found(q=order.number) == found(q=str(order.pk)) == {"orders_order"}
    assert found(action="deleted") == found(until="2020-01-01") == set()
    assert found(since="2999-01-01", until="2020-01-01") == set()  # refused, not everything
    assert found(ip="no address") == found(before="x") == set()
    assert found(until="9999-12-31") == found(since="0001-01-01") == set()
    text = client.get(LOG, {"table": "constance_constance"}).text
    assert "<del>PEN</del> → <ins>USD</ins>" in text


def test_the_log_turns_its_leaves_with_as_few_queries(
    boss: User, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    UserFactory.create_batch(60)
    changed_order()
    boss.groups.add(Group.objects.create(name="noche"))
    client.get(LOG)

    with django_assert_max_num_queries(20):
        first = client.get(LOG).context["leaf"]
    with django_assert_max_num_queries(20):
        second = client.get(LOG, {"before": first.next_before}).context["leaf"]

    keys = [each.entry.pk for leaf in (first, second) for each in leaf.entries]
    assert (
        keys == list(AuditEntry.objects.order_by("-id").values_list("pk", flat=True))[: len(keys)]
    )
    assert len(first.entries) == 50
    assert len(second.entries) > 10


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.ADMINISTRATOR])
def test_only_administrators_read_the_log(role: Role, client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(staff_with(role))
    order = changed_order()

    log = client.get(LOG)
    history = client.get(reverse("admin:orders_order_history", args=[order.pk]))

    may = role == Role.ADMINISTRATOR
    assert log.status_code == (200 if may else 403)
    assert ("llamar" in history.text) == may


def test_the_command_writes_a_row_for_each_value() -> None:
    changed_order()

    rows = rows_of("audit_log", "--table", "orders_order", "--action", "changed")

    assert [(row["before"], row["after"]) for row in rows] == [
        ("–", "llamar"),
        ("pendiente", "confirmado"),
    ]
    assert rows[0]["origin"].startswith("SQL as ")
