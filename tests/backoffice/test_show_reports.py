"""The reports as pages, files and commands: who sees what of them, and what they refuse."""

import csv
import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from openpyxl import load_workbook

from accounts.models import SellerMember, SellerRole
from accounts.permissions import Role
from backoffice.reports.registry import REPORTS
from inventory import services as inventory
from orders.models import Order, OrderLine
from promotions.models import Redemption
from returns.models import Return
from tests.accounts.factories import SellerFactory, UserFactory, house, signed_in
from tests.catalog.factories import VariantFactory
from tests.commands import rows_of, run
from tests.inventory.factories import WarehouseFactory, stocked
from tests.payments.factories import OrderFactory
from tests.promotions.factories import CouponFactory

pytestmark = pytest.mark.django_db
COMMANDS = {
    "sales": "sales_report",
    "coupon-use": "coupon_use",
    "returns": "returns_report",
    "pending-payments": "pending_payments",
    "gateway-fees": "gateway_fees",
    "out-of-stock": "out_of_stock",
    "low-stock": "low_stock",
    "stock": "stock_report",
    "stock-valuation": "stock_valuation",
    "stock-movements": "stock_movements",
    "reservations": "reservations",
    "searches": "search_report",
    "searches-without-result": "search_report",
}
SEEN_BY = {
    Role.CATALOGUE: {"coupon-use", "searches", "searches-without-result"},
    Role.FINANCE: {
        *("sales", "coupon-use", "pending-payments", "gateway-fees", "returns"),
        *("stock", "low-stock", "out-of-stock", "stock-valuation"),
    },
    # What goods cost and what providers keep is not theirs to know.
    Role.SUPPORT: {
        *("sales", "pending-payments", "returns", "stock", "low-stock", "out-of-stock"),
        *("stock-movements", "reservations", "searches", "searches-without-result"),
    },
    Role.SELLER: {
        *("sales", "returns", "stock", "low-stock", "out-of-stock"),
        *("stock-valuation", "stock-movements", "reservations"),
    },
    # Who packs sees orders, but not what the shop takes in.
    Role.WAREHOUSE: {
        *("stock", "low-stock", "out-of-stock"),
        *("stock-valuation", "stock-movements", "reservations"),
        *("searches", "searches-without-result"),
    },
}

SENSELESS = (
    ({"since": "2026-07-29", "until": "2026-07-28"}, "until"),
    ({"since": "9999-12-31"}, "since"),
    ({"since": "0001-01-01"}, "since"),
    ({"until": "mañana"}, "until"),
    ({"since": "2026-07-28\0"}, "since"),
    ({"by": "moon"}, "by"),
    ({"by": "\0"}, "by"),
    ({"warehouse": "nowhere"}, "warehouse"),
    ({"category": "x\0y"}, "category"),
    ({"sort": "customer__password"}, "sort"),
)


def page(name):
    return reverse("admin:report", args=[name])


def sold(*, seller=None, units=1, price="100.00", day=None):
    """A paid order with a line, its units held and moved, a coupon and a return."""
    variant = stocked(units + 3, variant=VariantFactory.create(product__seller=seller or house()))
    total = Decimal(price) * units
    order = OrderFactory.create(
        subtotal=total, paid_at=day or timezone.now(), payment_method_code="card", line=False
    )
    line = OrderLine.objects.create(
        order=order, variant=variant, seller=variant.product.seller, name=variant.name,
        sku=variant.sku, quantity=units, list_price=price, unit_price=price, total=total,
    )  # fmt: skip
    inventory.reserve(
        {variant.pk: 1},
        reference=order.pk,
        until=timezone.now() + timedelta(minutes=30),
        reference_kind="order",
    )
    coupon = CouponFactory.create()
    Redemption.objects.create(
        promotion=coupon.promotion, coupon=coupon, order=order, amount=Decimal(5)
    )
    Return.objects.create(
        number=f"DEV-{order.number}", order=order, seller=line.seller, reason="damaged"
    )
    return line


