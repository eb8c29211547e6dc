"""Adjusting and writing off by hand: with a reason, once, and never more than lies there."""

import pytest
from django.urls import reverse

from accounts.models import SellerMember
from accounts.permissions import Role
from inventory import services
from inventory.exceptions import ReasonMissing, ShelfHasMoved
from inventory.models import Movement, MovementKind, StockLevel
from tests.accounts.factories import SellerFactory, signed_in
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, level_of, stocked

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("books_agree"),
    pytest.mark.usefixtures("demo"),
]


@pytest.fixture
def level():
    """Ten units."""
    return level_of(stocked(10))


def correct(client, level, **typed):
    address = reverse("admin:inventory_stocklevel_correct", args=[level.pk])
    data = {"kind": "adjustment", "units": "-1", "note": "mal contado", "seen": "10"} | typed
    return client.post(address, data)


def on_hand(level):
    return StockLevel.objects.get(pk=level.pk).on_hand


@pytest.mark.parametrize(
    ("kind", "units", "left"),
    [("adjustment", "-3", 7), ("adjustment", "4", 14), ("write_off", "2", 8)],
)
def test_staff_correct_a_shelf_and_the_ledger_says_who_and_why(client, level, kind, units, left):
    person = signed_in(client, Role.WAREHOUSE)

    answer = correct(client, level, kind=kind, units=units)

    entry = Movement.objects.latest("pk")
    assert answer.status_code == 302
    assert on_hand(level) == left
    assert (entry.kind, entry.actor, entry.note) == (kind, person, "mal contado")


def test_nonsense_is_asked_for_again_and_nothing_moves(client, level, subtests):
    signed_in(client, Role.WAREHOUSE)
    for typed in [
        {"units": "2.5"},
        {"units": "0"},
        {"units": ""},
        {"units": "uno"},
        {"units": "9999999999999999999999"},
        {"units": "-2", "kind": "write_off"},
        {"kind": "sale"},
        {"note": "  "},
        {"note": ""},
        {"note": "x" * 256},
        {"seen": "x"},
    ]:
        with subtests.test(str(typed)):
            answer = correct(client, level, **typed)

            assert answer.status_code == 422
            assert on_hand(level) == 10
            assert Movement.objects.count() == 1


@pytest.mark.parametrize("typed", [{"units": "-11"}, {"units": "11", "kind": "write_off"}])
def test_more_than_lies_there_is_refused_with_the_reason(client, level, typed):
    signed_in(client, Role.WAREHOUSE)

    correct(client, level, **typed)
    page = client.get(reverse("admin:inventory_stocklevel_change", args=[level.pk]))

    assert on_hand(level) == 10
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_a_form_that_is_sent_twice_corrects_once(client, level):
    signed_in(client, Role.WAREHOUSE)

    for _ in range(2):
        correct(client, level, units="-3")

    assert on_hand(level) == 7


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_saw_the_same_number_one_corrects_it(level):
    def write_off():
        try:
            services.correct(level, MovementKind.WRITE_OFF, 3, seen=10, note="agua")
        except ShelfHasMoved:
            return "refused"
        return "done"

    assert sorted(at_once(write_off, times=5)) == ["done", *["refused"] * 4]
    assert on_hand(level) == 7


def test_nobody_corrects_without_saying_why(level):
    with pytest.raises(ReasonMissing):
        services.correct(level, MovementKind.ADJUSTMENT, 1, seen=10, note=" ")


def test_a_sellers_people_correct_their_own_shelves_alone(client, level):
    seller, user = SellerFactory.create(), signed_in(client, Role.SELLER)
    SellerMember.objects.create(seller=seller, user=user)
    variant = stocked(10, warehouse=WarehouseFactory.create(seller=seller))
    own = level_of(variant)

    allowed, refused = correct(client, own), correct(client, level)

    assert (allowed.status_code, refused.status_code) == (302, 403)
    assert (on_hand(own), on_hand(level)) == (9, 10)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.CATALOGUE])
def test_who_has_no_right_over_the_stock_corrects_nothing(client, level, role):
    signed_in(client, role)

    assert correct(client, level).status_code == 403
    assert on_hand(level) == 10
