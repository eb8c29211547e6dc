"""Repairs amid the traffic: explained once, and nobody's units are lost by it."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from inventory import consistency, services
from inventory.models import Movement, MovementKind, StockLevel
from tests.concurrency import at_once
from tests.inventory.factories import stocked


@pytest.mark.django_db(transaction=True)
def test_repairs_at_once_amid_holds_and_deliveries_explain_a_difference_once():
    variant = stocked(100)
    level = StockLevel.objects.get(variant=variant)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = 90, reserved = 7")
    found = consistency.differences()
    until = timezone.now() + timedelta(minutes=15)
    turns = count()

    def work():
        match next(turns) % 3:
            case 0:
                services.repair(found)
            case 1:
                services.receive({(variant.pk, level.warehouse_id): 1})
            case 2:
                services.reserve({variant.pk: 1}, reference=uuid4(), until=until)

    at_once(work, times=12)

    level.refresh_from_db()
    explanations = Movement.objects.filter(kind=MovementKind.ADJUSTMENT)
    assert [entry.quantity for entry in explanations] == [-10]
    assert (level.on_hand, level.reserved) == (94, 4)
    assert consistency.differences() == []
