"""Counts and transfers with a box beside each line, a scanner, and nothing to copy from."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inventory import services
from inventory.line_lists import MAX_LINES
from inventory.models import StockCount, StockLevel, Transfer, WarehouseKind
from tests.accounts.factories import SellerFactory
from tests.backoffice.factories import member_of, page_of, take
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse() -> Any:
    return WarehouseFactory.create()


def shelf(warehouse: Any, sku: str, units: int, bin_: str = "", **fields: Any) -> Any:
    variant = stocked(units, warehouse=warehouse, variant=VariantFactory.create(sku=sku, **fields))
    StockLevel.objects.filter(variant=variant).update(bin=bin_)
    return variant


def page(document: Transfer | StockCount) -> str:
    return str(page_of(type(document), "change", document.pk))


def box(variant: Any) -> str:
    return f"line-{variant.pk}"


def counted(count: StockCount) -> dict[str, int | None]:
    return dict(count.lines.values_list("variant__sku", "counted"))


def skus(answer: Any) -> list[str]:
    return [line.variant.sku for line, _box in answer.context["lines"]]


def told(answer: Any) -> list[tuple[str, str]]:
    return [(each.level_tag, str(each)) for each in answer.context["messages"]]


def test_a_count_is_blind_until_somebody_asks_and_in_the_order_of_the_shelves(
    boss: User, client: Client, warehouse: Any
) -> None:
    shelf(warehouse, "SECOND", 71, "B-2")
    shelf(warehouse, "FIRST", 72, "A-9")
    shelf(warehouse, "NOWHERE", 73)
    count = services.open_count(warehouse.pk)

    blind, shown = client.get(page(count)), client.get(page(count), {"shown": "1"})

    assert skus(blind) == ["NOWHERE", "FIRST", "SECOND"] or skus(blind)[:2] == ["FIRST", "SECOND"]
    assert "A-9" in blind.text
    for number in ("71", "72", "73"):
        assert not re.search(rf">\s*{number}\s*<", blind.text)
        assert re.search(rf">\s*{number}\s*<", shown.text)
    assert "Esperado" in shown.text
    assert "Esperado" not in blind.text
    assert len(re.findall(r'type="number" name="line-', blind.text)) == 3


def test_boxes_note_only_what_was_typed(boss: User, client: Client, warehouse: Any) -> None:
    sofa, chair = shelf(warehouse, "SOFA", 5), shelf(warehouse, "SILLA", 9)
    count = services.open_count(warehouse.pk)
    services.record_count(count.pk, {sofa.pk: 4})
    services.adjust({(sofa.pk, warehouse.pk): -2}, note="se vendió")

    answer = take(
        client,
        count,
        "record",
        **{box(sofa): "4", f"initial-{box(sofa)}": "4", box(chair): "8", "back": "q=si&evil=1"},
    )

    assert counted(count) == {"SOFA": 4, "SILLA": 8}
    assert count.lines.get(variant=sofa).expected == 5
    assert answer.redirect_chain[-1][0] == f"{page(count)}?q=si"
    assert told(answer) == [("success", "Se anotó 1 línea.")]


@pytest.mark.parametrize("number", ["-1", "1.5", "diez", "9999999"])
def test_a_wrong_box_names_its_line_and_nothing_is_noted(
    boss: User, client: Client, warehouse: Any, number: str
) -> None:
    sofa = shelf(warehouse, "SOFA", 5, name_es="Sofá gris")
    chair = shelf(warehouse, "SILLA", 9)
    count = services.open_count(warehouse.pk)

    answer = take(client, count, "record", **{box(sofa): number, box(chair): "8"})

    assert answer.status_code == 422
    [(name, key, reason)] = answer.context["units"].wrong
    assert str(name).endswith("· SOFA")
    assert f'href="#{key}"' in answer.text
    assert f'value="{number}"' in answer.text
    assert reason
    assert counted(count) == {"SOFA": None, "SILLA": None}


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("{sku} 3\n\nNADA 3", "NADA (línea 3)"),
        ("{sku} 3\n{sku} 4", "Línea 2: {sku} ya está en la línea 1."),
        ("\n{sku} -1", "Línea 2: “{sku} -1” no es un SKU con un número entero."),
        ("{sku} 1.5", "no es un SKU con un número entero."),
        ("{sku}", "no es un SKU con un número entero."),
    ],
)
def test_a_wrong_line_of_a_pasted_list_is_named(
    boss: User, client: Client, warehouse: Any, pasted: str, reason: str
) -> None:
    sofa = shelf(warehouse, "SOFA", 5)
    count = services.open_count(warehouse.pk)

    typed = pasted.format(sku=sofa.sku)

    answer = take(client, count, "record", units=typed)

    assert answer.status_code == 422
    assert typed in answer.text
    assert counted(count) == {"SOFA": None}
    assert reason.format(sku=sofa.sku) in str(answer.context["units"].errors["units"])


def test_each_scan_counts_one_more_also_of_what_was_not_expected(
    boss: User, client: Client, warehouse: Any
) -> None:
    sofa = shelf(warehouse, "SOFA-GRIS", 5, gtin="7750000000031")
    other = VariantFactory.create(sku="OTRO")
    count = services.open_count(warehouse.pk)

    for code in ("sofa-gris", "07750000000031", "SOFA'GRIS", "OTRO"):
        answer = take(client, count, "scan", code=code, back="shown=1")
    unknown = take(client, count, "scan", code="NADA")

    assert counted(count) == {"SOFA-GRIS": 3, "OTRO": 1}
    assert told(answer) == [("success", "OTRO: 1.")]
    assert answer.redirect_chain[-1][0] == f"{page(count)}?shown=1"
    assert told(unknown) == [("error", "Ninguna variante tiene este código.")]
    assert (sofa.pk, other.pk) == tuple(
        count.lines.order_by("-counted").values_list("variant", flat=True)
    )


def test_lines_are_filtered_by_shelf_word_and_what_is_left_and_come_in_leaves(
    boss: User, client: Client, warehouse: Any
) -> None:
    polos = CategoryFactory.create(name="Polos")
    for number in range(MAX_LINES):
        shelf(warehouse, f"SILLA-{number:02}", 1)
    polo = shelf(warehouse, "POLO", 4, product__category=polos)
    count = services.open_count(warehouse.pk)
    services.record_count(count.pk, {polo.pk: 3})

    def lines(**asked: str) -> list[str]:
        return skus(client.get(page(count), asked))

    assert len(lines()) == MAX_LINES
    assert len(lines(p="2")) == 1
    assert lines(category=str(polos.pk)) == lines(q="polo") == ["POLO"]
    assert lines(only="different", shown="1") == ["POLO"]
    assert "POLO" not in lines(only="left") + lines(only="left", p="2")
    # What makes no sense asks for nothing.
    assert len(lines(category="x", only="nothing", p="x")) == MAX_LINES


def test_a_posted_count_shows_everything_and_has_no_boxes(
    boss: User, client: Client, warehouse: Any
) -> None:
    sofa = shelf(warehouse, "SOFA", 5)
    count = services.open_count(warehouse.pk)
    take(client, count, "record", **{box(sofa): "3"})

    take(client, count, "post")
    text = client.get(page(count)).text

    assert "Esperado" in text
    assert "-2" in text
    assert 'name="line-' not in text
    assert 'id="code"' not in text


def test_a_transfer_is_begun_empty_and_filled_by_scanning_and_boxes(
    boss: User, client: Client, warehouse: Any
) -> None:
    sofa, chair = shelf(warehouse, "SOFA", 5, "A-1"), shelf(warehouse, "SILLA", 9, "B-1")
    there = WarehouseFactory.create()
    client.post(page_of(Transfer, "add"), {"origin": warehouse.pk, "destination": there.pk})
    transfer = Transfer.objects.get()

    empty = take(client, transfer, "dispatch")
    for code in ("SOFA", "SOFA", "SILLA"):
        take(client, transfer, "scan", code=code)
    shown = client.get(page(transfer))
    take(client, transfer, "put", **{box(sofa): "4", box(chair): "0"})
    take(client, transfer, "dispatch")
    take(client, transfer, "scan", code="SOFA")
    arrived = take(client, transfer, "receive", **{box(sofa): "3"})
    too_many = take(client, transfer, "receive", **{box(sofa): "5"})

    assert told(empty)[-1][0] == "error"
    assert skus(shown) == ["SOFA", "SILLA"]
    assert "A-1" in shown.text
    assert list(transfer.lines.values_list("variant", "quantity", "received")) == [(sofa.pk, 4, 3)]
    assert [level for level, _text in told(arrived)] == ["success"]
    assert [level for level, _text in told(too_many)] == ["error"]
    assert "put" not in {step.name for step in arrived.context["steps"]}


def test_another_sellers_goods_come_along_only_if_that_is_said(
    boss: User, client: Client, warehouse: Any
) -> None:
    theirs = SellerFactory.create()
    there = WarehouseFactory.create(seller=theirs)
    sofa, chair = shelf(warehouse, "SOFA", 5), shelf(warehouse, "SILLA", 5)
    transfer = services.draft_transfer(
        origin_id=warehouse.pk, destination_id=there.pk, quantities={}
    )

    scanned = take(client, transfer, "scan", code="SOFA")
    typed = take(client, transfer, "put", units="SOFA 2")
    assert [level for level, _text in told(scanned) + told(typed)] == ["error", "error"]
    assert not transfer.lines.exists()
    take(client, transfer, "scan", code="SOFA", consigned="on")
    take(client, transfer, "scan", code="SILLA")

    assert set(transfer.lines.values_list("variant", flat=True)) == {sofa.pk, chair.pk}


def test_a_seller_scans_own_goods_alone(client: Client) -> None:
    seller = SellerFactory.create()
    client.force_login(member_of(seller))
    own = WarehouseFactory.create(seller=seller)
    shelf(own, "MIO", 2, product__seller=seller)
    shelf(WarehouseFactory.create(), "AJENO", 2)
    count = services.open_count(own.pk)

    take(client, count, "scan", code="MIO")
    refused = take(client, count, "scan", code="AJENO")

    assert counted(count) == {"MIO": 1}
    assert [level for level, _text in told(refused)] == ["error"]


class TestCountingByBin:
    def test_a_bin_is_counted_alone_and_what_belongs_elsewhere_is_refused(
        self, boss: User, client: Client, warehouse: Any
    ) -> None:
        shelf(warehouse, "HERE", 5, "A-2")
        shelf(warehouse, "THERE", 9, "B-1")
        shelf(warehouse, "FAR", 9, "A-20")
        new = VariantFactory.create(sku="NEW")
        count = services.open_count(warehouse.pk)

        part, answer = (client.get(page(count), {"bin": bin_}) for bin_ in ("a-", "a-2"))
        here = take(client, count, "scan", code="HERE", back="bin=A-")
        there = take(client, count, "scan", code="THERE", back="bin=A-")
        take(client, count, "scan", code=new.sku, back="bin=A-")

        assert skus(part) == ["HERE", "FAR"]
        assert skus(answer) == ["HERE"]
        assert here.redirect_chain[-1][0] == f"{page(count)}?bin=A-"
        assert told(here) == [("success", "HERE: 1.")]
        [(level, words)] = told(there)
        assert level == "error"
        assert "B-1" in words
        assert 'role="alert"' in there.text
        assert counted(count) == {"HERE": 1, "THERE": None, "FAR": None, "NEW": 1}

    def test_the_largest_difference_is_first_when_the_numbers_are_shown(
        self, boss: User, client: Client, warehouse: Any
    ) -> None:
        right, less, more = (shelf(warehouse, sku, 5, sku) for sku in ("A", "B", "C"))
        shelf(warehouse, "LEFT", 5, "0")
        count = services.open_count(warehouse.pk)
        services.record_count(count.pk, {right.pk: 5, less.pk: 4, more.pk: 9})

        blind, shown = client.get(page(count)), client.get(page(count), {"shown": "1"})

        assert skus(blind) == ["LEFT", "A", "B", "C"]
        assert skus(shown) == ["C", "B", "A", "LEFT"]

    def test_only_the_shops_own_warehouses_are_counted_and_come_first_in_transfers(
        self, boss: User, client: Client, warehouse: Any
    ) -> None:
        foreign = WarehouseFactory.create(seller=SellerFactory.create(), priority=1)
        WarehouseFactory.create(kind=WarehouseKind.DROPSHIPPING)
        WarehouseFactory.create(is_active=False)

        counts = client.get(page_of(StockCount, "add")).context["adminform"].form
        transfers = client.get(page_of(Transfer, "add")).context["adminform"].form

        assert list(counts.fields["warehouse"].queryset) == [warehouse]
        assert counts["warehouse"].value() == warehouse.pk
        assert list(transfers.fields["origin"].queryset) == [warehouse, foreign]


@pytest.mark.parametrize("name", ["shipping_packing", "inventory_stockcount_add"])
def test_the_camera_is_for_pages_that_scan_alone(boss: User, client: Client, name: str) -> None:
    asks = client.get(reverse(f"admin:{name}"))["Permissions-Policy"]
    other = client.get(reverse("admin:index"))["Permissions-Policy"]

    assert "camera=(self)" in asks
    assert "camera=()" in other
