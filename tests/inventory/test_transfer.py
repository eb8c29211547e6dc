"""Units on their way from one warehouse to another."""

from uuid import uuid4

import pytest

from core.exceptions import InvalidTransition
from inventory import selectors, services
from inventory.exceptions import NotInTransit, OutOfStock, WrongArrival
from inventory.models import Movement, StockLevel, Transfer
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, in_transit, soon, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]


@pytest.fixture
def origin():
    return WarehouseFactory.create()


@pytest.fixture
def destination():
    return WarehouseFactory.create()


@pytest.fixture
def variant(origin):
    """Ten units at the origin."""
    return stocked(10, warehouse=origin)


def draft(variant, quantity, origin, destination):
    return services.draft_transfer(
        origin_id=origin.pk, destination_id=destination.pk, quantities={variant.pk: quantity}
    )


def sent(variant, quantity, origin, destination):
    transfer = draft(variant, quantity, origin, destination)
    services.dispatch_transfer(transfer.pk)
    return transfer


def on_hand(variant, warehouse):
    level = StockLevel.objects.filter(variant=variant, warehouse=warehouse).first()
    return level.on_hand if level else 0


def test_a_draft_moves_nothing(variant, origin, destination):
    draft(variant, 4, origin, destination)

    assert (on_hand(variant, origin), in_transit(variant, destination.pk)) == (10, 0)


def test_what_has_left_is_in_transit_until_it_arrives(variant, origin, destination):
    transfer = draft(variant, 4, origin, destination)

    for _ in range(2):
        services.dispatch_transfer(transfer.pk)

    assert (on_hand(variant, origin), on_hand(variant, destination)) == (6, 0)
    assert in_transit(variant, destination.pk) == 4
    assert selectors.available_quantities([variant.pk]) == {variant.pk: 6}


def test_it_may_arrive_in_parts_and_the_same_news_twice_is_once(variant, origin, destination):
    transfer = sent(variant, 4, origin, destination)

    for _ in range(2):
        services.receive_transfer(transfer.pk, {variant.pk: 1})
    assert (on_hand(variant, destination), in_transit(variant, destination.pk)) == (1, 3)
    services.receive_transfer(transfer.pk, {variant.pk: 4})

    transfer.refresh_from_db()
    assert (on_hand(variant, destination), in_transit(variant, destination.pk)) == (4, 0)
    assert (transfer.status, transfer.received_at is not None) == ("received", True)
    with pytest.raises(NotInTransit):
        services.receive_transfer(transfer.pk, {variant.pk: 4})


@pytest.mark.parametrize("arrived", [5, 1, -1])
def test_more_than_was_sent_or_less_than_had_arrived_is_refused(
    variant, origin, destination, arrived
):
    transfer = sent(variant, 4, origin, destination)
    services.receive_transfer(transfer.pk, {variant.pk: 2})

    with pytest.raises(WrongArrival):
        services.receive_transfer(transfer.pk, {variant.pk: arrived})

    assert on_hand(variant, destination) == 2


def test_what_was_not_sent_cannot_arrive(variant, origin, destination):
    transfer = sent(variant, 4, origin, destination)

    with pytest.raises(WrongArrival):
        services.receive_transfer(transfer.pk, {variant.pk: 1, stocked(1).pk: 1})

    assert on_hand(variant, destination) == 0


def test_what_is_lost_on_the_way_is_told_when_the_transfer_is_closed(variant, origin, destination):
    transfer = sent(variant, 4, origin, destination)
    services.receive_transfer(transfer.pk, {variant.pk: 3})

    lost = services.close_transfer(transfer.pk)

    assert (lost, transfer.lines.get().missing) == (1, 1)
    assert (on_hand(variant, origin), on_hand(variant, destination)) == (6, 3)
    assert in_transit(variant, destination.pk) == 0
    with pytest.raises(NotInTransit):
        services.close_transfer(transfer.pk)


def test_only_free_units_leave_and_all_or_none_of_them(variant, origin, destination):
    other = stocked(1, warehouse=origin)
    services.reserve({variant.pk: 7}, reference=uuid4(), until=soon())
    transfer = services.draft_transfer(
        origin_id=origin.pk,
        destination_id=destination.pk,
        quantities={other.pk: 1, variant.pk: 4},
    )

    with pytest.raises(OutOfStock) as refusal:
        services.dispatch_transfer(transfer.pk)

    transfer.refresh_from_db()
    assert refusal.value.variant_ids == (variant.pk,)
    assert (transfer.status, on_hand(other, origin), on_hand(variant, origin)) == ("draft", 1, 10)


def test_what_has_left_cannot_be_cancelled_and_what_is_cancelled_does_not_leave(
    variant, origin, destination
):
    gone, dropped = (
        sent(variant, 1, origin, destination),
        draft(variant, 1, origin, destination),
    )

    with pytest.raises(InvalidTransition):
        services.cancel_transfer(gone.pk)
    services.cancel_transfer(dropped.pk)
    with pytest.raises(InvalidTransition):
        services.dispatch_transfer(dropped.pk)

    assert on_hand(variant, origin) == 9


def test_nobody_sends_less_than_one_unit(variant, origin, destination):
    with pytest.raises(ValueError, match="whole units"):
        draft(variant, 0, origin, destination)

    assert not Transfer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_send_and_receive_a_transfer_once(variant, origin, destination):
    transfer = draft(variant, 4, origin, destination)

    at_once(lambda: services.dispatch_transfer(transfer.pk), times=4)

    def receive():
        try:
            services.receive_transfer(transfer.pk, {variant.pk: 4})
        except NotInTransit:
            return "refused"
        return "received"

    results = at_once(receive, times=4)

    assert results.count("received") == 1
    assert (on_hand(variant, origin), on_hand(variant, destination)) == (6, 4)
    assert Movement.objects.filter(reference=transfer.pk).count() == 2
