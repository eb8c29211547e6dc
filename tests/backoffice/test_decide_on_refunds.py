"""One page of a refund has all that a decision needs, and decides with one click."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from payments.models import RefundDestination
from payments.services.refunds import request_order_refund
from payments.states import RefundState
from tests.accounts.factories import staff_with
from tests.backoffice.test_give_money_back import asked_back, decide, transferred
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db


@pytest.fixture
def office_of(client: Client, boss: User) -> Client:
    return client


@pytest.mark.parametrize(
    ("word", "state", "destination"),
    [
        ("approve", RefundState.APPROVED, RefundDestination.PAYMENT),
        ("approve_as_credit", RefundState.APPROVED, RefundDestination.CREDIT),
        ("reject", RefundState.REJECTED, RefundDestination.PAYMENT),
    ],
)
def test_a_refund_is_answered_on_its_own_page_with_one_click(
    client: Client, word: str, state: str, destination: str
) -> None:
    refund = asked_back(transferred("OP-1"))
    client.force_login(staff_with(Role.FINANCE))
    page = client.get(reverse("admin:payments_refund_change", args=[refund.pk]))

    client.post(reverse("admin:payments_refund_step", args=[refund.pk, word]), {"why": "no"})

    refund.refresh_from_db()
    assert buttons(page.text) == ["approve", "approve_as_credit", "reject"]
    assert (refund.state, refund.destination) == (state, destination)


def buttons(page: str) -> list[str]:
    """The steps that a refund's page offers."""
    return re.findall(r'action="/\S+/step/(\w+)/"', page)


def test_an_approval_leads_to_the_refunds_that_still_wait(client: Client) -> None:
    first, second = (asked_back(transferred(number)) for number in ("OP-1", "OP-2"))
    client.force_login(staff_with(Role.FINANCE))

    said = client.post(reverse("admin:payments_refund_step", args=[first.pk, "approve"]))
    last = client.post(reverse("admin:payments_refund_step", args=[second.pk, "approve"]))

    listed = reverse("admin:payments_refund_changelist")
    assert said["Location"] == f"{listed}?state__exact=requested"
    assert last["Location"] == reverse("admin:payments_refund_change", args=[second.pk])


def test_a_refusal_needs_a_reason_and_the_order_tells_it(client: Client) -> None:
    refund = asked_back(transferred("OP-1"))
    client.force_login(staff_with(Role.FINANCE))
    page = reverse("admin:payments_refund_step", args=[refund.pk, "reject"])

    client.post(page, {"why": ""})
    refund.refresh_from_db()
    assert refund.state == RefundState.REQUESTED
    client.post(page, {"why": "The customer was sent another one"})

    refund.refresh_from_db()
    assert refund.error_message == "The customer was sent another one"
    notes = refund.payment.order.events.filter(kind="note").values_list("note", flat=True)
    assert any("another one" in note for note in notes)


def test_support_sees_a_refund_and_no_button_of_it(client: Client) -> None:
    refund = asked_back(transferred("OP-1"))
    client.force_login(staff_with(Role.SUPPORT))

    page = client.get(reverse("admin:payments_refund_change", args=[refund.pk]))
    refused = client.post(reverse("admin:payments_refund_step", args=[refund.pk, "approve"]))

    assert (page.status_code, buttons(page.text), refused.status_code) == (200, [], 403)


def test_who_has_asked_for_a_refund_can_only_withdraw_it(client: Client) -> None:
    payment, clerk = transferred("OP-1"), staff_with(Role.FINANCE)
    [refund] = request_order_refund(payment.order_id, Decimal(40), reason="", actor_id=clerk.pk)
    client.force_login(clerk)

    page = client.get(reverse("admin:payments_refund_change", args=[refund.pk])).text

    assert buttons(page) == ["reject"]


def test_whoever_decides_on_a_refund_sees_what_it_is_for(
    simulator: Any, office_of: Client, django_assert_max_num_queries: Any
) -> None:
    payment = captured(simulator)
    refund, order, line = asked_back(payment), payment.order, payment.order.lines.get()
    office_of.force_login(staff_with(Role.FINANCE))

    with django_assert_max_num_queries(24):
        page = office_of.get(reverse("admin:payments_refund_change", args=[refund.pk])).text

    for said in (order.number, order.email, line.sku, "S/\xa0100.00", "Aprobar S/\xa040.00"):
        assert said in page, said


def test_the_question_and_the_answer_about_a_refund_name_its_amount(
    simulator: Any, office_of: Client
) -> None:
    payment = captured(simulator)
    refund, said = asked_back(payment), f"S/\xa040.00 a {payment.order.email}"
    office_of.force_login(staff_with(Role.FINANCE))
    chosen = {"action": "approve", "_selected_action": str(refund.pk)}

    asked = office_of.post(reverse("admin:payments_refund_changelist"), chosen).text

    assert said in asked
    assert f"Hecho: {said}" in decide(office_of, refund, "approve")
