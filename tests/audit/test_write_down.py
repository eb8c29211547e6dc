"""Who changed what is written down by the database, no matter who writes."""

from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

import pytest
from constance import config
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import services
from audit.context import add, traced
from audit.models import AuditEntry
from core.database.copy import copy_rows
from core.ids import uuid7
from inventory import services as inventory
from inventory.models import StockLevel
from orders.models import Order, OrderAddress
from outbox.models import Message
from shipping.models import Shipment
from tests.accounts.factories import PASSWORD, UserFactory
from tests.backoffice.factories import order_with
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.returns.factories import arrived
from tests.reviews.factories import ReviewFactory

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def last(table: str) -> AuditEntry:
    return AuditEntry.objects.filter(table=table).latest("id")


def test_raw_sql_is_written_down_too() -> None:
    order = order_with(VariantFactory.create())

    sql("UPDATE orders_order SET staff_note = '100 % sure', updated_at = now()")

    entry = last("orders_order")
    assert (entry.action, entry.object_id, entry.label) == ("changed", str(order.pk), order.number)
    assert entry.changes == {"staff_note": ["", "100 % sure"]}
    assert (entry.actor_id, entry.ip) == (None, None)
    assert entry.origin.startswith("SQL as ")


def test_the_request_is_known_wherever_it_writes(client: Client, settings: Any) -> None:
    settings.DEMO = True  # no second factor
    boss = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(boss)
    page = reverse("admin:auth_group_add")

    client.post(page, {"name": "50 % off's team", "permissions": []}, REMOTE_ADDR="203.0.113.9")

    entry = last("auth_group")
    assert (entry.action, entry.label) == ("created", "50 % off's team")
    assert (entry.actor_id, entry.ip) == (boss.pk, "203.0.113.9")
    assert entry.origin == "POST /admin/auth/group/add/"


def test_what_is_added_later_holds_until_the_block_ends() -> None:
    person = uuid7()
    UserFactory.create()

    with traced(origin="task a"):
        with traced(origin="task b"):
            add(impersonator=person)
            sql("UPDATE accounts_user SET is_staff = true")
            inner = last("accounts_user")
        sql("UPDATE accounts_user SET is_staff = %s", False)
    outer = last("accounts_user")

    assert (inner.origin, inner.impersonator_id) == ("task b", person)
    assert (outer.origin, outer.impersonator_id) == ("task a", None)


def test_who_only_reads_is_not_asked_for() -> None:
    order_with(VariantFactory.create())
    asked: list[str] = []

    def origin() -> str:
        asked.append("who?")
        return "page"

    with traced(origin=origin):
        sql("WITH found AS (SELECT id FROM orders_order FOR UPDATE) SELECT * FROM found")
        assert asked == []
        sql(
            'WITH found AS (SELECT id FROM orders_order) UPDATE "orders_order" o'
            " SET staff_note = 'x' FROM found WHERE found.id = o.id"
        )

    assert (asked, last("orders_order").origin) == (["who?"], "page")


def test_a_transaction_is_told_once_who_writes_and_what_changes_of_it() -> None:
    UserFactory.create()
    with CaptureQueriesContext(connection) as queries, transaction.atomic(), traced(origin="a"):
        sql("UPDATE accounts_user SET is_staff = true")
        sql("UPDATE accounts_user SET is_staff = false")
        same = last("accounts_user")
        add(ip="203.0.113.9")
        sql("UPDATE accounts_user SET is_staff = true")

    assert sum("shop.trace" in query["sql"] for query in queries) == 2
    assert (same.origin, same.ip) == ("a", None)
    assert (last("accounts_user").origin, last("accounts_user").ip) == ("a", "203.0.113.9")


def test_what_was_told_since_a_savepoint_is_told_again_after_it_was_undone() -> None:
    UserFactory.create()
    with traced(origin="page"):
        with suppress(ValueError), transaction.atomic():
            sql("UPDATE accounts_user SET is_staff = true")
            raise ValueError
        sql("UPDATE accounts_user SET is_staff = true")

    assert last("accounts_user").origin == "page"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_together", [True, False])
def test_each_transaction_is_told_who_writes(is_together: bool) -> None:
    user = UserFactory.create()
    with traced(origin="page"):
        for staff in (True, False):
            with transaction.atomic() if is_together else nullcontext():
                User.objects.filter(pk=user.pk).update(is_staff=staff)

    entries = AuditEntry.objects.filter(table="accounts_user", object_id=str(user.pk))
    assert [each.origin for each in entries.order_by("id")[1:]] == ["page", "page"]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_begins_with_a_copy_is_told_who_writes() -> None:
    user = UserFactory.create()
    with traced(origin="page"):
        User.objects.filter(pk=user.pk).update(is_staff=True)
        with transaction.atomic():
            copy_rows([Message(id=uuid7(), event="x.Event", payload={}, handler="y.handle")])
            User.objects.filter(pk=user.pk).update(is_staff=False)

    assert last("accounts_user").origin == "page"


def test_that_a_password_changed_is_written_but_never_a_hash() -> None:
    user = UserFactory.create()

    user.set_password(PASSWORD)
    user.last_login = user.created_at
    user.save()
    user.delete()

    entries = AuditEntry.objects.filter(table="accounts_user").order_by("id")
    assert [entry.action for entry in entries] == ["created", "changed", "deleted"]
    assert entries[1].changes == {"password": [None, None]}
    assert "argon2" not in str([entry.changes for entry in entries])


