"""What the application's role of PostgreSQL may, and what neither it nor a slip may ever do."""

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from audit import services as audit
from audit.models import AuditEntry
from config.embedded import conninfo
from core.database.models import erasing
from core.database.roles import as_owner, database_role_problems, grant
from invoicing import services as invoicing
from orders.models import Order, OrderEvent
from orders.states import OrderStatus
from outbox import partitions
from payments import tasks
from payments.models import LedgerEntry, StoreCredit
from privacy import services as privacy
from privacy.people import person_of
from simulator.server import Server
from tests import databases
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.invoicing.factories import money_back, money_in, sold
from tests.payments.factories import PaymentMethodFactory, credit_of, held_order, pay, ring

ROLE = f"application_{os.getpid()}"
# Whose rows are never deleted, or only by the month (audit_entry).
KEPT = set(
    """
    accounts_consent accounts_customernote accounts_impersonation audit_entry complaints_complaint
    inventory_movement invoicing_fiscaldocument orders_orderevent payments_dispute
    payments_ledgerentry
    payments_payment payments_refund payments_storecredit payments_storecreditentry
    privacy_privacyrequest promotions_redemption purchasing_receipt shipping_shipmentevent
    till_entry till_session
""".split()  # noqa: SIM905 - a list of twenty lines says no more
)
REFUSE_DELETE = """
SELECT relname FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgtype & 11 = 11 AND tgqual IS NULL AND tgparentid = 0
  AND (prosrc LIKE '%%Cannot%%delete rows%%' OR tgname = 'append_only')
"""
REFUSE_TRUNCATE = """
SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgtype & 35 = 34 AND tgqual IS NULL
"""


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def refused(statement: str, why: str = "permission denied|must be owner") -> None:
    with pytest.raises(Error, match=why):
        sql(statement)


@pytest.fixture
def as_application(db: None) -> Iterator[None]:
    """The rest of the test asks PostgreSQL as the application's role."""
    grant(ROLE)
    sql(f"SET LOCAL ROLE {ROLE}")
    yield
    sql("RESET ROLE")


@pytest.mark.django_db
class TestTriggers:
    def test_no_table_that_keeps_its_rows_can_be_emptied(self) -> None:
        kept = {name for (name,) in sql(REFUSE_DELETE)}
        parts = {
            name
            for (name,) in sql(
                "SELECT inhrelid::regclass::text FROM pg_inherits"
                " WHERE inhparent = 'audit_entry'::regclass"
            )
        }

        assert kept == KEPT
        assert {name for (name,) in sql(REFUSE_TRUNCATE)} == kept | parts
        for table in kept | parts:
            refused(f"TRUNCATE {table} CASCADE", "untruncatable")

    def test_a_month_that_is_made_later_cannot_be_emptied_either(self) -> None:
        sql("SELECT audit_create_ahead(9)")

        [(part,)] = sql("SELECT max(relname) FROM pg_class WHERE relname ~ '^audit_entry_[0-9]+$'")
        refused(f"TRUNCATE {part}", "untruncatable")

    def test_a_balance_is_the_sum_of_its_entries(self) -> None:
        StoreCredit.objects.create(
            number="CRE-1", user=UserFactory.create(), currency="PEN", balance=Decimal(500)
        )

        refused("SET CONSTRAINTS ALL IMMEDIATE", "a balance is the sum of its entries")
        sql("SET LOCAL session_replication_role = replica")
        StoreCredit.objects.update(balance=0)

    def test_a_refund_and_a_payment_stay_and_keep_their_amount(self, simulator: Server) -> None:
        payment = pay(held_order())
        payment.refunds.create(number="R-1", amount=10, currency="PEN", idempotency_key="r1")

        refused("UPDATE payments_refund SET amount = 1", "Cannot update")
        refused("DELETE FROM payments_refund", "Cannot delete")
        refused("DELETE FROM payments_payment", "Cannot delete")

    def test_erasing_takes_words_and_never_amounts(self) -> None:
        credit_of(UserFactory.create(), Decimal(50))

        with erasing():
            sql("UPDATE payments_storecreditentry SET note = ''")
            refused("UPDATE payments_storecreditentry SET amount = 999", "Cannot update")


