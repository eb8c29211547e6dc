"""“Why is it 47?”: every figure on a level's page leads down to its causes."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import SellerMember
from accounts.permissions import Role
from inventory import causes, services
from inventory.models import Movement, ReferenceKind, Reservation, StockAlert, StockLevel
from tests.accounts.factories import SellerFactory, UserFactory, staff_with
from tests.backoffice.factories import order_with, page_of
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import MovementFactory, WarehouseFactory, level_of, soon, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def boss(client):
    return signed_in(client, is_superuser=True)


def signed_in(client, role=None, **fields):
    user = staff_with(role) if role else UserFactory.create(is_staff=True, **fields)
    client.force_login(user)
    client.get(reverse("admin:index"))
    return user


def page(client, level):
    return client.get(page_of(StockLevel, "change", level.pk))


def sell(variant, order, units=1):
    quantities = {variant.pk: units}
    services.move_holds(cart=uuid4(), order=order.pk, quantities=quantities, until=soon())
    services.record_sale(order=order.pk, quantities=quantities)


def test_the_effects_of_all_kinds_add_up_to_the_figures():
    variant = stocked(10)
    level = level_of(variant)
    order, other = order_with(variant), order_with(variant)
    sell(variant, order, 3)
    sell(variant, other, 2)
    services.cancel_sale(order=other.pk)
    services.dispatch({(variant.pk, level.warehouse_id): 1}, order=order.pk)
    services.write_off({(variant.pk, level.warehouse_id): 1}, note="se rompió")

    level = level_of(variant)
    why = causes.explain(level)

    assert sum(effect.shelf for effect in why.effects) == level.on_hand == 8
    assert sum(effect.sold for effect in why.effects) == level.committed == 2
    assert sum(effect.sellable for effect in why.effects) == level.sellable == 6
    assert [(claim.reference, claim.units) for claim in why.sold] == [(order.pk, 2)]


def test_each_cause_leads_to_its_movements_and_each_movement_to_its_document(boss, client):
    variant = stocked(10)
    level, order = level_of(variant), order_with(variant)
    sell(variant, order)
    count = services.open_count(level.warehouse_id, note="inventario")
    services.record_count(count.pk, {variant.pk: 8})
    services.post_count(count.pk)

    shown = page(client, level)
    sales = client.get(f"{shown.context['ledger']}&kind__exact=sale")

    assert f"{shown.context['ledger']}&kind__exact=sale".replace("&", "&amp;") in shown.text
    assert [movement.quantity for movement in sales.context["cl"].result_list] == [-1]
    assert page_of(order, "change", order.pk) in shown.text
    assert order.number in shown.text
    assert page_of(count, "change", count.pk) in shown.text


@pytest.mark.parametrize(("role", "is_linked"), [(Role.WAREHOUSE, True), (Role.SELLER, False)])
def test_the_page_of_a_movement_leads_to_its_document(client, role, is_linked):
    user, seller = signed_in(client, role), SellerFactory.create()
    SellerMember.objects.create(seller=seller, user=user)
    variant = stocked(5, warehouse=WarehouseFactory.create(seller=seller))
    order = order_with(variant)
    sell(variant, order)

    for row in (Movement.objects.get(kind="sale"), Reservation.objects.get()):
        shown = client.get(page_of(row, "change", row.pk))

        assert shown.status_code == 200
        assert (page_of(order, "change", order.pk) in shown.text) is is_linked


def test_who_holds_units_is_told_with_the_end_of_it(boss, client):
    variant, other = stocked(10), stocked(5)
    order, sign_up = order_with(variant), uuid4()
    services.move_holds(cart=uuid4(), order=order.pk, quantities={variant.pk: 2}, until=soon())
    services.reserve(
        {variant.pk: 1}, reference=sign_up, until=soon(), reference_kind=ReferenceKind.SIGN_UP
    )
    services.reserve({other.pk: 1}, reference=uuid4(), until=soon())
    Reservation.objects.filter(reference=sign_up).update(expires_at=timezone.now())

    shown = page(client, level_of(variant))
    holds = client.get(shown.context["all_holds"])

    held = [(claim.kind, claim.units, claim.has_run_out) for claim, _ in shown.context["held"]]
    assert held == [("order", 2, False), ("sign_up", 1, True)]
    assert order.number in shown.text
    assert sum(hold.quantity for hold in holds.context["cl"].result_list) == 3


def test_what_is_on_its_way_here_is_named(boss, client):
    variant = stocked(10)
    here = WarehouseFactory.create()
    stocked(1, variant=variant, warehouse=here)
    origin = StockLevel.objects.exclude(warehouse=here).get(variant=variant).warehouse
    transfer = services.draft_transfer(
        origin_id=origin.pk, destination_id=here.pk, quantities={variant.pk: 4}
    )
    services.dispatch_transfer(transfer.pk)
    services.receive_transfer(transfer.pk, {variant.pk: 1})

    shown = page(client, StockLevel.objects.get(variant=variant, warehouse=here))

    [(line, document)] = shown.context["coming"]
    assert line.missing == 3
    assert document.url == page_of(transfer, "change", transfer.pk)
    assert document.title in shown.text


def test_a_short_level_says_so_and_names_the_orders_that_wait(boss, client):
    variant = stocked(5)
    level, order = level_of(variant), order_with(variant)
    sell(variant, order, 4)
    before = page(client, level).text
    services.write_off({(variant.pk, level.warehouse_id): 3}, note="agua")

    after = page(client, level).text

    assert "errornote" not in before
    assert 'class="errornote"' in after
    assert order.number in after


def test_nobody_gets_a_link_to_what_he_may_not_open(client):
    signed_in(client, Role.WAREHOUSE)
    variant = stocked(5)
    order, sign_up = order_with(variant), uuid4()
    sell(variant, order)
    services.reserve({variant.pk: 1}, reference=sign_up, until=soon())

    shown = page(client, level_of(variant))

    assert page_of(order, "change", order.pk) in shown.text
    assert [document for _, document in shown.context["held"]] == [None]
    assert "/admin/cart/" not in shown.text.split('id="reserved"')[1]


def test_a_seller_sees_his_own_levels_and_of_their_documents_his_own(client):
    seller, user = SellerFactory.create(), signed_in(client, Role.SELLER)
    SellerMember.objects.create(seller=seller, user=user)
    variant = VariantFactory.create(product=ProductFactory.create(seller=seller))
    stocked(5, variant=variant, warehouse=WarehouseFactory.create(seller=seller))
    own, strange = order_with(variant), order_with(VariantFactory.create())
    sell(variant, own)
    sell(variant, strange)
    services.adjust({(variant.pk, level_of(variant).warehouse_id): 1}, note="solo para la casa")

    shown = page(client, level_of(variant))
    other = page(client, level_of(stocked(5)))

    assert own.number in shown.text
    assert strange.number not in shown.text
    assert "solo para la casa" not in shown.text
    assert other.status_code == 302


def test_the_course_goes_from_the_first_movement_to_the_figures_of_today():
    variant = stocked(8)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE inventory_movement SET created_at = now() - interval '9 days'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    services.write_off({(variant.pk, level_of(variant).warehouse_id): 6}, note="agua")

    course = causes.explain(level_of(variant)).course

    assert course is not None
    assert course.most == 8
    corners = list(dict.fromkeys(course.shelf.split()))
    assert corners == ["0,6", "600,6", "600,76"]
    nowhere = StockLevel(variant=variant, warehouse=WarehouseFactory.create())
    assert causes.explain(nowhere).course is None


def test_the_page_costs_as_many_queries_for_ten_movements_as_for_two_hundred(boss, client):
    variant = stocked(1)
    level = level_of(variant)
    order = order_with(variant)

    def queries(more):
        Movement.objects.bulk_create(
            MovementFactory.build(
                variant=variant,
                warehouse=level.warehouse,
                quantity=1,
                reference=order.pk,
                reference_kind=ReferenceKind.ORDER,
            )
            for _ in range(more)
        )
        with CaptureQueriesContext(connection) as asked:
            assert page(client, level).status_code == 200
        return len(asked)

    queries(1)
    assert queries(8) == queries(190) <= 20


def test_of_many_orders_and_holds_the_first_are_shown(monkeypatch):
    monkeypatch.setattr(causes, "MAX_SHOWN", 2)
    variant = stocked(9)
    orders = [order_with(variant) for _ in range(3)]
    for order in orders:
        sell(variant, order)
        services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())

    why = causes.explain(level_of(variant))

    assert [claim.reference for claim in why.sold] == [order.pk for order in orders[:2]]
    assert why.has_more_sold
    assert len(why.held) == 2


def test_the_form_of_a_level_writes_what_was_typed_and_no_figure(boss, client):
    """A hold that came while the page was open must not be undone by its form."""
    variant = stocked(9)
    level = level_of(variant)
    services.reserve({variant.pk: 2}, reference=uuid4(), until=soon())

    answer = client.post(
        page_of(StockLevel, "change", level.pk), {"minimum": 10, "maximum": "", "bin": "A-1"}
    )
    refused = client.post(
        page_of(StockLevel, "change", level.pk), {"minimum": 10, "maximum": 9, "bin": ""}
    )

    level.refresh_from_db()
    assert (answer.status_code, refused.status_code) == (302, 200)
    assert (level.minimum, level.bin, level.reserved) == (10, "A-1", 2)
    assert StockAlert.objects.filter(level=level, kind="low", resolved_at=None).exists()
