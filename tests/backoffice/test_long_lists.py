"""The lists and forms of the back office in a shop that has grown."""

import csv
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.permissions import Role
from audit.context import traced
from backoffice.models import SavedList
from catalog.models import Category
from core.admin import lists
from inventory.models import MovementKind, StockLevel
from orders.models import Order
from outbox.models import Message
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.backoffice.factories import MODELS, member_of, order_with, page_of
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import MovementFactory, stocked
from tests.many_rows import fill

pytestmark = pytest.mark.django_db
MAX_QUERIES = 25
# The page of a product says how the price of each variant comes about.
MAX_OF_A_PRODUCT = 33
# What an answer may ask more where there are more rows: how many there are, and those of one page.
MORE_QUERIES = 3


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(asked)


def lists_and_forms(rows):
    fill(lambda _label: rows)
    for model in MODELS:
        yield page_of(model, "changelist")
        if row := model._default_manager.order_by("pk").first():
            yield page_of(model, "change", row.pk)


def test_no_page_asks_more_where_there_are_more_rows(boss, client, no_menu):
    client.get(reverse("admin:index"))

    few = [queries(client, address) for address in lists_and_forms(10)]
    addresses = list(lists_and_forms(1_000))
    many = [queries(client, address) for address in addresses]

    assert len(few) == len(many)
    for address, before, after in zip(addresses, few, many, strict=True):
        most = MAX_OF_A_PRODUCT if "/catalog/product/" in address else MAX_QUERIES
        most = min(most, before + MORE_QUERIES)
        # What is read once a minute may just have been read again.
        assert after <= most or queries(client, address) <= most, (address, before)


def messages(number):
    Message.objects.bulk_create(
        Message(event="x.E", handler=f"x.{each}", payload={}) for each in range(number)
    )


def test_a_list_that_is_long_is_estimated_and_leads_on_by_key(boss, client, monkeypatch):
    monkeypatch.setattr(lists, "MAX_COUNTED", 100)
    monkeypatch.setattr(lists, "MAX_LISTED", 100)
    messages(180)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_message")
    page = page_of(Message, "changelist")

    last = client.get(page, {"p": 2}).context["cl"]
    on = client.get(page + last.older).context["cl"]
    too_far = client.get(page, {"p": 3})

    assert last.paginator.is_estimate
    assert last.result_count == 180
    assert on.result_list[0] == last.result_list[49]
    assert on.result_count == 81
    assert too_far.status_code == 302


def test_a_list_is_filtered_from_one_day_to_another(boss, client):
    orders = [order_with(VariantFactory.create()) for _ in range(3)]
    for order, days in zip(orders, (0, 1, 3), strict=True):
        Order.objects.filter(pk=order.pk).update(placed_at=timezone.now() - timedelta(days=days))
    today = timezone.localdate()

    def listed(**chosen):
        cl = client.get(page_of(Order, "changelist"), chosen, follow=True).context["cl"]
        return set(cl.result_list)

    until = {"placed_at__to": str(today - timedelta(days=1))}
    assert listed(placed_at__from=str(today)) == {orders[0]}
    assert listed(**until) == {orders[1], orders[2]}
    assert listed(placed_at__from=str(today - timedelta(days=1)), **until) == {orders[1]}
    for nonsense in ("no day", "2026-02-31", "0000-01-01", "9999-12-31", "\0"):
        assert listed(placed_at__from=nonsense, placed_at__to=nonsense) == set(orders)


def test_each_word_is_looked_for_everywhere_and_an_order_is_listed_once(boss, client):
    variant = VariantFactory.create(sku="RARE-1")
    other = VariantFactory.create(sku="RARE-2")
    order = order_with(variant, other, email="ana@example.com")
    order_with(variant, email="eva@example.com")

    def found(words):
        answer = client.get(page_of(Order, "changelist"), {"q": words})
        return list(answer.context["cl"].result_list)

    for words in ("rare ana@", "ana@", order.number, other.sku):
        assert found(words) == [order], words
    assert found(order.number[-6:].lower() + " RARE-2") == [order]
    assert found("rare nobody") == []


