"""Rows that are inserted without Django's compiler are the same rows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.ids import uuid7
from core.inserts import insert
from orders.models import Order, OrderEvent, OrderEventKind
from outbox.models import Message
from tests.catalog.factories import VariantFactory
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db


def facts(row: Model) -> dict[str, Any]:
    """All of the row, as the database has it, but its key and what its clock says."""
    made = {"id", "created_at", "updated_at", "due_at"}
    kept = type(row)._default_manager.filter(pk=row.pk).values().get()
    return {name: value for name, value in kept.items() if name not in made}


def event(order: Order, note: str = "100 % “sure”") -> OrderEvent:
    return OrderEvent(
        order=order, kind=OrderEventKind.PLACED, note=note, details={"a": [1, None, "%s"]}
    )


def message() -> Message:
    return Message(event="x.Event", payload={"id": "1"}, handler="y.handle")


def test_what_it_writes_is_what_django_writes() -> None:
    order = place(new_line(VariantFactory.create()))
    makers = [
        lambda: event(order),
        message,
        lambda: User(email=f"{uuid7()}@example.com", phones=["+51 1", "+51 2"], first_name="Ñ"),
    ]
    for make in makers:
        ours, theirs = make(), make()
        insert([ours])
        theirs.save(force_insert=True)
        assert facts(ours) | {"email": ""} == facts(theirs) | {"email": ""}


def test_rows_know_afterwards_what_the_database_filled_in() -> None:
    order, told = place(new_line(VariantFactory.create())), message()
    rows = [event(order, "first"), event(order, "second")]

    insert(rows)
    insert([told])

    assert [OrderEvent.objects.get(pk=row.pk).note for row in rows] == ["first", "second"]
    assert rows[0].created_at == OrderEvent.objects.get(pk=rows[0].pk).created_at
    told.given_up_at = datetime(2026, 1, 2, tzinfo=UTC)
    told.save(update_fields=["given_up_at"])
    read = Message.objects.get(pk=told.pk)
    assert (read.due_at, read.context, read.given_up_at) == (
        told.due_at,
        told.context,
        told.given_up_at,
    )


def test_many_rows_are_one_statement_and_none_are_none() -> None:
    order = place(new_line(VariantFactory.create()))

    with CaptureQueriesContext(connection) as queries:
        insert(event(order) for _ in range(5))
        insert([])

    assert len(queries) == 1


def test_none_is_written_where_one_is_refused() -> None:
    taken = message()
    insert([taken])
    again = message()
    again.pk = taken.pk

    with pytest.raises(IntegrityError), transaction.atomic():
        insert([message(), again])

    assert Message.objects.filter(event="x.Event").count() == 1
