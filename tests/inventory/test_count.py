"""Counting shelves: a sheet out, numbers in, one posting."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from inventory import causes, services
from inventory.exceptions import (
    CountIsClosed,
    NotACount,
    NothingCounted,
    NotOnShelf,
    OutOfStock,
    ReasonMissing,
)
from inventory.models import Movement, MovementKind, ReferenceKind, StockLevel
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import MovementFactory, WarehouseFactory, soon, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]


@pytest.fixture
def warehouse():
    return WarehouseFactory.create()


@pytest.fixture
def variant(warehouse):
    """Ten units."""
    return stocked(10, warehouse=warehouse)


def on_hand(variant):
    return StockLevel.objects.get(variant=variant).on_hand


def counted(warehouse, numbers):
    count = services.open_count(warehouse.pk, note="year's end")
    services.record_count(count.pk, {variant.pk: units for variant, units in numbers.items()})
    return count


def entries(count):
    return Movement.objects.filter(reference=count.pk)


def test_the_sheet_lists_what_should_lie_there(warehouse, variant):
    stocked(3)

    [line] = services.open_count(warehouse.pk).lines.all()

    assert (line.variant, line.expected, line.counted) == (variant, 10, None)


def test_posting_writes_the_differences_with_who_and_why(warehouse, variant):
    right, found = stocked(5, warehouse=warehouse), VariantFactory.create()
    count = counted(warehouse, {variant: 8, right: 5, found: 2})
    person = UserFactory.create()

    short = services.post_count(count.pk, actor_id=person.pk)

    assert [on_hand(each) for each in (variant, right, found)] == [8, 5, 2]
    assert {entry.variant_id: entry.quantity for entry in entries(count)} == {
        variant.pk: -2,
        found.pk: 2,
    }
    assert {(entry.actor, entry.note) for entry in entries(count)} == {(person, "year's end")}
    assert short == []


def test_a_line_without_a_number_changes_nothing(warehouse, variant):
    other = stocked(3, warehouse=warehouse)

    services.post_count(counted(warehouse, {variant: 9}).pk)

    assert (on_hand(variant), on_hand(other)) == (9, 3)


def test_what_comes_and_goes_between_counting_and_posting_stays(warehouse, variant):
    count = counted(warehouse, {variant: 9})
    services.receive({(variant.pk, warehouse.pk): 5})

    services.post_count(count.pk)

    assert on_hand(variant) == 14


def test_counting_again_starts_from_what_lies_there_then(warehouse, variant):
    count = counted(warehouse, {variant: 9})
    services.receive({(variant.pk, warehouse.pk): 5})
    services.record_count(count.pk, {variant.pk: 15})

    services.post_count(count.pk)

    assert on_hand(variant) == 15


@pytest.mark.parametrize("number", [-1, 2.5, True])
def test_a_count_is_a_whole_number_from_0_on(warehouse, variant, number):
    with pytest.raises(NotACount):
        counted(warehouse, {variant: number})


def test_a_sheet_without_numbers_is_not_posted(warehouse, variant):
    with pytest.raises(NothingCounted):
        services.post_count(services.open_count(warehouse.pk).pk)


def test_a_posted_or_cancelled_count_is_closed(warehouse, variant):
    posted, dropped = counted(warehouse, {variant: 8}), counted(warehouse, {variant: 3})
    services.post_count(posted.pk)
    services.cancel_count(dropped.pk)

    for count in (posted, dropped):
        with pytest.raises(CountIsClosed):
            services.post_count(count.pk)
        with pytest.raises(CountIsClosed):
            services.record_count(count.pk, {variant.pk: 1})
        with pytest.raises(CountIsClosed):
            services.cancel_count(count.pk)

    assert on_hand(variant) == 8


def test_a_count_may_leave_a_level_short_and_tells_whom_it_lets_down(warehouse, variant):
    order, cart = uuid4(), uuid4()
    services.move_holds(cart=uuid4(), order=order, quantities={variant.pk: 6}, until=soon())
    services.record_sale(order=order, quantities={variant.pk: 6})
    services.reserve({variant.pk: 3}, reference=cart, until=soon())

    [short] = services.post_count(counted(warehouse, {variant: 7}).pk)

    assert (short.variant_id, short.available) == (variant.pk, -2)
    why = causes.explain(short)
    assert [(claim.reference, claim.units) for claim in why.sold] == [(order, 6)]
    assert [(claim.reference, claim.units) for claim in why.held] == [(cart, 3)]
    with pytest.raises(OutOfStock):
        services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())


def test_a_count_that_has_grown_old_is_refused_and_nothing_moves(warehouse, variant):
    other = stocked(5, warehouse=warehouse)
    count = counted(warehouse, {variant: 1, other: 3})
    services.write_off({(variant.pk, warehouse.pk): 4}, note="broken")

    with pytest.raises(NotOnShelf, match=variant.sku):
        services.post_count(count.pk)

    count.refresh_from_db()
    assert (count.status, on_hand(variant), on_hand(other)) == ("open", 6, 5)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_post_the_same_count_one_is_refused(warehouse, variant):
    count = counted(warehouse, {variant: 8})

    def post():
        try:
            services.post_count(count.pk)
        except CountIsClosed:
            return "refused"
        return "posted"

    results = at_once(post, times=6)

    assert sorted(results) == ["posted", *["refused"] * 5]
    assert (on_hand(variant), entries(count).count()) == (8, 1)


def test_the_database_itself_posts_a_count_once(warehouse, variant):
    def post_by_hand():
        MovementFactory.create(
            variant=variant,
            warehouse=warehouse,
            kind=MovementKind.ADJUSTMENT,
            quantity=-1,
            reference=count,
            reference_kind=ReferenceKind.COUNT,
        )

    count = uuid4()
    post_by_hand()

    with pytest.raises(IntegrityError, match="movement_posted_once"), transaction.atomic():
        post_by_hand()
    assert on_hand(variant) == 9


@pytest.mark.parametrize("note", ["", "  "])
def test_nobody_corrects_the_stock_without_saying_why(warehouse, variant, note):
    with pytest.raises(ReasonMissing):
        services.adjust({(variant.pk, warehouse.pk): -1}, note=note)
    with pytest.raises(ReasonMissing):
        services.write_off({(variant.pk, warehouse.pk): 1}, note=note)

    assert on_hand(variant) == 10