@pytest.mark.django_db
class TestApplication:
    """What it does every day, and the attacks that a hole in the program would make."""

    def test_it_sells_is_paid_and_erases(
        self, as_application: None, client: Client, simulator: Server
    ) -> None:
        open_shop()
        PaymentMethodFactory.create()
        fill_cart(client, stocked(3).sku)

        placed = client.post("/checkout/", form_data(payment="transfer"))
        payment = pay(held_order())
        simulator.bank.capture(payment.gateway_id)
        ring(simulator)
        tasks.process_webhooks()

        assert placed.status_code == 302
        assert LedgerEntry.objects.get(payment=payment).amount == Decimal(100)
        assert Order.objects.get(pk=payment.order_id).status == OrderStatus.CONFIRMED
        assert AuditEntry.objects.filter(object_id=str(payment.order_id)).exists()
        person = person_of(UserFactory.create())
        assert privacy.erase(person).rows["accounts.user"] == 1

    def test_it_issues_a_document_and_takes_it_back(self, as_application: None) -> None:
        order = sold()

        note = invoicing.credit(money_back(money_in(order), order.total).pk)

        assert note
        assert note.total == order.total

    def test_it_makes_room_for_months_and_drops_old_ones(self, as_application: None) -> None:
        sql("RESET ROLE")
        sql(
            "CREATE TABLE audit_entry_202001 PARTITION OF audit_entry FOR VALUES FROM"
            " (month_floor('2020-01-01')) TO (month_floor('2020-02-01'))"
        )
        sql(f"SET LOCAL ROLE {ROLE}")

        assert audit.tend() == 1
        partitions.create_ahead("outbox_history")
        refused("SELECT audit_drop_before(0)", "the log of the last month is kept")
        refused("SELECT months_drop_before('outbox_history', now())", "keeps months this recent")
        refused(
            "SELECT months_drop_before('audit_entry', '2020-01-01')", "keeps months this recent"
        )

    @pytest.mark.parametrize(
        "attack",
        [
            "TRUNCATE payments_ledgerentry CASCADE",
            "TRUNCATE cart_cart CASCADE",
            "SET session_replication_role = replica",
            "COPY (SELECT 1) TO PROGRAM 'id'",
            "COPY accounts_user TO '/tmp/users'",
            "DELETE FROM payments_ledgerentry",
            "UPDATE payments_ledgerentry SET amount = 1",
            "DELETE FROM audit_entry",
            "UPDATE audit_entry SET label = ''",
            "DELETE FROM audit_entry_default",
            "DELETE FROM payments_refund",
            "DELETE FROM payments_storecredit",
            "UPDATE payments_storecreditentry SET amount = 999",
            "UPDATE django_migrations SET name = 'x'",
            "ALTER TABLE payments_storecredit DISABLE TRIGGER ALL",
            "DROP TABLE orders_order CASCADE",
            "CREATE TABLE mine (id int)",
            "CREATE ROLE mine SUPERUSER",
        ],
    )
    def test_an_attack_is_refused(self, as_application: None, attack: str) -> None:
        refused(attack)

    def test_it_can_empty_no_table_and_delete_no_fact(self, as_application: None) -> None:
        may = (
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND has_table_privilege(oid, %s)"
        )

        assert sql(may, "TRUNCATE, TRIGGER, MAINTAIN") == []
        assert {name for (name,) in sql(may, "DELETE")} & KEPT == set()
        for table in KEPT:
            refused(f"TRUNCATE {table} CASCADE")
            refused(f"DELETE FROM {table}")

    def test_it_cannot_switch_triggers_off(self, as_application: None) -> None:
        credit_of(UserFactory.create(), Decimal(50))
        [(names,)] = sql(
            "SELECT array_agg(tgname)::text FROM pg_trigger"
            " WHERE tgrelid = 'payments_storecredit'::regclass"
        )

        with transaction.atomic():
            sql("SELECT set_config('pgtrigger.ignore', %s, true)", names)
            refused("UPDATE payments_storecredit SET balance = 999", "by entries alone")

    def test_a_note_that_is_erased_is_all_that_it_changes(self, as_application: None) -> None:
        order = held_order()
        OrderEvent.objects.create(order=order, kind="edited", note="Ana Quispe")

        with erasing():
            OrderEvent.objects.update(note="")
        refused("UPDATE orders_orderevent SET kind = 'placed'")


def test_migrate_makes_the_role_and_the_application_works_as_it(
    django_db_blocker: DjangoDbBlocker, settings: Any
) -> None:
    role = f"{ROLE}_made"
    with django_db_blocker.unblock(), databases.empty_copy("two_roles") as owner:
        url = owner.replace("://vitrina_owner@", f"://{role}:p%40ss%2F%3A%23@")
        try:
            with databases.shop_on(DATABASE_URL=url):
                settings.DATABASE_OWNER = databases.settings_of(owner)

                call_command("migrate", verbosity=0)
                call_command("migrate", verbosity=0)

                assert database_role_problems() == []
                assert sql("SELECT current_user") == [(role,)]
                assert Order.objects.count() == 0
                with as_owner():
                    assert sql("SELECT current_user") == [("vitrina_owner",)]
                refused("TRUNCATE orders_order CASCADE")
        finally:
            with psycopg.connect(conninfo(owner), autocommit=True) as server:
                server.execute(f"DROP OWNED BY {role}".encode())
                server.execute(f"DROP ROLE {role}".encode())


@pytest.mark.django_db
def test_a_superuser_and_an_owner_are_told_of() -> None:
    assert database_role_problems() == [
        "The role vitrina_owner of DATABASE_URL is a superuser of PostgreSQL."
    ]
    grant(ROLE)
    sql(f"ALTER TABLE cart_cart OWNER TO {ROLE}")
    assert database_role_problems(ROLE) == [
        f"The role {ROLE} of DATABASE_URL owns the shop's tables."
    ]