def form_of(answer):
    """What the form of a page would send."""
    fields = answer.context["adminform"].form
    sent = {name: "" if value is None else value for name, value in fields.initial.items()}
    return {**sent, "_seen": answer.context["seen"]}


def test_what_a_colleague_has_written_meanwhile_is_told_and_not_overwritten(boss, client):
    level = stocked(5).stock_levels.get()
    page = page_of(StockLevel, "change", level.pk)
    opened = form_of(client.get(page))
    client.post(page, {**opened, "minimum": 7})

    refused = client.post(page, {**opened, "minimum": 9, "bin": "B-2"})
    level.refresh_from_db()

    words = refused.context["adminform"].form.non_field_errors()[0]
    assert level.minimum == 7
    assert boss.email in words
    assert "7" in words
    assert refused.context["adminform"].form["bin"].value() == "B-2"

    client.post(page, {**opened, "_seen": refused.context["seen"], "minimum": 9, "bin": "B-2"})
    level.refresh_from_db()
    assert (level.minimum, level.bin) == (9, "B-2")


def test_whoever_has_changed_it_without_a_page_is_named_by_the_log_of_changes(boss, client):
    level = stocked(5).stock_levels.get()
    page = page_of(StockLevel, "change", level.pk)
    opened = form_of(client.get(page))
    colleague = UserFactory.create()

    def told(**trace):
        with traced(**trace):
            StockLevel.objects.filter(pk=level.pk).update(minimum=F("minimum") + 1)
        answer = client.post(page, {**opened, "minimum": 99})
        return answer.context["adminform"].form.non_field_errors()[0]

    assert "la propia tienda" in told(origin="task stock.tasks.tidy")
    assert colleague.email in told(actor=colleague.pk, origin="POST /somewhere")


