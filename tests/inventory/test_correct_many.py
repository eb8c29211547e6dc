"""The shelf's numbers of many variants, corrected on one page."""

import pytest
from django.urls import reverse

from accounts.models import SellerMember
from catalog.models import Product, Variant
from inventory import audit, services
from inventory.exceptions import ShelfHasMoved
from inventory.models import Movement, MovementKind, StockLevel
from tests.accounts.factories import SellerFactory, UserFactory
from tests.backoffice.factories import page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db
PAGE = "admin:inventory_stocklevel_bulk"


@pytest.fixture
def boss(client, settings):
    settings.DEMO = True
    user = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def correct(client, seen, shelf, **typed):
    rows = [f"{variant.pk}|{units}" for variant, units in seen.items()]
    step = {"warehouse": shelf.pk, "kind": "difference", "units": "5", "note": "conteo"}
    return client.post(reverse(PAGE), {**step, "row": rows, "apply": "", **typed})


def on_hand(variant):
    return sum(StockLevel.objects.filter(variant=variant).values_list("on_hand", flat=True))


@pytest.mark.parametrize("model", [Product, Variant])
def test_the_lists_of_the_catalogue_lead_to_the_page(model, boss, client):
    variant = stocked(10)
    chosen = variant.pk if model is Variant else variant.product_id

    page = client.post(
        page_of(model, "changelist"), {"action": "correct_stock", "_selected_action": [chosen]}
    )

    assert [(row.variant, row.seen) for row in page.context["rows"]] == [(variant, 10)]


def test_each_shelf_is_corrected_once_by_the_ledger_and_failures_stop_only_themselves(boss, client):
    first, second = stocked(10), VariantFactory.create()
    warehouse = first.stock_levels.get().warehouse
    moved = stocked(10, warehouse=warehouse)
    seen = {first: 10, second: 0, moved: 9}

    for _ in range(2):
        answer = correct(client, seen, warehouse)

    assert answer.status_code == 302
    assert [on_hand(each) for each in (first, second, moved)] == [15, 5, 10]
    movements = Movement.objects.filter(kind=MovementKind.ADJUSTMENT)
    assert {(each.quantity, each.note, each.actor) for each in movements} == {(5, "conteo", boss)}
    said = [message.level_tag for message in client.get(answer["Location"]).context["messages"]]
    assert said == ["success", "error", "success", "error"]
    assert not audit.differences()


@pytest.mark.parametrize(
    "typed",
    [
        {"units": ""},
        {"units": "1.5"},
        {"units": "99999999999999999999"},
        {"kind": "whole", "units": "-1"},
        {"note": " "},
        {"warehouse": "x"},
        {"kind": "x"},
    ],
)
def test_what_makes_no_sense_is_shown_again(typed, boss, client):
    variant = stocked(10)

    page = correct(client, {variant: 10}, variant.stock_levels.get().warehouse, **typed)

    assert page.status_code == 422
    assert on_hand(variant) == 10


def test_a_shelf_is_never_taken_below_nothing(boss, client):
    variant = stocked(3)

    correct(client, {variant: 3}, variant.stock_levels.get().warehouse, units="-4")

    assert on_hand(variant) == 3


def test_who_saw_another_number_is_refused():
    variant = stocked(10)
    place = (variant.pk, variant.stock_levels.get().warehouse_id)

    services.set_on_hand(*place, 10, seen=7, note="igual")
    with pytest.raises(ShelfHasMoved):
        services.set_on_hand(*place, 8, seen=7, note="otro")


def test_sellers_correct_their_own_variants_in_their_own_warehouses(client, settings):
    settings.DEMO = True
    seller = SellerFactory.create()
    member = UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=seller, user=member)
    client.force_login(member)
    own = VariantFactory.create(product__seller=seller)
    foreign = stocked(10)
    warehouse = WarehouseFactory.create(seller=seller)

    elsewhere = correct(client, {own: 0}, foreign.stock_levels.get().warehouse)
    correct(client, {own: 0, foreign: 10}, warehouse)

    assert elsewhere.status_code == 422
    assert (on_hand(own), on_hand(foreign)) == (5, 10)
