"""check_orders finds orders that disagree with their money, their lines or their news."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance import config
from django.db import connection
from django.utils import timezone
from post_office.models import Email

from core.reports.base import Filters
from orders.models import Order, OrderLine
from outbox.models import Message
from payments import consistency
from payments.services.settle import settle
from payments.tasks import check_orders
from tests.commands import rows_of, run
from tests.payments.factories import held_order, pay
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(simulator) -> Order:
    """An order that was paid by card."""
    order = held_order()
    captured(simulator, order)
    return order


def falsify(order: Order, **facts: object) -> None:
    """As a restored backup or a careless administrator would write: without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Order.objects.filter(pk=order.pk).update(**facts)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_is_right_is_not_mentioned(paid: Order) -> None:
    held_order()

    report = run("check_orders", "--format", "json")

    assert (report.code, report.rows) == (0, [])
    assert "0 diferencias" in report.error


def test_a_payment_status_without_its_money_is_found(paid: Order) -> None:
    falsify(paid, payment_status="unpaid")

    report = run("check_orders", "--format", "json")

    assert report.code == 1
    assert report.rows == [
        {"order": paid.number, "what": "payment", "stored": "unpaid", "proven": "paid"}
    ]


def test_lines_that_cost_another_sum_are_found(paid: Order) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        line = OrderLine.objects.get(order=paid)
        OrderLine.objects.filter(pk=line.pk).update(
            unit_price=line.unit_price + 1, total=line.total + line.quantity
        )
        cursor.execute("SET LOCAL session_replication_role = origin")

    [row] = rows_of("check_orders")

    assert (row["what"], Decimal(row["stored"])) == ("subtotal", line.total)


def test_an_order_that_nobody_has_let_expire_is_found() -> None:
    order = held_order()
    falsify(order, expires_at=timezone.now() - timedelta(hours=1))

    [row] = rows_of("check_orders")

    assert (row["order"], row["what"], row["proven"]) == (order.number, "status", "expired")


def test_news_that_nobody_has_got_are_found(paid: Order) -> None:
    message = Message.objects.order_by("pk").first()
    assert message
    Message.objects.filter(pk=message.pk).update(given_up_at=timezone.now())

    [row] = rows_of("check_orders")

    assert (row["order"], row["what"], row["proven"]) == (paid.number, "news", message.handler)


def test_days_are_those_on_which_orders_were_placed(paid: Order) -> None:
    falsify(paid, payment_status="unpaid")
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert rows_of("check_orders", "--since", str(tomorrow)) == []
    assert len(rows_of("check_orders", "--until", str(tomorrow))) == 1


def test_it_asks_as_often_for_many_orders_as_for_one(django_assert_max_num_queries) -> None:
    for _ in range(3):
        held_order()

    with django_assert_max_num_queries(9):
        rows_of("check_orders")


def test_staff_are_told_once_a_night_if_an_order_is_wrong(paid: Order) -> None:
    config.LOW_STOCK_EMAIL = "almacen@example.com"

    right = check_orders()
    falsify(paid, payment_status="unpaid")
    wrong = check_orders()

    assert (right, wrong) == (0, 1)
    mail = Email.objects.get(to="almacen@example.com")
    assert paid.number in mail.message
    assert "1 diferencia" in mail.subject
    assert Order.objects.get(pk=paid.pk).payment_status == "unpaid", "nothing is mended unasked"


def test_without_an_address_nobody_is_written_to_about_orders(paid: Order) -> None:
    falsify(paid, payment_status="unpaid")

    assert check_orders() == 1
    assert not Email.objects.filter(subject__contains="diferencia").exists()


def meanwhile(work: Callable[[], object], *, before: str) -> Callable[..., Any]:
    """Another worker does that just before the first question that names `before`."""
    left = [work]

    def ask(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if left and f'FROM "{before}"' in sql:
            with ThreadPoolExecutor(1) as another:
                another.submit(closing, left.pop()).result()
        return execute(sql, params, many, context)

    return ask


def closing(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_paid_while_it_is_looked_at_is_not_wrong(simulator: Any) -> None:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)

    with connection.execute_wrapper(
        meanwhile(lambda: settle(payment.pk), before="payments_payment")
    ):
        found = list(consistency.differences_in(Filters()))

    assert found == []
    assert Order.objects.get().payment_status == "paid"
