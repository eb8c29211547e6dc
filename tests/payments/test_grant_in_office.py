"""Staff who may grant store credit, with a reason; nobody changes what has happened to it."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.permissions import Role
from payments import services
from payments.models import StoreCredit, StoreCreditEntry
from payments.services.credits import balance_of
from tests.accounts.factories import UserFactory
from tests.payments.factories import credit_of, held_order

pytestmark = pytest.mark.django_db

ADD = "admin:payments_storecredit_add"


@pytest.fixture
def office_of(client: Client, settings: Any) -> Client:
    settings.DEMO = True  # asks for no second factor
    return client


def colleague(role: Role) -> User:
    roles.sync()
    user = UserFactory.create(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def grant(client: Client, **typed: str):
    data = {"email": "", "amount": "25,50", "reason": "A late parcel", "cause": str(uuid4())}
    return client.post(reverse(ADD), data | typed)


def test_finance_grants_credit_once_however_often_the_button_is_pressed(office_of: Client) -> None:
    clerk, customer = colleague(Role.FINANCE), UserFactory.create()
    office_of.force_login(clerk)
    cause = str(uuid4())

    assert office_of.get(reverse(ADD)).status_code == 200
    for _ in range(2):
        assert grant(office_of, email=customer.email.upper(), cause=cause).status_code == 302

    assert balance_of(customer.pk, "PEN") == Decimal("25.50")
    entry = StoreCreditEntry.objects.get()
    assert (entry.actor, entry.note) == (clerk, "A late parcel")
    assert LogEntry.objects.filter(object_id=str(StoreCredit.objects.get().pk)).exists()


def test_one_person_gives_no_large_credit_alone_in_small_ones_either(office_of: Client) -> None:
    clerk, customer = colleague(Role.FINANCE), UserFactory.create()
    chief = UserFactory.create(is_staff=True, is_superuser=True)
    asked = [(clerk, "499,99", 302), (clerk, "0,01", 200), (clerk, "500", 200), (chief, "600", 302)]

    for person, sum_, wanted in asked:
        office_of.force_login(person)
        response = grant(office_of, email=customer.email, amount=sum_)

        assert response.status_code == wanted, sum_
        assert wanted == 302 or "amount" in response.context["adminform"].form.errors
    assert balance_of(customer.pk, "PEN") == Decimal("1099.99")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.com"},
        {"amount": "0"},
        {"amount": "-3"},
        {"amount": "NaN"},
        {"reason": " "},
        {"cause": "x"},
    ],
)
def test_what_is_wrong_is_said_and_grants_nothing(office_of: Client, wrong: dict[str, str]) -> None:
    office_of.force_login(colleague(Role.FINANCE))

    answer = grant(office_of, **{"email": UserFactory.create().email} | wrong)

    assert answer.status_code == 200
    assert not StoreCredit.objects.exists()


def test_the_pages_of_an_order_and_a_payment_tell_of_credit(office_of: Client) -> None:
    order = held_order()
    credit_of(order.customer, 30)
    payment = services.pay_with_credit(order.pk, Decimal(30))
    office_of.force_login(colleague(Role.ADMINISTRATOR))

    of_payment = office_of.get(reverse("admin:payments_payment_change", args=[payment.pk]))
    of_order = office_of.get(reverse("admin:orders_order_change", args=[order.pk]))
    asked = office_of.post(
        reverse("admin:payments_payment_changelist"),
        {"action": "ask_provider", "_selected_action": str(payment.pk)},
        follow=True,
    )

    assert of_payment.status_code == of_order.status_code == asked.status_code == 200
    assert payment.number in of_order.text
    assert "S/\xa030.00" in of_payment.text


def test_support_sees_credit_and_grants_none(office_of: Client) -> None:
    credit = credit_of(UserFactory.create(), 30)
    office_of.force_login(colleague(Role.SUPPORT))

    page = office_of.get(reverse("admin:payments_storecredit_change", args=[credit.pk]))

    assert credit.number in page.text
    assert office_of.get(reverse(ADD)).status_code == 403


def test_entries_are_read_and_never_written(office_of: Client) -> None:
    credit = credit_of(UserFactory.create(), 30)
    office_of.force_login(colleague(Role.ADMINISTRATOR))
    address = reverse("admin:payments_storecredit_change", args=[credit.pk])

    page = office_of.get(address).text
    answer = office_of.post(address, {"balance": "999"})

    assert 'name="entries-0-amount"' not in page
    assert answer.status_code == 403
    credit.refresh_from_db()
    assert credit.balance == Decimal(30)


def test_a_form_that_was_sent_for_one_customer_grants_nothing_to_another(
    office_of: Client,
) -> None:
    office_of.force_login(colleague(Role.FINANCE))
    first, second, cause = UserFactory.create(), UserFactory.create(), str(uuid4())
    grant(office_of, email=first.email, cause=cause)

    answers = [
        grant(office_of, email=second.email, cause=cause),
        grant(office_of, email=first.email, cause=cause, amount="80"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert balance_of(second.pk, "PEN") == 0
    assert balance_of(first.pk, "PEN") == Decimal("25.50")
