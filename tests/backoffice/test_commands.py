"""sales_report: every grouping adds up to the same money, and only sales count."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.models import MovementKind, ReferenceKind
from orders.models import Order, OrderAddress, OrderLine
from payments.models import LedgerKind
from tests.accounts.factories import SellerFactory, UserFactory, house
from tests.backoffice.factories import add_many, order_with
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.commands import rows_of, run, saved_rows
from tests.inventory.factories import MovementFactory, WarehouseFactory, stocked
from tests.invoicing.factories import enter, money_in
from tests.payments.factories import OrderFactory

pytestmark = pytest.mark.django_db

GROUPS = ("day", "region", "seller", "category", "variant")


@pytest.fixture
def customer():
    return UserFactory.create()


def noon(day: date):
    return datetime.combine(day, time(12), timezone.get_current_timezone())


def sold(customer, *prices: str, shipping: str = "0.00", **fields: Any) -> Order:
    """An order of a line of one unit for each price, paid today unless said otherwise."""
    day, sellers = fields.pop("day", timezone.localdate()), fields.pop("sellers", [house()])
    goods = sum(map(Decimal, prices), Decimal(0))
    order = OrderFactory.create(
        customer=customer,
        subtotal=goods,
        shipping_total=shipping,
        total=goods + Decimal(shipping),
        paid_at=noon(day),
        line=False,
        **fields,
    )
    for number, price in enumerate(prices):
        line(order, Decimal(price), seller=sellers[number % len(sellers)])
    if order.total:
        money_in(order)
    return order


def line(order, price, **fields):
    variant = fields.pop("variant", None) or VariantFactory.create()
    fields = {"seller": house(), "name": variant.name, "sku": variant.sku, **fields}
    return OrderLine.objects.create(
        order=order,
        variant=variant,
        quantity=1,
        list_price=price,
        unit_price=price,
        total=price,
        **fields,
    )


def money(order, kind, amount):
    enter(order.payments.get(), kind, amount)


def sums(rows, name="total"):
    return sum(Decimal(row[name]) for row in rows)


def test_only_orders_whose_money_came_are_sales(customer):
    sold(customer, "100.00")
    OrderFactory.create(customer=customer)

    [row] = rows_of("sales_report")

    assert (row["code"], row["orders"], row["total"]) == (
        timezone.localdate().isoformat(),
        1,
        "100.00",
    )


@pytest.mark.parametrize("by", GROUPS)
def test_every_grouping_adds_up_to_the_same_money_to_the_cent(customer, by):
    sellers = [house(), SellerFactory.create(), SellerFactory.create()]
    order = sold(customer, "10.00", "10.00", "10.00", shipping="10.00", sellers=sellers)
    sold(customer, "0.01", "99.98", "7.77", shipping="3.33", sellers=sellers)
    money(order, LedgerKind.REFUND, Decimal("0.02"))

    rows = rows_of("sales_report", "--by", by)

    assert sums(rows) == Decimal("151.09")
    assert sums(rows, "goods") == Decimal("137.76")
    assert sums(rows, "shipping") == Decimal("13.33")
    assert sums(rows, "refunded") == Decimal("0.02")
    assert sums(rows, "net") == Decimal("151.07")


def test_a_refund_stands_beside_its_sale_and_one_that_came_back_does_not(customer):
    part, whole = sold(customer, "100.00"), sold(customer, "50.00")
    money(part, LedgerKind.REFUND, Decimal(30))
    money(part, LedgerKind.REFUND, Decimal(20))
    money(part, LedgerKind.REFUND_REVERSAL, Decimal(20))
    money(whole, LedgerKind.CHARGEBACK, Decimal(50))

    [row] = rows_of("sales_report")

    assert (row["total"], row["refunded"], row["net"]) == ("150.00", "80.00", "70.00")


def test_money_paid_twice_and_sent_back_is_no_refund_of_the_sale(customer):
    order = sold(customer, "100.00")
    money(order, LedgerKind.CAPTURE, Decimal(100))
    money(order, LedgerKind.REFUND, Decimal(100))

    [row] = rows_of("sales_report")

    assert (row["refunded"], row["net"]) == ("0.00", "100.00")


def test_a_sale_belongs_to_the_day_of_the_shop_on_which_it_was_paid(customer):
    monday, tuesday = date(2026, 7, 27), date(2026, 7, 28)
    sold(customer, "1.00", day=monday)
    late = sold(customer, "2.00", day=tuesday)
    evening = datetime.combine(tuesday, time(23, 59), timezone.get_current_timezone())
    Order.objects.filter(pk=late.pk).update(paid_at=evening)

    days = [(row["code"], row["total"]) for row in rows_of("sales_report", "--language", "es")]
    [one] = rows_of("sales_report", "--since", "2026-07-28", "--until", "2026-07-28")

    assert days == [("2026-07-27", "1.00"), ("2026-07-28", "2.00")]
    assert one["total"] == "2.00"
    assert "martes" in run("sales_report", "--language", "es").out
    assert "Tuesday" in run("sales_report", "--language", "en").out


def test_sales_are_grouped_by_the_region_they_go_to(customer):
    lima, _pickup = sold(customer, "70.00"), sold(customer, "30.00")
    OrderAddress.objects.create(
        order=lima, kind="shipping", recipient="Ana", street="x", city="Lima", region="Lima",
        country="PE",
    )  # fmt: skip

    rows = rows_of("sales_report", "--by", "region")

    assert [(row["code"], row["name"], row["total"]) for row in rows] == [
        ("PE", "Lima", "70.00"),
        ("", "", "30.00"),
    ]


def test_sales_are_grouped_by_category_and_narrowed_to_it(customer):
    order = OrderFactory.create(customer=customer, paid_at=timezone.now(), line=False)
    sofas = CategoryFactory.create(slug="sofas", name="Sofás", family__name="Muebles")
    chairs = CategoryFactory.create(slug="sillas", parent=sofas, family=sofas.family)
    line(order, Decimal(60), variant=VariantFactory.create(product__category=sofas))
    line(order, Decimal(40), variant=VariantFactory.create(product__category=chairs))

    rows = rows_of("sales_report", "--by", "category")
    below = rows_of("sales_report", "--category", "sillas")

    assert [(row["code"], row["goods"]) for row in rows] == [
        ("sofas", "60.00"),
        ("sillas", "40.00"),
    ]
    assert rows[0]["name"] == "Muebles · Sofás"
    assert [row["goods"] for row in below] == ["40.00"]


def test_sales_are_narrowed_to_a_seller_and_to_the_warehouse_they_came_from(customer):
    workshop = SellerFactory.create(slug="taller")
    order = sold(customer, "60.00", "40.00", sellers=[house(), workshop])
    mine = order.lines.get(seller=workshop)
    lima = WarehouseFactory.create(code="LIM-01")
    MovementFactory.create(
        variant=stocked(1, variant=mine.variant, warehouse=lima),
        warehouse=lima,
        kind=MovementKind.SALE,
        quantity=-1,
        on_hand_delta=0,
        reference=order.pk,
        reference_kind=ReferenceKind.ORDER,
    )

    assert [row["goods"] for row in rows_of("sales_report", "--seller", "taller")] == ["40.00"]
    assert [row["goods"] for row in rows_of("sales_report", "--warehouse", "LIM-01")] == ["40.00"]


def test_each_currency_stands_for_itself(customer):
    sold(customer, "100.00")
    sold(customer, "20.00", currency="USD")

    ran = run("sales_report", "--language", "en")

    assert "S/\N{NO-BREAK SPACE}100.00 + US$\N{NO-BREAK SPACE}20.00" in ran.error
    assert {(row["currency"], row["total"]) for row in rows_of("sales_report")} == {
        ("PEN", "100.00"),
        ("USD", "20.00"),
    }


def test_a_gift_is_a_sale_of_nothing(customer):
    sold(customer, "0.00", "0.00")

    [row] = rows_of("sales_report")

    assert (row["orders"], row["units"], row["total"], row["net"]) == (1, 2, "0.00", "0.00")


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_the_report_says_the_same_in_every_format(customer, kind, tmp_path):
    sold(customer, "1234.50")

    path = tmp_path / f"report.{kind}"
    [row] = saved_rows("sales_report", kind, path, "--by", "seller", "--language", "en")

    assert (row["code"], row["name"], row["orders"]) == ("vitrina", "Vitrina", "1")
    assert Decimal(row["total"]) == Decimal("1234.50")


def test_the_report_asks_the_database_as_often_for_ten_orders_as_for_a_thousand():
    first, now = order_with(VariantFactory.create(), paid_at=timezone.now()), timezone.now()

    def questions(number):
        add_many(first, number, number=f"PED-2025{number:04}-{{:04}}", paid_at=now)
        found = {}
        for by in GROUPS:
            with CaptureQueriesContext(connection) as asked:
                assert run("sales_report", "--by", by, "--seller", "vitrina").code == 0
            found[by] = len(asked)
        return found

    few = questions(10)
    assert questions(990) == few
    assert max(few.values()) <= 3
