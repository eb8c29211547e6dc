"""What was delivered is put away by month; what waits is not, and nothing is told twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from constance.test import override_config
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.permissions import Role
from outbox import history, partitions
from outbox.models import DeliveredMessage, Message
from outbox.tasks import deliver_due
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
TABLE = "outbox_history"


def written(handler: str, **facts: Any) -> Message:
    return Message.objects.create(event="x.E", payload={"n": 1}, handler=handler, **facts)


def hours_ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def put_away(handler: str, moment: datetime) -> None:
    """A message of that moment, as it lies in the history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_history VALUES (month_floor(%s), %s, 'x.E', '{}', %s, 1, %s)",
            [moment, moment, handler, moment],
        )


def parts() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::text FROM pg_partition_tree(%s) WHERE isleaf", [TABLE])
        return {name for (name,) in cursor.fetchall()}


def names(rows: type[Message] | type[DeliveredMessage]) -> set[str]:
    return set(rows.objects.values_list("handler", flat=True))


def test_what_was_delivered_an_hour_ago_is_put_away_whole() -> None:
    written("old", delivered_at=hours_ago(2), attempts=3)
    before = Message.objects.values_list("pk", "created_at", "delivered_at").get()
    written("new", delivered_at=hours_ago(0.5))
    written("waiting", due_at=timezone.now() + timedelta(hours=1), attempts=1)
    written("dead", given_up_at=hours_ago(9))

    assert history.archive_delivered() == 1

    assert names(Message) == {"new", "waiting", "dead"}
    kept = DeliveredMessage.objects.get()
    assert (kept.pk, kept.created_at, kept.delivered_at) == before
    assert (kept.event, kept.payload, kept.attempts) == ("x.E", {"n": 1}, 3)


def test_the_worker_puts_away_when_nothing_waits() -> None:
    written("old", delivered_at=hours_ago(2))

    deliver_due()

    assert (names(Message), names(DeliveredMessage)) == (set(), {"old"})


def test_it_lies_in_the_part_of_its_month() -> None:
    written("old", delivered_at=hours_ago(2))
    history.maintain_partitions(timezone.now())
    history.archive_delivered()

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM outbox_history")
        [(part,)] = cursor.fetchall()
    assert part == f"{TABLE}_{datetime.now(UTC):%Y%m}"


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_put_each_away_once() -> None:
    Message.objects.bulk_create(
        Message(event="x.E", payload={}, handler=f"{n}", delivered_at=hours_ago(2))
        for n in range(300)
    )

    moved = at_once(history.archive_delivered, times=4)

    assert sum(moved) == 300
    assert (Message.objects.count(), DeliveredMessage.objects.count()) == (0, 300)


def test_there_is_room_for_the_months_to_come() -> None:
    partitions.create_ahead(TABLE)
    partitions.create_ahead(TABLE)

    this = datetime.now(UTC).replace(day=1)
    coming = {this + timedelta(days=31 * ahead) for ahead in range(partitions.AHEAD + 1)}
    assert parts() >= {f"{TABLE}_{month:%Y%m}" for month in coming}


def test_a_month_without_room_is_kept_all_the_same() -> None:
    put_away("of old", datetime(2001, 2, 3, tzinfo=UTC))

    assert names(DeliveredMessage) == {"of old"}


def with_old_month(work: Callable[[], int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE outbox_history_202001 PARTITION OF outbox_history FOR VALUES"
            " FROM ('016f5e66-e800-0000-0000-000000000000')"
            " TO ('016ffe0e-5400-0000-0000-000000000000')"
        )
    put_away("old", datetime(2020, 1, 15, tzinfo=UTC))
    put_away("stray", datetime(2019, 1, 15, tzinfo=UTC))
    put_away("new", hours_ago(2))
    return work()


def test_months_past_their_days_are_dropped_whole() -> None:
    assert with_old_month(lambda: history.maintain_partitions(timezone.now())) == 1

    assert names(DeliveredMessage) == {"new"}
    assert f"{TABLE}_202001" not in parts()


def test_with_no_days_set_all_months_are_kept() -> None:
    with override_config(KEEP_TRACES_DAYS=0):
        assert with_old_month(lambda: history.maintain_partitions(timezone.now())) == 0

    assert names(DeliveredMessage) == {"old", "stray", "new"}


def test_staff_find_what_was_put_away(client: Client, settings: Any) -> None:
    settings.DEMO = True
    put_away("shop.handlers.ring", hours_ago(2))
    signed_in(client, Role.ADMINISTRATOR)

    page = client.get(page_of(DeliveredMessage, "changelist"), {"q": "ring"})

    assert "shop: ring" in page.text
