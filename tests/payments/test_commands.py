"""What ops read of the payments: what is awaited, and what the providers tell differently."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.states import PaymentStatus
from payments.models import LedgerEntry, Payment
from payments.services.settle import settle
from tests.accounts.factories import SellerFactory, UserFactory
from tests.catalog.factories import VariantFactory
from tests.commands import rows_of, run, saved_rows
from tests.inventory.factories import WarehouseFactory, stocked
from tests.payments.factories import OrderFactory, add_orders, held_order, pay
from tests.providers.driver import running
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


def orders(*options):
    return [row["order"] for row in rows_of("pending_payments", *options)]


def days_later(days):
    return str(timezone.localdate() + timedelta(days=days))


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_orders_that_wait_for_money_are_listed_with_and_without_an_attempt(
    simulator, kind, tmp_path
):
    tried, idle, paid = held_order(), held_order(), held_order()
    attempt, settled = pay(tried), pay(paid)
    simulator.bank.capture(settled.gateway_id)
    settle(settled.pk)

    rows = saved_rows("pending_payments", kind, tmp_path / f"report.{kind}", "--language", "en")

    assert [(row["order"], row["payment"]) for row in rows] == [
        (tried.number, attempt.number),
        (idle.number, ""),
    ]
    assert [Decimal(row["amount"]) for row in rows] == [Decimal(100), Decimal(100)]


def test_a_declined_attempt_leaves_the_order_waiting(simulator):
    order = held_order()
    attempt = pay(order)
    simulator.bank.decline(attempt.gateway_id)
    settle(attempt.pk)

    [row] = rows_of("pending_payments")

    assert (row["order"], row["payment"]) == (order.number, "")


def test_awaited_money_is_narrowed_to_goods_place_and_days():
    lima = WarehouseFactory.create(code="LIM-01")
    SellerFactory.create(slug="taller")
    sofa = VariantFactory.create(product__category__slug="sofas")
    here = held_order(stocked(5, variant=sofa, warehouse=lima))
    there = held_order()

    assert orders("--warehouse", "LIM-01") == [here.number]
    assert orders("--category", "sofas") == [here.number]
    assert orders("--seller", "vitrina") == [here.number, there.number]
    assert orders("--seller", "taller") == []
    assert orders("--since", days_later(0), "--until", days_later(0)) == [here.number, there.number]
    assert orders("--since", days_later(1)) == []


def test_what_is_awaited_is_added_up_by_currency():
    held_order()
    OrderFactory.create(currency="USD")

    assert (
        "S/\N{NO-BREAK SPACE}100.00 + US$\N{NO-BREAK SPACE}100.00" in run("pending_payments").error
    )


def test_money_that_no_webhook_told_of_is_found_written_down_and_found_no_more(simulator):
    order = held_order()
    payment = pay(order)
    simulator.bank.capture(payment.gateway_id)

    first, second = (run("reconcile_payments", "--format", "json") for _ in range(2))

    [row] = first.rows
    assert (first.code, second.code, second.rows) == (0, 0, [])
    assert (row["kind"], row["payment"]) == ("missing_here", payment.number)
    assert row["repaired"] is True
    assert (row["ours"], row["theirs"], row["currency"]) == (None, "100.00", "PEN")
    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PAID
    assert LedgerEntry.objects.count() == 1


def test_money_of_a_payment_that_is_not_ours_is_told(simulator):
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    Payment.objects.filter(pk=payment.pk).update(gateway_id="another")

    ran = run("reconcile_payments", "--gateway", "simulator", "--format", "json")

    assert ran.code == 1
    assert [(row["kind"], row["payment"]) for row in ran.rows] == [
        ("unknown_payment", payment.gateway_id)
    ]


def test_money_that_moved_on_other_days_is_left_out(simulator):
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)

    assert run("reconcile_payments", "--until", days_later(-1), "--since", days_later(-9)).code == 0
    assert run("reconcile_payments", "--since", days_later(1)).code == 0
    assert LedgerEntry.objects.count() == 0
    assert run("reconcile_payments", "--since", days_later(0)).code == 0
    assert LedgerEntry.objects.count() == 1


def test_a_provider_that_cannot_be_asked_is_told_and_leaves_the_others_alone(simulator, settings):
    with running("mercadopago", settings) as away:
        payment = pay(held_order())
        simulator.bank.capture(payment.gateway_id)
        away.server.fail("GET", *[Fault.REFUSED] * 9)

        ran = run("reconcile_payments", "--format", "json")

    assert ran.code == 1
    assert [(row["gateway"], row["kind"], row["repaired"]) for row in ran.rows] == [
        ("mercadopago", "not_asked", False),
        ("simulator", "missing_here", True),
    ]


def test_what_is_left_is_told_one_by_one_with_what_to_do(simulator):
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id, amount=9999)
    LedgerEntry.objects.create(
        payment=payment,
        provider="simulator",
        kind="capture",
        reference=simulator.bank.get(payment.gateway_id)["captures"][0]["id"],
        amount=Decimal(100),
        currency="PEN",
        occurred_at=timezone.now(),
    )

    ran = run("reconcile_payments", "--language", "en", "--format", "json")

    [row] = ran.rows
    assert (row["payment"], row["order"]) == (payment.number, payment.order.number)
    assert (row["ours"], row["theirs"]) == ("100.00", "99.99")
    assert "which amount is right" in row["advice"]


def test_a_provider_that_is_not_set_up_is_told():
    ran = run("reconcile_payments", "--gateway", "simulator")

    assert ran.code == 2
    assert "simulator" in ran.error


def test_the_report_asks_the_database_as_often_for_ten_orders_as_for_two_hundred():
    variant, customer = VariantFactory.create(), UserFactory.create()

    def questions(number):
        add_orders(OrderFactory.build_batch(number, customer=customer), variant)
        with CaptureQueriesContext(connection) as asked:
            assert run("pending_payments", "--seller", "vitrina").code == 0
        return len(asked)

    assert questions(10) == questions(190) <= 3