def test_fields_in_a_list_overwrite_no_colleagues_either(boss, client):
    shelf, other = CategoryFactory.create_batch(2, position=1)
    page = page_of(Category, "changelist")

    def typed(answer, **positions):
        rows = answer.context["cl"].formset
        sent = {"_seen": answer.context["seen"], "_save": "1"}
        sent |= {
            f"{rows.prefix}-{name}": len(rows.forms) for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        for form in rows.forms:
            key = str(form.instance.pk)
            sent |= {
                form.add_prefix("id"): key,
                form.add_prefix("position"): positions.get(key, form.instance.position),
                form.add_prefix("is_active"): "on",
            }
        return sent

    opened = client.get(page)
    Category.objects.filter(pk=shelf.pk).update(position=7)
    mine = {str(shelf.pk): 3, str(other.pk): 4}
    refused = client.post(page, typed(opened, **mine))
    shelf.refresh_from_db()

    assert (refused.status_code, shelf.position) == (200, 7)
    assert "7" in refused.text.split('class="errorlist nonfield"')[1].split("</ul>")[0]
    assert client.post(page, typed(refused, **mine)).status_code == 302
    assert set(Category.objects.values_list("position", flat=True)) >= {3, 4}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told(settings):
    level = stocked(5).stock_levels.get()
    page = page_of(StockLevel, "change", level.pk)
    people = [UserFactory.create(is_staff=True, is_superuser=True) for _ in range(4)]
    browsers = [Client() for _ in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.force_login(person)
    sent = [form_of(browser.get(page)) for browser in browsers]
    tries = iter(range(1, 5))

    def save():
        number = next(tries)
        return browsers[number - 1].post(page, {**sent[number - 1], "minimum": number}).status_code

    assert sorted(at_once(save, times=4)) == [200, 200, 200, 302]


def test_what_no_page_was_opened_with_breaks_none(boss, client):
    level = stocked(5).stock_levels.get()
    page = page_of(StockLevel, "change", level.pk)
    opened = form_of(client.get(page))

    for seen in (
        "",
        "[]",
        f'{{"{level.pk}": []}}',
        f'{{"{level.pk}": {{"minimum": 1}}}}',
        "[" * 9_000,
    ):
        assert client.post(page, {**opened, "_seen": seen}).status_code == 302, seen


def test_figures_that_no_form_writes_disturb_nobody(boss, client):
    level = stocked(5).stock_levels.get()
    page = page_of(StockLevel, "change", level.pk)
    opened = form_of(client.get(page))
    MovementFactory.create(
        variant=level.variant, warehouse=level.warehouse, kind=MovementKind.WRITE_OFF, quantity=-2
    )

    answer = client.post(page, {**opened, "minimum": 9})

    level.refresh_from_db()
    assert answer.status_code == 302
    assert (level.minimum, level.on_hand) == (9, 3)


def test_an_action_says_how_many_rows_it_touches_before_it_touches_any(boss, client):
    messages(60)
    Message.objects.update(given_up_at=timezone.now(), attempts=9)
    Message.objects.filter(handler="x.7").update(event="y.E")
    page = page_of(Message, "changelist") + "?event=x.E"
    first = str(Message.objects.earliest("pk").pk)
    sent = {"action": "replay", "_selected_action": first, "select_across": "1", "index": "0"}

    asked = client.post(page, sent)
    untouched = Message.objects.filter(attempts=9).count()
    done = client.post(asked.context["back"], dict(asked.context["sent"]) | {"post": "yes"})

    assert (asked.status_code, asked.context["number"], untouched) == (200, 59, 60)
    assert done.status_code == 302
    assert list(Message.objects.filter(attempts=9).values_list("handler", flat=True)) == ["x.7"]


def test_a_filter_is_kept_under_a_name_shared_and_forgotten_by_its_owner(boss, client):
    page = page_of(Order, "changelist")
    kept = {"rows": "orders.order", "query": "status__exact=pending", "shared_with": "*"}
    client.post(reverse("admin:saved_list_save"), {**kept, "name": "Sin pagar"})
    client.post(reverse("admin:saved_list_save"), {**kept, "name": "Mía", "shared_with": ""})
    saved = SavedList.objects.get(name="Sin pagar")

    own = client.get(page)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    colleagues = client.get(page)
    refused = client.post(reverse("admin:saved_list_forget", args=[saved.pk]))
    client.force_login(boss)
    client.post(reverse("admin:saved_list_forget", args=[saved.pk]))

    assert 'href="?status__exact=pending"' in own.text
    assert ("Sin pagar" in colleagues.text, "Mía" in colleagues.text) == (True, False)
    assert refused.status_code == 404
    assert list(SavedList.objects.values_list("name", flat=True)) == ["Mía"]


def test_a_filter_is_shared_with_a_role(boss, client):
    page = page_of(Order, "changelist")
    kept = {"rows": "orders.order", "query": "status__exact=pending", "name": "Por llamar"}
    nobodys = {**kept, "name": "De nadie", "shared_with": "no such role"}
    client.post(reverse("admin:saved_list_save"), {**kept, "shared_with": Role.SUPPORT})
    client.post(reverse("admin:saved_list_save"), nobodys)
    seen = {}
    for role in (Role.SUPPORT, Role.FINANCE):
        signed_in(client, role)
        seen[role] = "Por llamar" in client.get(page).text

    assert seen == {Role.SUPPORT: True, Role.FINANCE: False}
    assert not SavedList.objects.filter(name="De nadie").exists()


def test_filters_are_shared_with_colleagues_and_not_with_the_people_of_sellers(boss, client):
    """Each sees what his own house shares: a filter may name a customer."""
    seller = SellerFactory.create()
    own, colleague, other = member_of(seller), member_of(seller), member_of()
    shared = {"rows": "orders.order", "query": "status__exact=pending", "is_shared": True}
    for person in (boss, own, colleague, other):
        SavedList.objects.create(user=person, name=person.email, **shared)
    page = page_of(Order, "changelist")

    def seen(person):
        client.force_login(person)
        text = client.get(page).text
        return [each for each in (boss, own, colleague, other) if f">{each.email}</a>" in text]

    assert seen(boss) == seen(UserFactory.create(is_staff=True, is_superuser=True)) == [boss]
    assert seen(own) == seen(colleague) == [own, colleague]
    assert seen(other) == [other]


def test_a_filter_of_no_list_or_by_a_person_is_not_kept(boss, client):
    lists = ("", "orders", "orders.ORDER", "orders.orderline", "no.such", "constance.config")
    by_person = {"rows": "orders.order", "query": "status__exact=pending&q=ana%40example.com"}

    for kept in (*({"rows": rows, "query": "a=1"} for rows in lists), by_person):
        answer = client.post(reverse("admin:saved_list_save"), {**kept, "name": "x"})

        assert answer.status_code in (302, 403), kept
    assert not SavedList.objects.exists()


def test_the_file_of_orders_names_customer_tax_and_delivery(boss, client):
    order = order_with(VariantFactory.create(), phone="+51987654321")
    order.customer.first_name, order.customer.last_name = "Rosa", "Quispe"
    order.customer.save()
    order.addresses.create(
        kind="shipping", recipient="Rosa Quispe", street="Av. Sol 1", city="Cusco", country="PE"
    )

    text = client.get(f"{page_of(Order, 'changelist')}list.csv").getvalue().decode()

    [found] = csv.DictReader(text.splitlines())
    assert (found["Cliente"], found["Teléfono"]) == ("Rosa Quispe", "'+51987654321")
    assert found["Dirección de entrega"] == "Rosa Quispe, Av. Sol 1, Cusco"
    assert (found["Impuesto"], found["Envío"], found["Unidades"]) == (
        str(order.tax_total),
        str(order.shipping_total),
        str(sum(line.quantity for line in order.lines.all())),
    )


@pytest.mark.parametrize(
    ("prefix", "heads", "status"),
    [
        ("", ("Número", "Correo electrónico", "Pago", "Preparación"), "sin pagar"),
        ("/en", ("Number", "E-mail address", "Payment", "Fulfilment"), "unpaid"),
    ],
)
def test_a_file_of_orders_speaks_one_language_and_adds_up(boss, client, prefix, heads, status):
    order_with(VariantFactory.create(), status="confirmed")
    order_with(VariantFactory.create(), status="confirmed")
    page = f"{prefix}{page_of(Order, 'changelist')}"

    text = client.get(f"{page}list.csv").getvalue().decode()
    book = load_workbook(BytesIO(client.get(f"{page}list.xlsx").getvalue()))

    head, *rows = csv.reader(text.splitlines())
    assert set(heads) <= set(head)
    assert len(set(head)) == len(head)
    assert [row[head.index(heads[2])] for row in rows] == [status] * 2
    [sheet] = book.worksheets
    assert sheet.title == {"": "Pedidos", "/en": "Orders"}[prefix]
    assert [row[head.index("Total")] for row in sheet.values][1:5] == [100, 100, None, 200]


def test_what_a_list_finds_is_taken_home_as_a_file_that_runs_nothing(boss, client):
    order = order_with(VariantFactory.create(), email="=1+1@example.com")
    order_with(VariantFactory.create(), email="otra@example.com")
    page = page_of(Order, "changelist")

    text = client.get(f"{page}list.csv?q=1%2B1").getvalue().decode()
    book = load_workbook(BytesIO(client.get(f"{page}list.xlsx?q=1%2B1").getvalue()))

    head, row = csv.reader(text.splitlines())
    found = dict(zip(head, row, strict=True))
    assert found["Número"] == order.number
    assert (found["Correo electrónico"], found["Total"], found["Moneda"]) == (
        "'=1+1@example.com",
        "100.00",
        "PEN",
    )
    assert "'=1+1@example.com" in [cell.value for cell in list(book.worksheets[0].rows)[1]]
    assert client.get(f"{page}list.exe").status_code == 404
