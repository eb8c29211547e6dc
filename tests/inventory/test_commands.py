"""What ops read of the stock: reports, what is low, what ran out."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Category, Family, Variant
from core.ids import uuid7
from inventory import services
from inventory.models import Movement, MovementKind, Reservation, StockLevel
from inventory.report_filters import FEW
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import CategoryFactory, ProductFactory, VariantFactory
from tests.commands import rows_of, run, saved_rows
from tests.inventory.factories import MovementFactory, WarehouseFactory, soon, stocked

pytestmark = pytest.mark.django_db


def skus(name, *options):
    return [row["sku"] for row in rows_of(name, *options)]


def held(variant, units=1, *, ran_out_at=None):
    """Units held for a cart, until a quarter of an hour from now or as long as is said."""
    reference = uuid4()
    services.reserve({variant.pk: units}, reference=reference, until=soon())
    if ran_out_at:
        Reservation.objects.filter(reference=reference).update(expires_at=ran_out_at)
    return reference


def hours_ago(hours):
    return timezone.now() - timedelta(hours=hours)


def received_on(day: date, variant):
    """Let the variant's movements have happened at noon of that day."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    Movement.objects.filter(variant=variant).update(created_at=noon)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_the_stock_report_says_the_same_in_every_format(kind, tmp_path):
    warehouse = WarehouseFactory.create(code="LIM-01")
    variant = VariantFactory.create(sku="SILLA", name="Silla Ñandú", cost=Decimal("12.50"))
    stocked(10, variant=variant, warehouse=warehouse)
    held(variant, 2)

    [row] = saved_rows("stock_report", kind, tmp_path / f"report.{kind}", "--language", "en")

    names = ["warehouse", "reserved", "available", "minimum"]
    assert (row.get("sku") or row["SKU"], row["name"]) == ("SILLA", "Silla Ñandú")
    values = [row.get(name) or row["held"] for name in names]
    assert values == ["LIM-01", "2", "8", "5"]
    assert Decimal(row["value"]) == Decimal("125.00")


def test_the_stock_report_keeps_to_a_warehouse_a_seller_and_a_category_with_those_below():
    top = CategoryFactory.create(slug="salas")
    below = CategoryFactory.create(slug="sofas", parent=top, family=top.family)
    workshop = SellerFactory.create(slug="taller")
    lima = WarehouseFactory.create(code="LIM-01")
    sofa = VariantFactory.create(sku="SOFA", product__category=below)
    table = VariantFactory.create(sku="MESA", product__category=top, product__seller=workshop)
    guest = VariantFactory.create(sku="PUF", category=below)
    stocked(1, variant=sofa, warehouse=lima)
    stocked(1, variant=table)
    stocked(1, variant=guest)
    stocked(1, variant=VariantFactory.create(sku="GORRA"))

    assert skus("stock_report", "--warehouse", "LIM-01") == ["SOFA"]
    assert skus("stock_report", "--seller", "taller") == ["MESA"]
    assert sorted(skus("stock_report", "--category", "sofas")) == ["PUF", "SOFA"]
    assert sorted(skus("stock_report", "--category", "salas")) == ["MESA", "PUF", "SOFA"]
    assert skus("stock_report", "--category", "salas", "--seller", "taller") == ["MESA"]
    assert skus("stock_report", "--warehouse", "LIM-01", "--seller", "taller") == []


def test_a_variants_own_category_counts_before_its_products():
    CategoryFactory.create(slug="sofas")
    elsewhere = CategoryFactory.create(slug="cojines")
    product = ProductFactory.create(category__slug="camas")
    stocked(1, variant=VariantFactory.create(product=product, category=elsewhere, sku="COJIN"))

    assert skus("stock_report", "--category", "camas") == []
    assert skus("stock_report", "--category", "cojines") == ["COJIN"]


def test_a_family_is_a_category_too_and_a_wrong_name_is_answered_with_similar_ones():
    shelf = CategoryFactory.create(slug="sofas", family__slug="muebles")
    stocked(1, variant=VariantFactory.create(product__category=shelf, sku="SOFA"))
    stocked(1, variant=VariantFactory.create(sku="GORRA"))
    CategoryFactory.create_batch(FEW)
    number = Category.objects.count() + Family.objects.count()

    assert skus("stock_report", "--category", "muebles") == ["SOFA"]
    refused = run("stock_report", "--category", "mubles").error
    assert "muebles" in refused
    assert "sofas" not in refused
    assert f"{number} en total" in refused


