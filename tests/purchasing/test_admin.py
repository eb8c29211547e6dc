"""Purchase orders in the back office: the draft's form, the buttons, the delivery, the page."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from core.ids import uuid7
from inventory.models import Movement
from purchasing import services
from purchasing.models import PurchaseOrder, Receipt, Supplier
from tests.accounts.factories import SellerFactory, house, signed_in
from tests.backoffice.factories import page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.purchasing.factories import SupplierFactory, ordered, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client, settings):
    """Somebody of the warehouse, signed in."""
    settings.DEMO = True
    return signed_in(client, Role.WAREHOUSE)


@pytest.fixture
def warehouse():
    return WarehouseFactory.create()


@pytest.fixture
def variant():
    return VariantFactory.create()


@pytest.fixture
def order(variant, warehouse):
    """Ten units, sent."""
    return sent((variant, warehouse, 10, "7.50"))


def step(client, order, name, **values):
    address = reverse("admin:purchasing_purchaseorder_step", args=[order.pk, name])
    return client.post(address, values, follow=True)


def said(response):
    return [message.level_tag for message in response.context["messages"]]


def rows(prefix, *forms, existing=0):
    """The posted form of an inline."""
    posted = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": existing}
    for number, form in enumerate(forms):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return posted


def new_line(variant, warehouse, quantity="2", unit_cost="3.50"):
    return {
        "variant": variant.pk,
        "warehouse": warehouse.pk,
        "quantity": quantity,
        "unit_cost": unit_cost,
    }


def draft_form(supplier, *lines):
    return {"supplier": supplier.pk, "seller": house().pk, "note": "", **rows("lines", *lines)}


def test_a_new_draft_gets_its_number_lines_and_sums(keeper, client, variant, warehouse):
    form = draft_form(SupplierFactory.create(), new_line(variant, warehouse))

    response = client.post(page_of(PurchaseOrder, "add"), form)

    assert response.status_code == 302
    order = PurchaseOrder.objects.get()
    assert order.number.startswith(f"OC-{timezone.localdate().year}-")
    assert (order.created_by, order.currency, order.total) == (keeper, "PEN", Decimal("8.26"))


def test_the_empty_form_can_be_posted_as_a_browser_does(keeper, client, variant, warehouse):
    """With its hidden fields, that is."""
    (lines,) = client.get(page_of(PurchaseOrder, "add")).context["inline_admin_formsets"]
    hidden = {field.name: field.value() or "" for field in lines.formset.forms[0].hidden_fields()}

    response = client.post(
        page_of(PurchaseOrder, "add"),
        draft_form(SupplierFactory.create(), {**hidden, **new_line(variant, warehouse)}),
    )

    assert "purchase_order" in hidden
    assert response.status_code == 302
    assert PurchaseOrder.objects.get().lines.get().variant == variant


@pytest.mark.parametrize(
    ("quantity", "unit_cost"),
    [
        ("-1", "1"),
        ("0", "1"),
        ("1.5", "1"),
        ("1000001", "1"),
        ("1", "-1"),
        ("1", "0.001"),
        ("x", "1"),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_the_form(
    quantity, unit_cost, keeper, client, variant, warehouse
):
    form = draft_form(SupplierFactory.create(), new_line(variant, warehouse, quantity, unit_cost))

    response = client.post(page_of(PurchaseOrder, "add"), form)

    assert response.status_code == 200
    assert not PurchaseOrder.objects.exists()


def test_lines_of_a_draft_are_changed_deleted_and_added(keeper, client, variant, warehouse):
    gone, fresh = VariantFactory.create(), VariantFactory.create()
    order = ordered((variant, warehouse, 1, "1.00"), (gone, warehouse, 1, "1.00"))
    kept, dropped = order.lines.order_by("pk")
    form = {
        **draft_form(order.supplier),
        **rows(
            "lines",
            {"id": kept.pk, "purchase_order": order.pk, "quantity": 3, "unit_cost": "2.00"},
            {
                "id": dropped.pk,
                "purchase_order": order.pk,
                "quantity": 1,
                "unit_cost": "1.00",
                "DELETE": "on",
            },
            existing=2,
        ),
        **rows("lines-2", new_line(fresh, warehouse, 1, "4.00")),
    }

    response = client.post(page_of(PurchaseOrder, "change", order.pk), form)

    assert response.status_code == 302
    order.refresh_from_db()
    assert {line.variant: line.quantity for line in order.lines.all()} == {variant: 3, fresh: 1}
    assert order.subtotal == 10


def test_the_same_goods_twice_are_refused_in_the_form(keeper, client, variant, warehouse):
    order = ordered((variant, warehouse, 1, "1.00"))
    line = order.lines.get()
    form = {
        **draft_form(order.supplier),
        **rows(
            "lines",
            {"id": line.pk, "purchase_order": order.pk, "quantity": 1, "unit_cost": "1.00"},
            existing=1,
        ),
        **rows("lines-2", new_line(variant, warehouse)),
    }

    response = client.post(page_of(PurchaseOrder, "change", order.pk), form)

    assert response.status_code == 200
    assert order.lines.get().quantity == 1


def test_an_order_of_astronomic_cost_is_refused_in_words(keeper, client, variant, warehouse):
    line = new_line(variant, warehouse, "1000000", "9999999999.99")

    response = client.post(
        page_of(PurchaseOrder, "add"), draft_form(SupplierFactory.create(), line), follow=True
    )

    assert said(response) == ["error"]
    assert not PurchaseOrder.objects.exists()


def test_a_supplier_we_left_cannot_be_chosen(keeper, client, variant, warehouse):
    form = draft_form(SupplierFactory.create(is_active=False), new_line(variant, warehouse))

    response = client.post(page_of(PurchaseOrder, "add"), form)

    assert list(response.context["errors"])
    assert not PurchaseOrder.objects.exists()


def test_what_is_refused_is_said_and_nothing_is_saved(keeper, client, variant):
    elsewhere = WarehouseFactory.create(seller=SellerFactory.create())
    form = draft_form(SupplierFactory.create(), new_line(variant, elsewhere))

    response = client.post(page_of(PurchaseOrder, "add"), form, follow=True)

    assert said(response) == ["error"]
    assert not PurchaseOrder.objects.exists()


def test_the_page_of_a_draft_warns_of_a_supplier_we_left(keeper, client, variant, warehouse):
    order = ordered((variant, warehouse, 1, "1.00"))
    Supplier.objects.update(is_active=False)

    page = client.get(page_of(PurchaseOrder, "change", order.pk))
    answer = step(client, order, "send")

    assert "errornote" in page.text
    assert said(answer) == ["error"]


def test_staff_are_told_whether_the_supplier_is_written_to(keeper, client, variant, warehouse):
    silent = ordered((variant, warehouse, 1, "1.00"))
    reachable = ordered(
        (variant, warehouse, 1, "1.00"), supplier=SupplierFactory.create(email="v@example.com")
    )

    answers = [step(client, order, "send") for order in (silent, reachable)]

    assert [said(answer) for answer in answers] == [["warning", "success"], ["success"]]
    assert "v@example.com" in answers[1].text


def test_a_supplier_with_a_wrong_ruc_is_refused(keeper, client):
    page = client.post(
        page_of(Supplier, "add"),
        {
            "name": "Falso",
            "ruc": "20100070971",
            "warehouses-TOTAL_FORMS": 0,
            "warehouses-INITIAL_FORMS": 0,
        },
    )

    assert page.context["adminform"].form.errors["ruc"] == [
        "Este RUC no es válido: son 11 dígitos y el último verifica los demás."
    ]
    assert not Supplier.objects.exists()


def test_the_buttons_send_receive_and_give_up(keeper, client, variant, warehouse):
    order = ordered((variant, warehouse, 10, "7.50"))
    line = order.lines.get()

    answers = [
        step(client, order, "fill-up"),
        step(client, order, "send"),
        step(client, order, "receive", **{str(line.pk): 4, "delivery_note": "G-1"}),
        step(client, order, "receive", **{str(line.pk): 4, "delivery_note": "G-1"}),
        step(client, order, "cancel"),
    ]

    assert [said(answer)[-1] for answer in answers] == ["success"] * 5
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert Movement.objects.get(reference=order.pk).quantity == 4
    assert Receipt.objects.get().received_by == keeper


def test_everything_is_received_by_one_button(keeper, client, order):
    step(client, order, "receive-everything", delivery_note="G-1")

    order.refresh_from_db()
    assert order.status == "received"


@pytest.mark.parametrize("units", ["11", "-1", "1.5", "", "x"])
def test_a_delivery_that_cannot_be_is_refused_in_words(units, keeper, client, order):
    line = order.lines.get()

    answer = step(client, order, "receive", **{str(line.pk): units, "delivery_note": "G-1"})

    assert said(answer) == ["error"]
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("note", ["", " ", "x" * 101])
def test_a_delivery_without_a_sound_note_is_refused(note, keeper, client, order):
    answer = step(client, order, "receive-everything", delivery_note=note)

    assert said(answer) == ["error"]
    assert not Receipt.objects.exists()


def test_a_draft_that_was_sent_meanwhile_is_not_changed(keeper, client, order):
    response = client.post(
        page_of(PurchaseOrder, "change", order.pk), draft_form(SupplierFactory.create())
    )

    assert response.status_code == 403
    assert PurchaseOrder.objects.get().supplier == order.supplier


def test_no_step_is_taken_without_the_right_or_by_a_link(client, settings, order):
    settings.DEMO = True
    signed_in(client, Role.FINANCE)
    address = reverse("admin:purchasing_purchaseorder_step", args=[order.pk, "cancel"])
    name = "admin:purchasing_purchaseorder_"
    files = [reverse(f"{name}{kind}", args=[order.pk]) for kind in ("pdf", "csv")]

    assert client.post(address).status_code == 403
    assert [client.get(file).status_code for file in files] == [403, 403]
    signed_in(client, Role.WAREHOUSE)
    assert client.get(address).status_code == 405
    assert PurchaseOrder.objects.get().status == "sent"


def test_unknown_orders_and_steps_are_not_found(keeper, client, order):
    unknown = reverse("admin:purchasing_purchaseorder_step", args=[uuid7(), "send"])

    answers = [client.post(unknown), step(client, order, "nonsense")]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("make", [ordered, sent])
def test_the_page_costs_the_same_however_long_the_order_is(
    make, keeper, client, warehouse, django_assert_max_num_queries
):
    order = make(*((VariantFactory.create(), warehouse, 1, "1.00") for _ in range(12)))

    with django_assert_max_num_queries(25):
        response = client.get(page_of(PurchaseOrder, "change", order.pk))

    assert all(line.variant.sku in response.text for line in order.lines.all())
    assert " style=" not in response.text


def test_the_page_shows_what_is_earned(keeper, client, order, variant):
    variant.product.base_price = Decimal("11.80")
    variant.product.save()

    response = client.get(page_of(PurchaseOrder, "change", order.pk))

    # Without 18 % tax it sells for 10.00.
    ((row, _field),) = response.context["delivery"].rows()
    assert row.margin == Decimal("25.0")


def test_costs_in_another_currency_say_nothing_of_the_margin(keeper, client, order):
    PurchaseOrder.objects.update(currency="USD")

    response = client.get(page_of(PurchaseOrder, "change", order.pk))

    assert [row.margin for row, _field in response.context["delivery"].rows()] == [None]


def test_receipts_are_listed_with_order_and_goods(
    keeper, client, order, variant, django_assert_max_num_queries
):
    services.receive_everything(order.pk, delivery_note="G-1")
    client.get(reverse("admin:index"))

    with django_assert_max_num_queries(15):
        page = client.get(page_of(Receipt, "changelist"))

    assert order.number in page.text
    assert variant.sku in page.text


class TestReceivingByScan:
    def test_scanned_units_wait_in_the_boxes_until_they_are_received(
        self, client, keeper, order, variant
    ):
        (line,) = order.lines.all()
        for _each in range(3):
            answer = step(client, order, "scan", code=variant.sku.lower())

        shown = client.get(page_of(PurchaseOrder, "change", order.pk)).context
        before = Receipt.objects.count()
        step(client, order, "receive", delivery_note="G-1", **{str(line.pk): "3"})
        after = client.get(page_of(PurchaseOrder, "change", order.pk)).context

        assert f"{variant.sku}: 3 de 10." in answer.text
        assert (shown["arriving"], shown["delivery"][str(line.pk)].value()) == (3, 3)
        assert before == 0
        line.refresh_from_db()
        assert line.received_quantity == 3
        assert (after["arriving"], after["delivery"][str(line.pk)].value()) == (0, 3)

    def test_what_was_not_ordered_and_one_too_many_are_refused(self, client, keeper, warehouse):
        variant, other = VariantFactory.create(), VariantFactory.create()
        order = sent((variant, warehouse, 1, "7.50"))
        step(client, order, "scan", code=variant.sku)

        for code in (variant.sku, other.sku, "?"):
            answer = step(client, order, "scan", code=code)

            assert answer.status_code == 409
            assert 'role="alert"' in answer.text
            assert answer.context["arriving"] == 1

    def test_it_starts_over(self, client, keeper, order, variant):
        step(client, order, "scan", code=variant.sku)

        answer = step(client, order, "start-over")

        assert answer.context["arriving"] == 0