def works_for(user, seller):
    SellerMember.objects.create(seller=seller, user=user, role=SellerRole.OWNER)


def test_every_report_has_a_page_and_a_command_that_says_the_same(client, boss):
    sold()
    sold(seller=SellerFactory.create())
    OrderFactory.create()

    assert set(COMMANDS) == set(REPORTS)
    for name, report in REPORTS.items():
        shown = client.get(page(name), {"since": "", "until": ""})
        rows = rows_of(COMMANDS[name], *(["--empty"] if "without" in name else []))
        assert shown.status_code == 200, name
        assert shown.context["sheet"].count == len(rows), name
        assert rows or name.startswith("searches") or name in ("gateway-fees", "out-of-stock")
        assert all(list(row) == list(report.columns) for row in rows), name
        assert str(report.purpose) in client.get(reverse("admin:reports")).text
    for command in sorted(set(COMMANDS.values())):
        assert run(command, "--format", "table", "--language", "en").code == 0
        assert run(command, "--since", "2026-02-30").code != 0


def test_a_report_asks_the_database_as_often_for_many_rows_as_for_few(client, boss):
    def questions():
        found = {}
        for name in REPORTS:
            client.get(page(name))  # settings of the shop are written down when first read
            with CaptureQueriesContext(connection) as asked:
                client.get(page(name), {"since": "", "until": ""})
            found[name] = len(asked)
        return found

    sold()
    few = questions()
    for _number in range(5):
        sold(seller=SellerFactory.create())

    many = questions()
    # Whether others sell in the shop is read once a minute; then there is a choice of them.
    assert [name for name, number in many.items() if number > few[name] + 1] == []
    assert max(many.values()) <= 15


@pytest.mark.parametrize("role", SEEN_BY)
def test_each_role_gets_to_its_reports_and_to_no_others(client, role):
    user = signed_in(client, role)
    if role == Role.SELLER:
        works_for(user, SellerFactory.create())

    for name in REPORTS:
        for query in ({}, {"file": "csv"}):
            answer = client.get(page(name), query)
            assert answer.status_code == (200 if name in SEEN_BY[role] else 403), name
    listed = client.get(reverse("admin:reports")).context["sections"]
    assert {report.name for _title, some in listed for report in some} == SEEN_BY[role]


@pytest.mark.parametrize(("role", "sees"), [(Role.SUPPORT, False), (Role.FINANCE, True)])
def test_the_stock_report_names_costs_to_who_may_know_them(client, role, sees):
    sold()
    signed_in(client, role)

    shown = client.get(page("stock")).context["form"].columns

    assert ({"unit_cost", "value"} <= set(shown)) is sees
    assert "on_hand" in shown


def test_staff_without_a_role_get_to_no_report(client):
    client.force_login(UserFactory.create(is_staff=True))

    assert client.get(reverse("admin:reports")).status_code == 403
    assert {client.get(page(name)).status_code for name in REPORTS} == {403}


def test_the_people_of_a_seller_see_what_is_theirs_in_every_report(client):
    own, other = SellerFactory.create(), SellerFactory.create(slug="otro", name="Otro")
    mine, foreign = sold(seller=own), sold(seller=other, price="777.00")
    works_for(signed_in(client, Role.SELLER), own)

    for name in SEEN_BY[Role.SELLER]:
        for query in ({}, {"seller": "otro"}, {"by": "seller"}, {"by": "variant"}):
            answers = [client.get(page(name), query | more) for more in ({}, {"file": "json"})]
            texts = [answers[0].text, _content(answers[1])]
            # Not 777 alone, which keys and tokens have by chance.
            said = [foreign.sku, "777.00", "777,00"]
            assert not any(each in text for each in said for text in texts), name
            assert not any("Otro" in text for text in texts), name
    assert mine.sku in client.get(page("sales"), {"by": "variant"}).text
    assert mine.sku in client.get(page("stock")).text
    [row] = json.loads(_content(client.get(page("sales"), {"file": "json"})))
    assert not {"total", "refunded", "net", "shipping", "tax"} & set(row)