def test_days_mean_what_moved_in_them():
    monday, tuesday = date(2026, 7, 27), date(2026, 7, 28)
    received_on(monday, stocked(1, variant=VariantFactory.create(sku="LUNES")))
    received_on(tuesday, stocked(1, variant=VariantFactory.create(sku="MARTES")))

    assert skus("stock_report", "--until", str(monday)) == ["LUNES"]
    assert skus("stock_report", "--since", str(tuesday)) == ["MARTES"]
    assert len(skus("stock_report", "--since", str(monday), "--until", str(tuesday))) == 2


def test_low_stock_lists_what_is_sold_below_its_minimum_and_how_much_is_missing():
    low, plenty = stocked(9), stocked(6)
    StockLevel.objects.filter(variant=low).update(minimum=10, maximum=40)
    retired = stocked(1)
    Variant.objects.filter(pk=retired.pk).update(is_active=False)
    held(plenty, 4)

    [row] = rows_of("low_stock")

    assert (row["sku"], row["sellable"], row["missing"]) == (low.sku, 9, 31)
    assert run("low_stock").code == 0


def test_low_stock_keeps_to_a_warehouse():
    stocked(1)
    stocked(1, warehouse=WarehouseFactory.create(code="LIM-01"))

    assert len(skus("low_stock", "--warehouse", "LIM-01")) == 1


def test_what_ran_out_is_released_and_listed():
    variant = stocked(10)
    old, fresh = held(variant, 3, ran_out_at=hours_ago(1)), held(variant, 2)

    [row] = rows_of("expire_reservations")

    assert (row["sku"], row["quantity"], row["reference"]) == (variant.sku, 3, str(old))
    assert StockLevel.objects.get(variant=variant).reserved == 2
    assert Reservation.objects.active().get().reference == fresh
    assert rows_of("expire_reservations") == []


def test_only_the_chosen_holds_are_released():
    lima = WarehouseFactory.create(code="LIM-01")
    here, there = stocked(5, warehouse=lima), stocked(5)
    held(here, ran_out_at=hours_ago(1))
    held(there, ran_out_at=hours_ago(1))
    held(here, ran_out_at=hours_ago(50))

    long_ago = run("expire_reservations", "--until", str(timezone.localdate(hours_ago(49))))
    in_lima = rows_of("expire_reservations", "--warehouse", "LIM-01")

    assert long_ago.code == 0
    assert [row["sku"] for row in in_lima] == [here.sku]
    assert StockLevel.objects.get(variant=here).reserved == 0
    assert StockLevel.objects.get(variant=there).reserved == 1


def test_a_small_batch_releases_all_the_same():
    variant = stocked(10)
    for _ in range(5):
        held(variant, ran_out_at=hours_ago(1))

    assert len(rows_of("expire_reservations", "--batch", "2")) == 5
    assert run("expire_reservations", "--batch", "0").code != 0


@pytest.mark.parametrize("name", ["stock_report", "low_stock", "check_stock"])
def test_a_report_asks_the_database_as_often_for_ten_levels_as_for_two_hundred(name):
    first = stocked(1)
    warehouse = StockLevel.objects.get(variant=first).warehouse
    options = ["--warehouse", warehouse.code, "--category", first.product.category.slug]

    def questions(units):
        variants = Variant.objects.bulk_create(
            Variant(id=uuid7(), product=first.product, name=key, sku=key, slug=key, sku_suffix=key)
            for key in (uuid4().hex for _ in range(units))
        )
        Movement.objects.bulk_create(
            MovementFactory.build(
                variant=variant, warehouse=warehouse, kind=MovementKind.RECEIPT, quantity=1
            )
            for variant in variants
        )
        with CaptureQueriesContext(connection) as asked:
            run(name, *options)
        return len(asked)

    run(name)  # settings of the shop are written down when first read
    assert questions(9) == questions(190) <= 8
