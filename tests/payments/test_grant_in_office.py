"""Staff who may grant store credit, with a reason; nobody changes what has happened to it."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from post_office.models import Email

from accounts.models import User
from accounts.permissions import Role
from outbox.tasks import deliver_due
from payments import emails
from payments.exceptions import CreditRefused, SecondPersonNeeded
from payments.models import CreditRequest, StoreCredit, StoreCreditEntry
from payments.selectors import wallet_of
from payments.services.credits import approve_credit, grant_by_hand, pay_with_credit
from payments.states import CreditRequestState
from tests.accounts.factories import UserFactory, staff_with
from tests.payments.factories import credit_of, held_order

pytestmark = pytest.mark.django_db

ADD = "admin:payments_storecredit_add"
REQUESTS = "admin:payments_creditrequest_changelist"


@pytest.fixture
def office_of(client: Client, settings: Any) -> Client:
    settings.DEMO = True  # asks for no second factor
    return client


def grant(client: Client, **typed: str):
    data = {"email": "", "amount": "25,50", "reason": "A late parcel", "cause": str(uuid4())}
    return client.post(reverse(ADD), data | typed)


def test_finance_grants_credit_once_however_often_the_button_is_pressed(office_of: Client) -> None:
    clerk, customer = staff_with(Role.FINANCE), UserFactory.create()
    office_of.force_login(clerk)
    cause = str(uuid4())

    assert office_of.get(reverse(ADD)).status_code == 200
    for _ in range(2):
        assert grant(office_of, email=customer.email.upper(), cause=cause).status_code == 302

    assert wallet_of(customer.pk, "PEN").balance == Decimal("25.50")
    entry = StoreCreditEntry.objects.get()
    assert (entry.actor, entry.note) == (clerk, "A late parcel")
    assert LogEntry.objects.filter(object_id=str(StoreCredit.objects.get().pk)).exists()


def decide(client: Client, action: str, *requests: CreditRequest) -> str:
    form = {"action": action, "_selected_action": [str(each.pk) for each in requests], "post": "1"}
    return client.post(reverse(REQUESTS), form, follow=True).text


def test_one_person_gives_no_large_credit_alone_in_small_ones_either(office_of: Client) -> None:
    clerk, customer = staff_with(Role.FINANCE), UserFactory.create()
    chief = UserFactory.create(is_staff=True, is_superuser=True)
    cause = str(uuid4())
    asked = [(clerk, "499,99", uuid4()), (clerk, "0,01", uuid4()), (chief, "600", uuid4())]

    for person, sum_, key in [*asked, (clerk, "500", cause), (clerk, "500", cause)]:
        office_of.force_login(person)
        response = grant(office_of, email=customer.email, amount=sum_, cause=str(key))
        assert response.status_code == 302, sum_

    assert wallet_of(customer.pk, "PEN").balance == Decimal("1099.99")
    waiting = CreditRequest.objects.order_by("pk")
    assert set(waiting.values_list("amount", "state", "requested_by")) == {
        (Decimal("0.01"), "requested", clerk.pk),
        (Decimal(500), "requested", clerk.pk),
    }
    assert LogEntry.objects.filter(object_id=cause).exists()


def test_somebody_else_approves_a_large_credit_and_the_customer_hears_of_it_once(
    office_of: Client,
) -> None:
    clerk, customer = staff_with(Role.FINANCE), UserFactory.create()
    office_of.force_login(clerk)
    sent = grant(office_of, email=customer.email, amount="800")
    request = CreditRequest.objects.get()
    assert sent.headers["Location"] == reverse(REQUESTS)

    refused = decide(office_of, "approve", request)
    assert gettext("Somebody else has to approve this credit.") in refused
    assert wallet_of(customer.pk, "PEN").balance == 0

    other = staff_with(Role.FINANCE)
    office_of.force_login(other)
    decide(office_of, "approve", request)
    too_late = decide(office_of, "approve", request)
    assert "Ya figura como “aprobado”" in too_late
    deliver_due()
    emails.send_credit(StoreCredit.objects.get().pk)

    request.refresh_from_db()
    assert (request.state, request.decided_by) == (CreditRequestState.APPROVED, other)
    assert wallet_of(customer.pk, "PEN").balance == Decimal(800)
    assert StoreCreditEntry.objects.get().actor == clerk
    told = Email.objects.get()
    assert told.to == [customer.email]
    assert "A late parcel" in told.message
    assert "800.00" in told.subject
    # What somebody else has agreed to was not given alone.
    office_of.force_login(clerk)
    grant(office_of, email=customer.email, amount="100")
    assert wallet_of(customer.pk, "PEN").balance == Decimal(900)


def test_a_declined_credit_gives_nothing_and_stays_declined(office_of: Client) -> None:
    customer = UserFactory.create()
    office_of.force_login(staff_with(Role.FINANCE))
    grant(office_of, email=customer.email, amount="800")
    request = CreditRequest.objects.get()

    decide(office_of, "decline", request)
    office_of.force_login(staff_with(Role.ADMINISTRATOR))
    decide(office_of, "approve", request)

    request.refresh_from_db()
    assert request.state == CreditRequestState.DECLINED
    assert not StoreCredit.objects.exists()
    with pytest.raises(Error, match="credit_request_second_person"), transaction.atomic():
        CreditRequest.objects.create(
            number="CRR-1",
            user=customer,
            amount=1,
            currency="PEN",
            state=CreditRequestState.APPROVED,
            requested_by=request.requested_by,
            decided_by=request.requested_by,
        )


def test_nobody_gives_credit_to_himself(office_of: Client) -> None:
    clerk, customer = staff_with(Role.FINANCE), UserFactory.create()
    office_of.force_login(clerk)
    assert grant(office_of, email=clerk.email).status_code == 200
    with pytest.raises(CreditRefused):
        grant_by_hand(clerk, Decimal(1), "PEN", reference=uuid4(), note="", actor=clerk)
    friend = grant_by_hand(
        clerk, Decimal(900), "PEN", reference=uuid4(), note="", actor=staff_with(Role.FINANCE)
    )
    closed = grant_by_hand(
        customer, Decimal(900), "PEN", reference=uuid4(), note="", actor=staff_with(Role.FINANCE)
    )
    User.objects.filter(pk=customer.pk).update(is_active=False)

    with pytest.raises(SecondPersonNeeded):
        approve_credit(friend.pk, actor=clerk)
    with pytest.raises(CreditRefused):
        approve_credit(closed.pk, actor=clerk)
    assert not StoreCredit.objects.exists()


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
    office_of.force_login(staff_with(Role.FINANCE))

    answer = grant(office_of, **{"email": UserFactory.create().email} | wrong)

    assert answer.status_code == 200
    assert not StoreCredit.objects.exists()


def test_the_pages_of_an_order_and_a_payment_tell_of_credit(office_of: Client) -> None:
    order = held_order()
    credit_of(order.customer, 30)
    payment = pay_with_credit(order.pk, Decimal(30))
    office_of.force_login(staff_with(Role.ADMINISTRATOR))

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
    office_of.force_login(staff_with(Role.SUPPORT))

    page = office_of.get(reverse("admin:payments_storecredit_change", args=[credit.pk]))

    assert credit.number in page.text
    assert office_of.get(reverse(ADD)).status_code == 403


def test_entries_are_read_and_never_written(office_of: Client) -> None:
    credit = credit_of(UserFactory.create(), 30)
    office_of.force_login(staff_with(Role.ADMINISTRATOR))
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
    office_of.force_login(staff_with(Role.FINANCE))
    first, second, cause = UserFactory.create(), UserFactory.create(), str(uuid4())
    grant(office_of, email=first.email, cause=cause)

    answers = [
        grant(office_of, email=second.email, cause=cause),
        grant(office_of, email=first.email, cause=cause, amount="80"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert wallet_of(second.pk, "PEN").balance == 0
    assert wallet_of(first.pk, "PEN").balance == Decimal("25.50")
