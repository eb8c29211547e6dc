"""What PostgreSQL itself refuses, no matter who writes the SQL."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from payments.checks import no_simulated_method_for_sale, simulator_only_in_demo
from payments.models import StoreCredit, StoreCreditEntry
from tests.accounts.factories import UserFactory
from tests.payments.factories import held_order, pay
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db


SAME_FACT = """
    INSERT INTO payments_ledgerentry
        (payment_id, provider, kind, reference, amount, currency, is_accepted, occurred_at)
    SELECT payment_id, provider, kind, reference, 5, currency, true, now()
    FROM payments_ledgerentry
"""


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payments_ledgerentry SET amount = 1",
        "DELETE FROM payments_ledgerentry",
        SAME_FACT,
        "UPDATE payments_payment SET state = 'open'",
        "UPDATE payments_payment SET state = 'failed'",
        "UPDATE payments_payment SET refund_reserved = captured + 1",
        "UPDATE payments_payment SET amount = 0",
        "UPDATE payments_payment SET card_last4 = '42424242'",
        "UPDATE orders_order SET payment_status = 'unpaid'",
    ],
)
def test_facts_about_money_cannot_be_bent(simulator, sql):
    captured(simulator)

    assert refused(sql)


def test_an_order_has_one_live_payment(simulator):
    pay(held_order())

    assert refused(
        "INSERT INTO payments_payment (number, order_id, gateway, gateway_id, gateway_reference,"
        " redirect_url, idempotency_key, amount, currency, quoted_currency, state, captured,"
        " refunded, refund_reserved, card_brand, card_last4, bank_reference, error_code,"
        " error_message, metadata) SELECT 'TXN-X', order_id, gateway, '', '', '', 'x', amount,"
        " currency, '', 'open', 0, 0, 0, '', '', '', '', '', '{}' FROM payments_payment"
    )


def test_play_money_outside_the_demo_is_an_error(simulator, settings):
    pay(held_order())
    assert simulator_only_in_demo() == []

    settings.DEMO = False

    assert [each.id for each in simulator_only_in_demo()] == ["payments.E001"]
    assert [each.id for each in no_simulated_method_for_sale(databases=["default"])] == [
        "payments.E002"
    ]


def test_store_credit_changes_by_entries_and_is_never_overdrawn() -> None:
    credit = StoreCredit.objects.create(number="SC-1", user=UserFactory.create(), currency="PEN")
    StoreCreditEntry.objects.create(credit=credit, amount=50)

    credit.refresh_from_db()
    assert credit.balance == Decimal(50)
    assert refused("UPDATE payments_storecredit SET balance = 99")
    with pytest.raises(DatabaseError, match="store_credit_never_overdrawn"), transaction.atomic():
        StoreCreditEntry.objects.create(credit=credit, amount=-51, kind="spent")


def test_a_cause_grants_store_credit_once_and_an_entry_has_the_sign_of_its_kind() -> None:
    cause, user = uuid4(), UserFactory.create()
    credit = StoreCredit.objects.create(number="SC-1", user=user, currency="PEN", reference=cause)

    with pytest.raises(DatabaseError, match="store_credit_granted_once"), transaction.atomic():
        StoreCredit.objects.create(number="SC-2", user=user, currency="PEN", reference=cause)
    for kind, amount in (("granted", -1), ("returned", -1), ("spent", 1), ("expired", 1)):
        with pytest.raises(DatabaseError, match="store_credit_entry_sign"), transaction.atomic():
            StoreCreditEntry.objects.create(credit=credit, amount=amount, kind=kind)
    StoreCreditEntry.objects.create(credit=credit, amount=9, reference=cause)
    with pytest.raises(DatabaseError, match="store_credit_entry_once"), transaction.atomic():
        StoreCreditEntry.objects.create(credit=credit, amount=9, reference=cause)
