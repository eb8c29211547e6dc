"""The stock's pages of the back office: what is low, what was said of it, who waits for it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from inventory.models import StockAlert, StockCount, StockLevel, Transfer
from inventory.selectors import available_quantities
from inventory.services import adjust, draft_transfer, open_count, reserve
from tests.accounts.factories import SellerFactory
from tests.backoffice.factories import member_of, page_of, take
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db


def test_the_first_page_and_the_list_agree_with_the_report_on_what_is_low(
    boss: User, client: Client
) -> None:
    held, low = stocked(6), stocked(4)
    reserve({held.pk: 3}, reference=uuid4(), until=timezone.now() + timedelta(minutes=5))
    stocked(1, variant=VariantFactory.create(is_active=False))

    cache.clear()
    tasks = client.get(reverse("admin:index")).context["board"].waiting
    listed = client.get(page_of(StockLevel, "changelist"), {"stock": "low"}).context["cl"]

    assert [row.variant for row in listed.result_list] == [low]
    assert [task.number for task in tasks if task.query == "stock=low"] == [1]
    assert StockLevel.objects.below_minimum().count() == 1


def test_an_open_alert_leads_to_its_level(boss: User, client: Client) -> None:
    level = StockLevel.objects.get(variant=stocked(6))
    adjust({(level.variant_id, level.warehouse_id): -2}, note="x")

    page = client.get(page_of(StockAlert, "changelist"), {"state": "open"})

    assert level.variant.sku in page.text or str(level.variant) in page.text
    assert page_of(StockLevel, "change", level.pk) in page.text


def levels(answer: Any) -> list[str]:
    """How loud the messages of a page are."""
    return [message.level_tag for message in answer.context["messages"]]


def test_a_transfer_is_drafted_sent_and_received_in_parts(boss: User, client: Client) -> None:
    origin, destination = WarehouseFactory.create(), WarehouseFactory.create()
    variant = stocked(10, warehouse=origin)
    form = {"origin": origin.pk, "destination": destination.pk, "units": f"{variant.sku}\t4"}

    client.post(page_of(Transfer, "add"), form)
    transfer = Transfer.objects.get()
    take(client, transfer, "dispatch")
    take(client, transfer, "receive", units=f"{variant.sku} 3")
    page = client.get(page_of(Transfer, "change", transfer.pk))
    take(client, transfer, "close")

    assert transfer.created_by == boss
    assert transfer.status == "received"
    assert variant.sku in page.text
    assert available_quantities([variant.pk]) == {variant.pk: 9}


def test_what_cannot_be_sent_or_has_arrived_is_refused_in_words(boss: User, client: Client) -> None:
    origin, destination = WarehouseFactory.create(), WarehouseFactory.create()
    variant = stocked(2, warehouse=origin)
    transfer = draft_transfer(
        origin_id=origin.pk, destination_id=destination.pk, quantities={variant.pk: 3}
    )

    refused = take(client, transfer, "dispatch")
    too_early = take(client, transfer, "receive", units=f"{variant.sku} 3")

    assert (levels(refused), levels(too_early)) == (["error"], ["error"])
    assert transfer.status == "draft"


def test_a_count_shows_its_differences_and_is_posted_once(boss: User, client: Client) -> None:
    warehouse = WarehouseFactory.create()
    variant, other = stocked(10, warehouse=warehouse), stocked(3, warehouse=warehouse)
    client.post(page_of(StockCount, "add"), {"warehouse": warehouse.pk})
    count = StockCount.objects.get()

    take(client, count, "record", units=f"{variant.sku} 8\n{other.sku};3")
    page = client.get(page_of(StockCount, "change", count.pk))
    first, second = take(client, count, "post"), take(client, count, "post")

    assert "-2" in page.text
    assert (levels(first), levels(second)) == (["success"], ["error"])
    assert available_quantities([variant.pk, other.pk]) == {variant.pk: 8, other.pk: 3}


def test_a_count_costs_the_same_however_long_it_is(
    boss: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    warehouse = WarehouseFactory.create()
    for _ in range(20):
        stocked(3, warehouse=warehouse)
    count = open_count(warehouse.pk)
    client.get(reverse("admin:index"))  # the figures of the menu are kept for some seconds

    with django_assert_max_num_queries(15):
        page = client.get(page_of(StockCount, "change", count.pk))

    assert len(page.context["lines"]) == 20


def test_a_seller_moves_and_counts_own_goods_in_own_warehouses(client: Client) -> None:
    seller = SellerFactory.create()
    client.force_login(member_of(seller))
    own, foreign = WarehouseFactory.create(seller=seller), WarehouseFactory.create()
    theirs = stocked(5, warehouse=foreign)
    form = {"origin": foreign.pk, "destination": own.pk, "units": f"{theirs.sku} 1"}
    count = open_count(own.pk)
    away = draft_transfer(origin_id=own.pk, destination_id=foreign.pk, quantities={theirs.pk: 1})

    refused = client.post(page_of(Transfer, "add"), form)
    unknown = take(client, count, "record", units=f"{theirs.sku} 7")
    hidden = take(client, open_count(foreign.pk), "cancel")

    assert set(refused.context["adminform"].form.errors) == {"origin", "units"}
    assert unknown.status_code == 422
    assert hidden.status_code == 403
    assert take(client, away, "dispatch").status_code == 403
