"""Selling over the counter: placed, paid, handed over and in the till's books at once."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post_office.models import Email

from core.exceptions import DomainError
from inventory.models import StockLevel, Warehouse
from invoicing.models import FiscalDocument
from orders.models import Order
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from outbox.tasks import deliver_due
from payments.models import LedgerEntry
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, stocked
from tests.promotions.factories import PromotionFactory
from tests.till.factories import counter, opened, sell
from till import services
from till.exceptions import SaleRefused, TillRefused
from till.models import EntryKind, Till, TillEntry, TillSession, Way
from till.selectors import sums_of

pytestmark = pytest.mark.django_db


def test_a_sale_is_an_order_that_is_paid_and_handed_over_with_its_document() -> None:
    till, variant = counter(units=5)
    session = opened(till)

    order = sell(session, variant, 2, tendered=Decimal("220.00"))
    deliver_due()

    order.refresh_from_db()
    assert (order.payment_status, order.status) == (PaymentStatus.PAID, OrderStatus.PROCESSING)
    assert order.fulfilment_status == FulfilmentStatus.DELIVERED
    level = StockLevel.objects.get()
    assert (level.on_hand, level.committed, level.reserved) == (3, 0, 0)
    assert LedgerEntry.objects.get().amount == Decimal("200.00")
    assert FiscalDocument.objects.get().total == Decimal("200.00")
    entry = TillEntry.objects.get()
    assert (entry.amount, entry.change) == (Decimal("200.00"), Decimal("20.00"))
    assert entry.order == order
    assert not Email.objects.exists()


def test_who_gives_an_address_gets_the_papers_by_mail() -> None:
    till, variant = counter()
    named = {"email": "ana@example.com", "first_name": "Ana", "last_name": "Quispe"}

    order = sell(opened(till), variant, draft=named, way=Way.CARD)
    deliver_due()

    assert order.customer.email == "ana@example.com"
    assert {tuple(mail.to) for mail in Email.objects.all()} == {("ana@example.com",)}


def test_people_without_a_name_share_no_purchase_limit() -> None:
    till, variant = counter()
    variant.product.purchase_limit = 1
    variant.product.save()
    session = opened(till)

    assert len({sell(session, variant).pk for _ in range(2)}) == 2


def test_people_without_a_name_share_no_use_of_a_promotion() -> None:
    till, variant = counter()
    PromotionFactory.create(value=10, max_uses_per_customer=1)
    session = opened(till)

    orders = {sell(session, variant, total=Decimal(90)).pk for _ in range(2)}

    assert len(orders) == 2


def test_a_sale_sent_twice_is_one() -> None:
    till, variant = counter()
    session, key = opened(till), uuid4()

    first, again = sell(session, variant, key=key), sell(session, variant, key=key)

    assert first == again
    assert Order.objects.count() == TillEntry.objects.count() == 1


@pytest.mark.parametrize(
    "paid", [{"total": Decimal(99)}, {"tendered": Decimal(99)}, {"way": Way.CARD, "total": 0}]
)
def test_a_sale_at_another_total_or_for_too_little_is_refused(paid: dict[str, Any]) -> None:
    till, variant = counter()
    session = opened(till)

    with pytest.raises(SaleRefused):
        sell(session, variant, **paid)

    assert not Order.objects.exists()
    assert StockLevel.objects.get().reserved == 0


def test_goods_of_another_warehouse_are_not_handed_over_here() -> None:
    till, _variant = counter()
    away = stocked(5, warehouse=WarehouseFactory.create())
    session = opened(till)

    with pytest.raises(SaleRefused):
        sell(session, away)

    assert not Order.objects.exists()


def test_the_units_come_from_the_shop_even_where_another_warehouse_comes_first() -> None:
    till, variant = counter()
    main = WarehouseFactory.create(priority=0)
    Warehouse.objects.exclude(pk=main.pk).update(priority=9)
    stocked(5, variant=variant, warehouse=main)

    sell(opened(till), variant, 2)

    assert main.stock_levels.get().on_hand == 5


@pytest.mark.django_db(transaction=True)
def test_the_last_unit_is_sold_once() -> None:
    first, variant = counter(units=1)
    second = Till.objects.create(name="Caja 2", shop=first.shop)
    sessions = [opened(first), opened(second)]

    def sell_last() -> bool:
        try:
            sell(sessions.pop(), variant)
        except DomainError:
            return False
        return True

    assert sorted(at_once(sell_last, times=2)) == [False, True]
    assert StockLevel.objects.get().on_hand == 0


@pytest.mark.django_db(transaction=True)
def test_one_key_at_the_same_moment_is_one_sale() -> None:
    till, variant = counter()
    session, key = opened(till), uuid4()

    orders = at_once(lambda: sell(session, variant, key=key).pk, times=4)

    assert len(set(orders)) == 1
    assert StockLevel.objects.get().on_hand == 4


def test_a_till_and_a_person_have_one_open_session() -> None:
    till, _variant = counter()
    other = Till.objects.create(name="Caja 2", shop=till.shop)
    session = opened(till)

    with pytest.raises(TillRefused):
        opened(till)
    with pytest.raises(TillRefused):
        opened(other, cashier=session.cashier)

    services.close_session(session.pk, counted=Decimal("50.00"))
    assert opened(till).closed_at is None


AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("999.99"), places=2)
MOVES = st.lists(st.tuples(st.sampled_from([EntryKind.IN, EntryKind.OUT]), AMOUNTS), max_size=6)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(opening=AMOUNTS, moves=MOVES, extra=AMOUNTS, in_cash=st.booleans())
def test_the_cash_is_the_opening_with_what_came_and_without_what_went(
    opening: Decimal, moves: list[tuple[EntryKind, Decimal]], extra: Decimal, in_cash: bool
) -> None:
    with transaction.atomic():
        till, variant = counter()
        session = opened(till, str(opening))
        way = Way.CASH if in_cash else Way.CARD
        sell(session, variant, way=way, tendered=100 + extra if in_cash else None)
        cash = opening + (100 if in_cash else 0)
        for kind, amount in moves:
            try:
                services.move_cash(
                    session.pk, kind=kind, amount=amount, reason="vuelto", key=uuid4()
                )
            except TillRefused:
                assert amount > cash
            else:
                cash += amount if kind == EntryKind.IN else -amount

        closed = services.close_session(session.pk, counted=cash + extra, note="sobra")

        assert (closed.expected, closed.difference) == (cash, extra)
        assert sums_of(session).expected == cash
        transaction.set_rollback(True)


def test_a_difference_is_explained_and_a_closed_till_stays_closed() -> None:
    till, variant = counter()
    session = opened(till)

    with pytest.raises(TillRefused):
        services.close_session(session.pk, counted=Decimal("49.99"))
    closed = services.close_session(session.pk, counted=Decimal("49.99"), note="faltó")
    again = services.close_session(session.pk, counted=Decimal("1.00"))

    assert (closed.difference, again.counted) == (Decimal("-0.01"), Decimal("49.99"))
    with pytest.raises(TillRefused):
        sell(session, variant)


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE till_session SET closed_at = now(), counted = 1, expected = 1",
        "UPDATE till_entry SET amount = 1",
        "DELETE FROM till_entry",
        "DELETE FROM till_session",
    ],
)
def test_the_database_refuses_lies_about_a_till(lie: str) -> None:
    till, variant = counter()
    sell(opened(till), variant)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lie)


def test_the_database_takes_no_entry_of_a_closed_session() -> None:
    till, _variant = counter()
    session = opened(till)
    services.close_session(session.pk, counted=Decimal("50.00"))

    with pytest.raises(IntegrityError), transaction.atomic():
        TillEntry.objects.create(
            session=session, key=uuid4(), kind=EntryKind.IN, amount=1, reason="x"
        )
    assert TillSession.objects.get().closed_at
