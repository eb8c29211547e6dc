"""What was done to rows is taken back within ten minutes, and what changed since stays."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from backoffice.models import UNDO_WINDOW, Undoable
from catalog.models import Variant
from catalog.services import Prices, set_prices
from inventory.models import Movement
from orders.models import Order
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.catalog import staff
from tests.catalog.factories import VariantFactory
from tests.checkout.changing import ordered
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
boss = staff.boss


def raise_prices(client: Client, *variants: Variant) -> Undoable:
    rows = [f"{each.pk}|{each.list_price}|{each.sale_price or ''}" for each in variants]
    step = {"kind": "list_percent", "value": "10", "rounded_to": "0.01", "row": rows, "apply": ""}
    client.post(reverse("admin:catalog_variant_prices"), step)
    return Undoable.objects.get()


def undo(client: Client, undoable: Undoable) -> Any:
    return client.post(reverse("admin:backoffice_undoable_undo", args=[undoable.pk]), follow=True)


def prices(*variants: Variant) -> list[Decimal]:
    return [Variant.objects.get(pk=each.pk).list_price for each in variants]


def test_prices_go_back_and_one_that_changed_since_is_named_and_stays(boss, client: Client) -> None:
    kept, other = VariantFactory.create(), VariantFactory.create()
    undoable = raise_prices(client, kept, other)
    shown = client.get(reverse("admin:catalog_variant_changelist")).text
    ana = signed_in(client, Role.CATALOGUE)
    rows = [f"{other.pk}|110.00|"]
    step = {"kind": "list_set", "value": "80", "rounded_to": "0.01", "row": rows, "apply": ""}
    client.post(reverse("admin:catalog_variant_prices"), step)
    client.force_login(boss)

    answers = [undo(client, undoable) for _ in range(2)]

    assert reverse("admin:backoffice_undoable_undo", args=[undoable.pk]) in shown
    assert prices(kept, other) == [Decimal(100), Decimal(80)]
    for page in (answer.text for answer in answers):
        assert "Se deshicieron 1 de 2." in page
        assert f"1 de 2 se queda como está: después la cambió {ana}." in page


def test_after_ten_minutes_nothing_goes_back(boss, client: Client) -> None:
    variant = VariantFactory.create()
    undoable = raise_prices(client, variant)
    Undoable.objects.update(created_at=timezone.now() - UNDO_WINDOW - timedelta(seconds=1))

    answer = undo(client, undoable)

    assert prices(variant) == [Decimal(110)]
    assert "Pasaron diez minutos" in answer.text


@pytest.mark.parametrize(("role", "status"), [(Role.CATALOGUE, 200), (Role.SUPPORT, 404)])
def test_a_colleague_with_the_same_right_may_undo_it_and_no_other(
    boss: User, client: Client, role: Role, status: int
) -> None:
    variant = VariantFactory.create()
    undoable = raise_prices(client, variant)
    signed_in(client, role)

    answer = undo(client, undoable)

    assert answer.status_code == status
    assert prices(variant) == [Decimal(100 if status == 200 else 110)]


def test_stock_goes_back_by_a_movement_the_other_way(boss, client: Client) -> None:
    variant = stocked(10)
    level = variant.stock_levels.get()
    typed = {"warehouse": level.warehouse_id, "kind": "difference", "units": "5", "note": "conteo"}
    page = reverse("admin:inventory_stocklevel_bulk")
    client.post(page, {**typed, "row": f"{variant.pk}|10", "apply": ""})
    entries = Movement.objects.count()

    undo(client, Undoable.objects.get())

    level.refresh_from_db()
    assert level.on_hand == 10
    assert list(Movement.objects.order_by("pk").values_list("on_hand_delta", flat=True))[
        entries:
    ] == [-5]


def test_only_rows_that_the_action_switched_are_switched_back(boss, client: Client) -> None:
    shown, hidden = VariantFactory.create(), VariantFactory.create(is_active=False)
    chosen = {"_selected_action": [shown.pk, hidden.pk], "post": "yes"}
    client.post(page_of(Variant, "changelist"), {"action": "deactivate", **chosen})

    undo(client, Undoable.objects.get())

    active = dict(Variant.objects.values_list("pk", "is_active"))
    assert active == {shown.pk: True, hidden.pk: False}


def edited(client: Client, order: Order, units: int) -> Undoable:
    line = order.lines.get()
    form = {f"units-{line.pk}": str(units), f"was-{line.pk}": str(line.quantity)}
    address = reverse("admin:orders_order_edit", args=[order.pk])
    seen = client.post(address, {**form, "preview": ""}).context["found"].version
    client.post(address, {**form, "apply": "", "seen": seen})
    return Undoable.objects.get()


def test_an_edit_of_an_order_that_is_not_paid_goes_back_to_the_cent(boss, client: Client) -> None:
    open_shop()
    order = ordered({stocked(9): 3})
    total = order.total

    undo(client, edited(client, order, 2))

    order.refresh_from_db()
    assert (order.lines.get().quantity, order.total) == (3, total)


def test_an_edit_whose_goods_cost_more_by_now_stays(boss, client: Client) -> None:
    open_shop()
    variant = stocked(9)
    order = ordered({variant: 3})
    undoable = edited(client, order, 2)
    set_prices(variant.pk, Prices(Decimal(999)))

    answer = undo(client, undoable)

    assert order.lines.get().quantity == 2
    assert "cámbialo a mano" in answer.text
