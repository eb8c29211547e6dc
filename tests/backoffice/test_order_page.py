"""The page of an order: its money with reasons, what providers said, notes, what comes next."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from accounts.permissions import Role
from orders.models import Order, OrderDiscount, OrderEvent, OrderEventKind
from payments.models import Refund
from payments.services.settle import follow_change
from tests.accounts.factories import UserFactory, signed_in
from tests.payments.factories import close_log, held_order
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db
MAX_QUERIES = 25


@pytest.fixture(autouse=True)
def _closed_log(settings: Any) -> Any:
    yield
    close_log(settings.MONGODB_URL)


@pytest.fixture
def office(client: Client) -> Client:
    signed_in(client, Role.ADMINISTRATOR)
    return client


def page(office: Client, order: Order) -> Any:
    return office.get(reverse("admin:orders_order_change", args=[order.pk]))


def press(office: Client, order: Order, step: str, **typed: str) -> Any:
    address = reverse("admin:orders_order_step", args=[order.pk, step])
    return office.post(address, typed, follow=True)


def rows(answer: Any) -> dict[str, Decimal]:
    return {str(row.words): row.amount for row in answer.context["file"].money}


def paid(simulator: Any) -> Order:
    """100.00, captured."""
    return Order.objects.get(pk=captured(simulator).order_id)


def test_the_price_adds_up_row_by_row_with_a_delivery_that_was_a_gift(office: Client) -> None:
    order = held_order()
    Order.objects.filter(pk=order.pk).update(subtotal=120, discount_total=20, total=100)
    line = order.lines.get()
    for reason, amount, on in (("Oferta", 15, line), ("Kit mate", 5, line), ("Gratis", 9, None)):
        OrderDiscount.objects.create(order=order, line=on, reason=reason, amount=amount)

    found = page(office, order).context["file"].money

    total = next(place for place, row in enumerate(found) if row.is_sum)
    assert sum(row.amount for row in found[:total]) == found[total].amount == 100
    assert {"Oferta": -15, "Kit mate": -5, "Gratis": -9}.items() <= {
        row.words: row.amount for row in found
    }.items()


def test_a_delivery_without_price_says_why(office: Client) -> None:
    order = held_order()
    said = []

    for pricing in ({}, {"shipping_free_from": "99.00"}):
        Order.objects.filter(pk=order.pk).update(shipping_total=0, pricing=pricing)
        rows = page(office, order).context["file"].money
        said.append(next(row.why for row in rows if row.words == gettext("Delivery")))

    assert gettext("free of charge") in said[0]
    assert gettext("free from %s on") % "S/\xa099.00" in said[1]


def test_what_was_paid_what_goes_back_and_what_is_kept_stands_below(
    simulator: Any, office: Client
) -> None:
    """In an order that was edited as in any other."""
    plain, edited = paid(simulator), paid(simulator)
    press(office, plain, "refund", amount="30.00", note="a scratch")
    refund = Refund.objects.get()
    Order.objects.filter(pk=edited.pk).update(subtotal=70, total=70)
    follow_change(edited.pk, actor_id=UserFactory.create().pk)

    answers = [page(office, order) for order in (plain, edited)]

    found = [answer.context["file"].money[-3:] for answer in answers]
    assert [[row.amount for row in rows] for rows in found] == [[100, -30, 70]] * 2
    assert all(rows[-1].words == gettext("Kept") for rows in found)
    assert found[0][1].refund == refund
    assert [action.page for action in answers[0].context["actions"]] == [
        reverse("admin:payments_refund_change", args=[refund.pk])
    ]
    assert "a scratch" in answers[0].text


def test_an_order_with_everything_asks_few_questions(
    simulator: Any, mongo: Any, office: Client, django_assert_max_num_queries: Any
) -> None:
    order = paid(simulator)
    press(office, order, "refund", amount="30.00", note="a scratch")
    press(office, order, "note", note="Llama por la tarde")

    with django_assert_max_num_queries(MAX_QUERIES):
        page(office, order)


def test_the_last_words_of_the_provider_stand_beside_the_payment(
    simulator: Any, mongo: Any, office: Client
) -> None:
    order = paid(simulator)

    [(payment, said)] = page(office, order).context["attempts"]

    assert payment.order_id == order.pk
    assert {each.what.split()[0] for each in said} == {"GET", "POST"}


def test_with_the_log_away_one_line_says_so_and_the_rest_is_there(
    simulator: Any, office: Client, settings: Any
) -> None:
    order = paid(simulator)
    settings.MONGODB_URL = "mongodb://127.0.0.1:9/nothing"

    answer = page(office, order)

    assert answer.context["log_problem"]
    assert order.payments.get().number in answer.text


def test_the_warehouse_reads_no_words_of_providers(simulator: Any, client: Client) -> None:
    order = paid(simulator)
    signed_in(client, Role.WAREHOUSE)

    answer = page(client, order)

    assert order.payments.get().gateway_id not in answer.text


def test_a_note_has_its_author_and_is_for_staff_alone(office: Client) -> None:
    order = held_order()

    answer = press(office, order, "note", note="Llama por la tarde")

    note = OrderEvent.objects.get(order=order, kind=OrderEventKind.NOTE)
    assert (note.note, note.is_public) == ("Llama por la tarde", False)
    assert note.actor == answer.wsgi_request.user
    assert answer.context["file"].notes == [note]


@pytest.mark.parametrize(("step", "typed"), [("note", "x" * 256), ("cancel", "y" * 256)])
def test_what_was_typed_stays_where_a_step_is_refused(
    step: str, typed: str, office: Client
) -> None:
    order = held_order()

    answer = press(office, order, step, note=typed)

    assert answer.status_code == 409
    assert typed in answer.text


def test_the_old_note_can_be_read_until_it_is_empty(office: Client) -> None:
    order = held_order()
    empty = page(office, order).text
    Order.objects.filter(pk=order.pk).update(staff_note="de antes")

    assert 'name="staff_note"' not in empty
    assert "de antes" in page(office, order).text
