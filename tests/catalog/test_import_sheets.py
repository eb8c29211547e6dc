"""Spreadsheets are checked whole, taken in row by row, and change nothing that they do not say."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.imports import services
from catalog.models import Brand, Product, SheetImport, Variant
from inventory.models import StockLevel
from tests.catalog.sheets import check, exported, outcomes, problems, row, table, take_in, texts

pytestmark = pytest.mark.django_db


def test_rows_become_products_with_variants_options_prices_and_stock() -> None:
    common = {"product": "POLO", "brand": "Kolka", "name_es": "Polo", "name_en": "Shirt"}
    sheet = take_in(
        table(
            row("POLO-M", **common, options="Talla=M | Color=Rojo", sale_price="8,50", stock="7"),
            row("POLO-L", **common, options="Talla=L | Color=Rojo", sale_price="", stock=""),
        )
    )

    assert outcomes(sheet) == {"POLO-M": "new", "POLO-L": "new"}
    product = Product.objects.get()
    medium, large = product.variants.order_by("position")
    assert (product.price_from, product.base_price) == (Decimal("8.50"), Decimal(10))
    assert (medium.sale_price, str(medium.brand)) == (Decimal("8.50"), "Kolka")
    assert medium.is_on_offer
    assert texts(large, "name") == ["Polo · L · Rojo", "Shirt · L · Rojo"]
    assert {option.value_key for option in large.options.all()} == {"l", "rojo"}
    assert sum(level.on_hand for level in StockLevel.objects.all()) == 7


def test_nothing_is_written_before_it_is_approved() -> None:
    sheet = check(table(row("A")))

    assert outcomes(sheet) == {"A": "new"}
    assert not Product.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_when_it_comes_back(kind: str) -> None:
    take_in(table(row("A", description_es="=1+1\n'quoted", attributes='{"a": [1, 2.5]}', stock=3)))

    sheet = check(exported(kind))

    assert outcomes(sheet) == {"A": "same"}, sheet.rows.get().changes


def test_a_row_changes_only_the_columns_that_the_file_has() -> None:
    take_in(table(row("A", description_es="Algodón")))

    sheet = take_in(table({"sku": "A", "list_price": "1.234,50"}))

    variant = Variant.objects.select_related("product").get()
    assert outcomes(sheet) == {"A": "changed"}
    assert variant.list_price == Decimal("1234.50")
    assert texts(variant.product, "description")[0] == "Algodón"


def test_bad_rows_are_named_and_the_good_ones_taken_in() -> None:
    sheet = take_in(
        table(
            row("A", list_price="ten"),
            row("B", sale_price="11"),
            row("C"),
            row("C"),
            row("", name_es=""),
            row("D", list_price="0"),
        )
    )

    found = problems(sheet)
    assert "list_price" in found[2][0]
    assert "sale_price" in found[3][0]
    assert "4" in found[5][0]
    assert "sku" in found[6][0]
    assert outcomes(sheet)["D"] == "doubtful"
    assert set(Variant.objects.values_list("sku", flat=True)) == {"C"}


def test_a_worker_that_is_lost_is_followed_by_one_that_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    sheet = check(table(*(row(f"A{number}", stock=2) for number in range(3))))
    services.approve(sheet.pk, leaves_out_refused=False, takes_doubtful=False)
    sheet.refresh_from_db()

    def dies(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.work(sheet, dies)
    assert (services.progress(sheet).applied, services.work_off()) == (1, 0)
    SheetImport.objects.update(claimed_until=timezone.now())
    assert services.work_off() == 1

    sheet.refresh_from_db()
    assert (sheet.status, services.progress(sheet).applied) == ("done", 3)
    assert [level.on_hand for level in StockLevel.objects.all()] == [2, 2, 2]


def test_what_the_database_refuses_takes_no_other_product_with_it() -> None:
    sheet = take_in(
        table(
            *(
                row(f"A{n}", gtin=gtin)
                for n, gtin in enumerate(("4006381333931", "4006381333931", ""))
            )
        )
    )

    assert sorted(outcomes(sheet).values()) == ["new", "new", "refused"]
    assert "gtin" in str(problems(sheet))


def test_prices_far_below_the_last_are_taken_in_only_when_somebody_means_them() -> None:
    take_in(table(row("A", list_price="100")))
    content = table({"sku": "A", "list_price": "1"})

    assert outcomes(take_in(content)) == {"A": "doubtful"}
    assert Variant.objects.get().price == 100
    take_in(content, takes_doubtful=True)

    assert Variant.objects.get().price == 1


def test_commands_import_and_export_as_the_pages_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_bytes(table(row("A"), row("B", list_price="x")))

    call_command("import_products", source, dry_run=True)
    assert not Product.objects.exists()
    with pytest.raises(CommandError):
        call_command("import_products", source)
    with pytest.raises(SystemExit):
        call_command("import_products", source, leave_out_refused=True)
    call_command("export_products", output=target)

    assert "line 3: list_price" in capsys.readouterr().err
    assert outcomes(check(target.read_bytes())) == {"A": "same"}


def test_rows_may_move_a_product_that_is_there_to_a_shelf_that_is_not() -> None:
    first, second = row("A", product="P", name_es="P"), row("B", product="P", name_es="P")
    take_in(table(first, second))
    moved = [{**each, "category_es": "Casa > Mesas", "brand": "Nueva"} for each in (first, second)]

    sheet = check(table(*moved))
    assert (sheet.new_shelves, Brand.objects.count()) == (["Casa", "Mesas", "Nueva"], 0)
    take_in(table(*moved))

    assert Product.objects.get().category.name == "Mesas"
