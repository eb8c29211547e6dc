"""Suppliers' tasks in the back office."""

import pytest
from django.urls import reverse

from accounts.permissions import Role
from core.ids import uuid7
from orders import services as orders
from orders.models import Order
from purchasing import services
from purchasing.models import Supplier, SupplierTask
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.inventory.factories import WarehouseFactory
from tests.pdf import text_of
from tests.purchasing.factories import SupplierFactory, dropship, handed_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeper(client, settings):
    """Somebody of the warehouse, signed in."""
    settings.DEMO = True
    return signed_in(client, Role.WAREHOUSE)


@pytest.fixture
def task():
    """Not handed over: the supplier has no e-mail address."""
    return handed_out(dropship(SupplierFactory.create()))


def step(client, task, name, **values):
    address = reverse("admin:purchasing_suppliertask_step", args=[task.pk, name])
    return client.post(address, values, follow=True)


def said(response):
    return [message.level_tag for message in response.context["messages"]]


def steps_on(client, task):
    return client.get(page_of(SupplierTask, "change", task.pk)).context["steps"]


def test_the_buttons_hand_over_accept_and_note_the_parcel(client, task):
    offered = [steps_on(client, task)]
    answers = []
    for name, values in (
        ("send", {}),
        ("accept", {}),
        ("ship", {"carrier": "Olva", "tracking_number": "7-1"}),
    ):
        answers.append(said(step(client, task, name, **values)))
        offered.append(steps_on(client, task))

    task.refresh_from_db()
    assert (task.status, task.carrier, task.tracking_number) == ("shipped", "Olva", "7-1")
    assert answers == [["warning", "success"], ["success"], ["success"]]
    assert offered == [["send", "cancel"], ["accept", "ship", "cancel"], ["ship", "cancel"], []]


@pytest.mark.parametrize("carrier", ["", "x" * 101])
def test_a_parcel_without_a_sound_carrier_is_refused_in_words(carrier, client, task):
    services.send_task(task.pk)

    answer = step(client, task, "ship", carrier=carrier)

    assert said(answer) == ["error"]
    assert SupplierTask.objects.get().status == "sent"


def test_a_step_that_is_not_possible_any_more_is_refused_in_words(client, task):
    orders.cancel(task.order_id, actor_id=None, reason="no")

    answer = step(client, task, "send")

    assert said(answer) == ["error"]


def test_a_warehouse_of_nobody_is_an_alert_until_its_supplier_is_named(client):
    task = handed_out(warehouse := dropship())
    page = client.get(page_of(SupplierTask, "change", task.pk))
    supplier = SupplierFactory.create()

    client.post(
        page_of(Supplier, "change", supplier.pk),
        {
            "name": supplier.name,
            "ruc": supplier.ruc,
            "is_active": "on",
            "warehouses-TOTAL_FORMS": 1,
            "warehouses-INITIAL_FORMS": 0,
            "warehouses-0-supplier": supplier.pk,
            "warehouses-0-warehouse": warehouse.pk,
        },
        follow=True,
    )
    answer = step(client, task, "hand-out")

    assert "errornote" in page.text
    assert page.context["steps"] == ["hand-out", "cancel"]
    assert said(answer) == ["success"]
    assert SupplierTask.objects.get().supplier == supplier


def test_only_a_dropshipping_warehouse_is_a_suppliers(client):
    form = client.get(page_of(Supplier, "add")).context["inline_admin_formsets"][0].formset
    theirs, _ours = dropship(), WarehouseFactory.create()

    assert list(form.forms[0].fields["warehouse"].queryset) == [theirs]


def test_what_waits_for_us_is_one_click_away(client, task):
    handed_out(dropship(SupplierFactory.create(email="a@example.com")))

    page = client.get(f"{page_of(SupplierTask, 'changelist')}?waiting=yes")

    assert list(page.context["cl"].result_list) == [task]


def test_the_list_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    for _number in range(6):
        handed_out(dropship(SupplierFactory.create()))

    client.get(reverse("admin:index"))

    with django_assert_max_num_queries(16):
        client.get(page_of(SupplierTask, "changelist"))


def test_the_task_is_there_on_paper(client, task):
    response = client.get(reverse("admin:purchasing_suppliertask_pdf", args=[task.pk]))

    assert f'filename="{task.order.number}.pdf"' in response["Content-Disposition"]
    assert "Ana Quispe" in text_of(response.content)


def test_the_page_of_the_order_leads_to_what_its_suppliers_do(client, task):
    page = client.get(page_of(Order, "change", task.order_id))

    assert page_of(SupplierTask, "change", task.pk) in page.text
    assert task.supplier.name in page.text


def test_unknown_tasks_and_steps_are_not_found(client, task):
    unknown = reverse("admin:purchasing_suppliertask_step", args=[uuid7(), "send"])

    answers = [client.post(unknown), step(client, task, "nonsense")]

    assert [answer.status_code for answer in answers] == [404, 404]
