"""A crowd before an empty shelf is answered without the database; units that return are sold."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from redis import Redis

from cart import services
from cart.services import Owner
from catalog.models import Variant
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


def owner() -> Owner:
    return Owner(uuid4())


@pytest.fixture
def last() -> Variant:
    """Of which one visitor has the only unit, and another was told so."""
    variant = stocked(1)
    services.add(owner(), variant.pk, 1)
    with pytest.raises(OutOfStock):
        services.add(owner(), variant.pk, 1)
    return variant


def test_the_second_refusal_costs_no_query(
    last: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0), pytest.raises(OutOfStock):
        services.add(owner(), last.pk, 1)


def test_a_refused_visitor_reads_why(last: Variant, client: Client) -> None:
    answer = client.post("/cart/add/", {"variant": last.sku, "quantity": "1"})

    assert answer.status_code == 409
    assert "No quedan suficientes unidades." in answer.content.decode()
    assert f"/p/{last.product.slug}/" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_units_that_come_back_are_sold_at_once(
    last: Variant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    level = last.stock_levels.get()

    with django_capture_on_commit_callbacks(execute=True):
        inventory.receive({(last.pk, level.warehouse_id): 1})

    services.add(owner(), last.pk, 1)


def test_who_holds_the_last_unit_is_not_refused_for_it() -> None:
    variant, holder = stocked(1), owner()
    services.add(holder, variant.pk, 1)
    with pytest.raises(OutOfStock):
        services.add(owner(), variant.pk, 1)

    held = services.hold_all(holder)

    assert held.count == 1


@pytest.mark.usefixtures("warm_memory")
def test_what_is_at_hand_is_held_by_two_statements_one_of_them_around_the_line(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    variant = stocked(50)
    services.add(owner(), variant.pk, 1)

    with django_assert_num_queries(2 + 2):
        services.add(owner(), variant.pk, 1)


def test_without_its_memory_the_database_still_refuses(last: Variant, redis_server: Redis) -> None:
    redis_server.flushdb()

    with pytest.raises(OutOfStock):
        services.add(owner(), last.pk, 1)
