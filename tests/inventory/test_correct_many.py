"""The shelf's numbers of many variants, corrected on one page."""

import pytest
from django.urls import reverse

from accounts.models import SellerMember
from catalog.models import Product, Variant
from inventory import consistency, services
from inventory.exceptions import OthersShelf, ShelfHasMoved
from inventory.models import Movement, MovementKind, Transfer
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
    return sum(level.on_hand for level in variant.stock_levels.all())


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
    assert not consistency.differences()


def test_what_makes_no_sense_is_shown_again(boss, client, subtests):
    variant = stocked(10)
    for typed in [
        {"units": ""},
        {"units": "1.5"},
        {"units": "99999999999999999999"},
        {"kind": "whole", "units": "-1"},
        {"note": " "},
        {"warehouse": "x"},
        {"kind": "x"},
    ]:
        with subtests.test(str(typed)):
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


def test_goods_go_onto_the_shelves_of_their_seller_unless_they_are_consigned(boss, client):
    suppliers = WarehouseFactory.create(kind="dropshipping", priority=1)
    shelf = WarehouseFactory.create(priority=2)
    others = WarehouseFactory.create(seller=SellerFactory.create(), priority=0)
    variant = stocked(10, warehouse=shelf)
    chosen = {"action": "correct_stock", "_selected_action": [variant.pk]}

    page = client.post(page_of(Variant, "changelist"), chosen)
    offered = list(page.context["form"].fields["warehouse"].queryset)
    silent = correct(client, {variant: 0}, others)
    with pytest.raises(OthersShelf):
        services.set_on_hand(variant.pk, others.pk, 5, seen=0, note="conteo")
    said = correct(client, {variant: 0}, others, consigned="on")

    assert offered == [shelf, suppliers]
    assert page.context["rows"][0].seen == 10
    assert (silent.status_code, said.status_code) == (422, 302)
    assert "consign" in str(silent.context["form"].errors["warehouse"])
    assert on_hand(variant) == 15


def test_a_transfer_to_another_seller_says_that_it_is_on_consignment(boss, client):
    variant = stocked(10)
    origin = variant.stock_levels.get().warehouse
    others = WarehouseFactory.create(seller=SellerFactory.create())
    form = {"origin": origin.pk, "destination": others.pk, "units": f"{variant.sku} 2"}

    silent = client.post(page_of(Transfer, "add"), form)
    said = client.post(page_of(Transfer, "add"), form | {"consigned": "on"})

    assert variant.sku in str(silent.context["adminform"].errors["destination"])
    assert said.status_code == 302
    assert Transfer.objects.get().destination == others


def test_a_count_has_a_box_for_each_of_its_lines(boss, client):
    variant = stocked(10)
    warehouse = variant.stock_levels.get().warehouse
    other = stocked(4, warehouse=warehouse)
    count = services.open_count(warehouse.pk, actor_id=boss.pk, note="")
    step = reverse("admin:inventory_stockcount_step", args=[count.pk, "record"])

    nothing = client.post(step, {"units": ""})
    wrong = client.post(step, {f"line-{variant.pk}": "9", f"line-{other.pk}": "-1"})
    noted = client.post(step, {f"line-{variant.pk}": "9", f"line-{other.pk}": ""})

    assert (nothing.status_code, wrong.status_code, noted.status_code) == (422, 422, 302)
    assert f'name="line-{variant.pk}" value="9"' in wrong.text
    counted = dict(count.lines.values_list("variant", "counted"))
    assert counted == {variant.pk: 9, other.pk: None}