def test_the_sales_page_draws_days_adds_up_all_rows_and_sorts(client, boss):
    now = timezone.now()
    sold(price="100.00", day=now)
    sold(price="50.00", units=3, day=now - timedelta(days=2))

    by_day = client.get(page("sales"))
    by_units = client.get(page("sales"), {"by": "variant", "sort": "-units"})
    today = client.get(f"{page('sales')}?{by_day.context['form'].presets[0].query}")

    sheet = by_day.context["sheet"]
    bars = sheet.chart.bars
    assert (len(bars), [bar.height for bar in bars[-3:]]) == (30, [100, 0, 66])
    assert "S/\N{NO-BREAK SPACE}250.00" in [cell.text for cell in sheet.sums[0]]
    assert [line[3].text for line in by_units.context["sheet"].lines] == ["3", "1"]
    assert 'aria-sort="descending"' in by_units.text
    assert today.context["sheet"].count == 1


def test_a_day_is_drawn_beside_the_same_day_before_and_leads_to_its_orders(client, boss):
    now = timezone.now()
    sold(price="100.00", day=now)
    latest = Order.objects.get()
    sold(price="50.00", day=now - timedelta(days=30))

    shown = client.get(page("sales"))

    last = shown.context["sheet"].chart.bars[-1]
    assert (last.total, last.before) == (Decimal(100), Decimal(50))
    assert shown.text.count(escape(last.url)) == 2  # its bar, and its row of the table
    listed = client.get(last.url).context["cl"].result_list
    assert [order.pk for order in listed] == [latest.pk]


def test_a_page_shows_the_first_rows_and_sums_and_files_have_all(client, boss, monkeypatch):
    monkeypatch.setattr("backoffice.reports.pages.MAX_SHOWN", 2)
    place = WarehouseFactory.create()
    for _number in range(3):
        stocked(1, variant=VariantFactory.create(cost=Decimal(2)), warehouse=place)

    for name in ("stock", "stock-movements"):
        sheet = client.get(page(name)).context["sheet"]
        assert (sheet.count, sheet.shown) == (3, 2)
        assert len(json.loads(_content(client.get(page(name), {"file": "json"})))) == 3
    sums = client.get(page("stock")).context["sheet"].sums
    assert "S/\N{NO-BREAK SPACE}6.00" in [cell.text for cell in sums[0]]


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_a_file_says_what_the_page_says_and_a_command_would(client, boss, kind):
    line = sold()
    today = timezone.localdate().isoformat()

    answer = client.get(page("sales"), {"file": kind, "by": "variant"})

    content = answer.getvalue()
    assert 'filename="sales-' in answer["Content-Disposition"]
    assert f"{today}.{kind}" in answer["Content-Disposition"]
    if kind == "xlsx":
        [sheet] = load_workbook(BytesIO(content)).worksheets
        day = timezone.localdate()
        assert sheet.title == "Ventas"
        assert [row[0] for row in sheet.values][1:] == [
            *(line.sku, None, "En total"),
            f"Del {date_format(day - timedelta(days=29))} al {date_format(day)}",
        ]
        head, total = sheet[1], sheet[4]
        assert [b.value for a, b in zip(head, total, strict=True) if a.value == "total"] == [100]
    elif kind == "csv":
        assert [row["total"] for row in csv.DictReader(StringIO(content.decode()))] == ["100.00"]
    else:
        assert json.loads(content) == rows_of("sales_report", "--by", "variant")


def test_a_question_without_sense_is_answered_by_one_sentence_and_what_was_typed_stays(
    client, boss
):
    for query, field in SENSELESS:
        for more in ({}, {"file": "csv"}):
            answer = client.get(page("sales"), query | more)

            form = answer.context["form"]
            assert (answer.status_code, list(form.errors)) == (200, [field]), query
            assert form[field].value() == query[field]
            assert form.errors[field][0] in answer.text.replace("&#x27;", "'")


def test_there_is_no_report_of_an_unknown_name(client, boss):
    assert client.get(page("customers")).status_code == 404


def _content(answer):
    return answer.getvalue().decode()