def test_of_a_review_its_moderation_is_told_and_never_the_words() -> None:
    writer = UserFactory.create()
    review = ReviewFactory.create(user=writer, comment="dicho una vez")

    review.comment, review.status, review.answer = "otra cosa", "rejected", "Gracias, Ana"
    review.save()
    review.helpful_count = 3
    review.save()

    entry = last("reviews_review")
    assert (entry.label, entry.parent_id) == (review.product.name, str(writer.pk))
    assert entry.changes == {
        "comment": [None, None],
        "status": ["approved", "rejected"],
        "answer": ["", "Gracias, Ana"],
    }
    services.erase_person(writer.pk, writer.email)
    assert last("reviews_review").changes["answer"] == [None, None]


def test_a_parcel_is_told_with_its_order_and_without_the_code_that_opens_it() -> None:
    parcel = Shipment.objects.get(order=arrived())

    Shipment.objects.update(tracking_number="T-1", pickup_code="4711", metadata={"to": "Ana"})

    entry = last("shipping_shipment")
    assert (entry.label, entry.parent_id) == (parcel.number, str(parcel.order_id))
    assert entry.changes == {"tracking_number": ["", "T-1"], "pickup_code": [None, None]}


def test_holds_write_nothing_down_and_limits_do() -> None:
    variant = stocked(5)
    before = AuditEntry.objects.count()

    with traced(origin="hold"):
        until = timezone.now() + timedelta(minutes=5)
        inventory.reserve({variant.pk: 1}, reference=uuid7(), until=until)
    assert AuditEntry.objects.count() == before

    StockLevel.objects.update(minimum=2, bin="A-1")
    entry = last("inventory_stocklevel")
    assert entry.changes == {"minimum": [5, 2], "bin": ["", "A-1"]}
    assert entry.label.startswith(f"{variant.sku} @ ")


def test_a_setting_is_written_down_with_its_name() -> None:
    config.STORE_NAME = "Otra"
    config.STORE_NAME = "Una"

    entry = last("constance_constance")
    assert entry.label == "STORE_NAME"
    assert "Otra" in entry.changes["value"][0]
    assert "Una" in entry.changes["value"][1]


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entry SET label = 'x'", "DELETE FROM audit_entry"]
)
def test_the_log_is_neither_changed_nor_deleted(change: str) -> None:
    UserFactory.create()

    with pytest.raises(Error, match="append_only"):
        sql(change)


def test_a_person_is_taken_out_of_the_log() -> None:
    order = order_with(VariantFactory.create())
    OrderAddress.objects.create(
        order=order, kind="shipping", recipient="Ana", street="Larco 1", city="Lima"
    )
    person = order.customer
    with traced(actor=person.pk, ip="203.0.113.9", origin="page"):
        Order.objects.update(email="nueva@example.com", staff_note="Ana llama", status="confirmed")
        OrderAddress.objects.update(recipient="Ana Quispe")
    sql("SELECT set_config('shop.trace', '', true)")  # as at the end of a transaction
    others = UserFactory.create()

    services.erase_person(person.pk, person.email, about=[order.pk])

    mine = AuditEntry.objects.exclude(object_id=str(others.pk))
    text = str(list(mine.values()))
    for value in ("Ana", "nueva@", person.email, "203.0.113.9"):
        assert value not in text
    assert last("orders_order").changes["status"] == ["pending", "confirmed"]
    assert AuditEntry.objects.filter(label=others.email).exists()
    with pytest.raises(Error, match="append_only"):
        sql("DELETE FROM audit_entry")


def test_months_past_the_retention_are_dropped() -> None:
    sql(
        "CREATE TABLE audit_entry_202001 PARTITION OF audit_entry FOR VALUES"
        " FROM ('016f5e66-e800-0000-0000-000000000000') TO ('016ffe0e-5400-0000-0000-000000000000')"
    )

    assert services.tend() == 1

    config.AUDIT_MONTHS = 0
    assert services.tend() == 0


# What must be watched, and what must never be: tables that crowds write, and secrets.
WATCHED = {
    *("orders_order", "orders_orderline", "orders_orderaddress", "payments_payment"),
    *("payments_refund", "payments_dispute", "payments_storecredit", "payments_paymentmethod"),
    *("inventory_stocklevel", "catalog_product", "catalog_variant", "catalog_productimage"),
    *("catalog_scheduledprice", "promotions_promotion", "promotions_coupon"),
    *("promotions_taxrate", "shipping_shippingrate", "shipping_shippingmethod", "accounts_user"),
    *("accounts_user_groups", "accounts_user_user_permissions", "auth_group"),
    *("auth_group_permissions", "accounts_sellermember", "constance_constance"),
    *("storefront_page", "shipping_shipment", "purchasing_purchaseorder"),
    *("purchasing_purchaseorderline", "purchasing_supplier", "complaints_complaint"),
    *("reviews_review", "payments_creditrequest"),
}
NEVER = {
    *("inventory_movement", "inventory_reservation", "cart_cart", "django_session"),
    *("outbox_message", "payments_idempotencykey", "payments_webhookevent"),
    *("account_emailconfirmation",),
}


def test_each_table_that_matters_has_its_trigger() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'")
        watched = {row[0] for row in cursor.fetchall()}

    assert watched >= WATCHED
    assert not watched & NEVER
    assert watched <= set(connection.introspection.table_names())


def test_amounts_stay_exact() -> None:
    VariantFactory.create()

    sql("UPDATE catalog_variant SET sale_price = 89.90")

    assert str(last("catalog_variant").changes["sale_price"][1]) == "89.90"
