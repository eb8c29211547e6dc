"""The log as administrators read it: each thing's history, the whole log, and the command."""

from typing import Any

import pytest
from constance import config
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.permissions import Role
from audit.context import traced
from audit.models import AuditEntry
from catalog.models import Product, ProductImage
from orders.models import Order, OrderLine
from payments.models import Payment
from tests.accounts.factories import UserFactory, staff_with
from tests.backoffice.factories import order_with
from tests.catalog.factories import VariantFactory
from tests.commands import rows_of

pytestmark = pytest.mark.django_db
LOG = "/admin/audit/auditentry/"
ORIGINS = (
    ("task catalog.tasks.apply_scheduled_prices", "la propia tienda"),
    ("POST /admin/orders/order/<path:object_id>/change/", "en el panel"),
    ("POST /checkout/", "en la tienda"),
    ("bulk action activate", "junto con muchas otras"),
    ("import polos.csv", "por la importación “polos.csv”"),
)


@pytest.fixture
def boss(client: Client, settings: Any) -> User:
    settings.DEMO = True
    user: User = UserFactory.create(email="jefa@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def changed_order() -> Order:
    order: Order = order_with(VariantFactory.create(), VariantFactory.create())
    Payment.objects.create(
        number="TXN-1",
        order=order,
        gateway="simulator",
        idempotency_key="k",
        amount=1,
        currency="PEN",
    )
    Order.objects.update(staff_note="llamar", status="confirmed")
    OrderLine.objects.filter(position=0).update(cancelled_quantity=1)
    return order


def test_an_orders_history_has_its_lines_and_payments(boss: User, client: Client) -> None:
    order, other = changed_order(), order_with(VariantFactory.create())

    page = client.get(reverse("admin:orders_order_history", args=[order.pk]))

    told = page.context["leaf"].entries
    assert {each.entry.table for each in told} == {
        "orders_order",
        "orders_orderline",
        "payments_payment",
    }
    note, status = told[1].changes
    assert (note.before, note.after) == ("–", "llamar")
    assert (status.before, status.after) == ("pendiente", "confirmado")
    assert "TXN-1" in page.text
    assert {each.where for each in told} == {"en la base de datos, fuera de la tienda"}
    assert other.number not in page.text


def test_a_products_history_has_its_creation_texts_variants_and_pictures(
    boss: User, client: Client
) -> None:
    with traced(actor=boss.pk, origin="POST /admin/catalog/product/add/"):
        variant = VariantFactory.create()
        product = variant.product
        other = VariantFactory.create()
    with traced(actor=boss.pk, origin="POST /admin/catalog/product/<path:object_id>/change/"):
        Product.objects.filter(pk=product.pk).update(
            name_es="Sofá nuevo", description_es="Muy blando"
        )
        image = ProductImage.objects.create(
            product=product, picture="products/sofa.webp", width=9, height=9
        )
        ProductImage.objects.filter(pk=image.pk).update(alt_es="Un sofá")
        ProductImage.objects.filter(pk=image.pk).update(rendition_widths=[320])
        Product.objects.filter(pk=product.pk).update(units_sold=9, rating_count=3)
        image.delete()

    page = client.get(reverse("admin:catalog_product_history", args=[product.pk]))

    told = page.context["leaf"].entries
    assert [(each.kind, str(each.action)) for each in reversed(told)] == [
        ("Producto", "created"),
        ("Variante", "created"),
        ("Producto", "changed"),
        ("Imagen", "created"),
        ("Imagen", "changed"),
        ("Imagen", "deleted"),
    ]
    texts = {change.name: change.after for each in told for change in each.changes}
    assert texts["Nombre [es]"] == "Sofá nuevo"
    assert texts["Descripción [es]"] == "Muy blando"
    assert texts["Qué muestra [es]"] == "Un sofá"
    assert {each.person for each in told} == {str(boss)}
    assert {each.where for each in told} == {"en el panel"}
    assert other.sku not in page.text


def test_what_programs_bring_in_by_the_thousand_is_not_written_down_one_by_one() -> None:
    with traced(origin="task catalog.tasks.load"):
        VariantFactory.create()

    assert not AuditEntry.objects.filter(table__startswith="catalog_").exists()


def test_a_history_says_in_plain_words_from_where_it_was_done(boss: User, client: Client) -> None:
    order = changed_order()
    for number, (origin, words) in enumerate(ORIGINS):
        with traced(actor=boss.pk, origin=origin):
            Order.objects.filter(pk=order.pk).update(staff_note=f"otra {number}")

        page = client.get(reverse("admin:orders_order_history", args=[order.pk]))

        assert page.context["leaf"].entries[0].where == words
        assert origin.split("/", maxsplit=1)[0] not in page.text
        assert escape(origin) in client.get(LOG).text


def test_the_log_is_found_by_person_thing_day_and_address(boss: User, client: Client) -> None:
    order = changed_order()
    with traced(actor=boss.pk, ip="203.0.113.9", origin="GET /x/"):
        config.CURRENCY = "USD"

    def found(**asked: str) -> set[str]:
        leaf = client.get(LOG, asked).context["leaf"]
        return {each.entry.table for each in leaf.entries}

    assert found(person="jefa@") == found(ip="203.0.113.9") == {"constance_constance"}
    assert found(table="payments_payment") == {"payments_payment"}
    assert found(q=order.number) == found(q=str(order.pk)) == {"orders_order"}
    assert found(action="deleted") == found(until="2020-01-01") == set()
    assert found(since="2999-01-01", until="2020-01-01") == set()  # refused, not everything
    assert found(ip="no address") == found(before="x") == set()
    assert found(until="9999-12-31") == found(since="0001-01-01") == set()
    text = client.get(LOG, {"table": "constance_constance"}).text
    assert "<del>PEN</del> → <ins>USD</ins>" in text


def test_the_log_turns_its_leaves_with_as_few_queries(
    boss: User, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    UserFactory.create_batch(60)
    changed_order()
    boss.groups.add(Group.objects.create(name="noche"))
    client.get(LOG)

    with django_assert_max_num_queries(20):
        first = client.get(LOG).context["leaf"]
    with django_assert_max_num_queries(20):
        second = client.get(LOG, {"before": first.next_before}).context["leaf"]

    keys = [each.entry.pk for leaf in (first, second) for each in leaf.entries]
    assert (
        keys == list(AuditEntry.objects.order_by("-id").values_list("pk", flat=True))[: len(keys)]
    )
    assert len(first.entries) == 50
    assert len(second.entries) > 10


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.ADMINISTRATOR])
def test_only_administrators_read_the_log(role: Role, client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(staff_with(role))
    order = changed_order()

    log = client.get(LOG)
    history = client.get(reverse("admin:orders_order_history", args=[order.pk]))

    may = role == Role.ADMINISTRATOR
    assert log.status_code == (200 if may else 403)
    assert ("llamar" in history.text) == may


def test_the_command_writes_a_row_for_each_value() -> None:
    changed_order()

    rows = rows_of("audit_log", "--table", "orders_order", "--action", "changed")

    assert [(row["before"], row["after"]) for row in rows] == [
        ("–", "llamar"),
        ("pendiente", "confirmado"),
    ]
    assert rows[0]["origin"].startswith("SQL as ")
