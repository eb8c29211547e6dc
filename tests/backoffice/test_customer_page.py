"""Customers have a page over all that hangs on them; colleagues' accounts have another."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Address, CustomerNote, User
from accounts.permissions import Role
from orders.buyer_fingerprint import fingerprint_of
from payments.models import MethodType
from payments.services.credits import grant_credit
from payments.services.transfers import record_manual_capture
from tests.accounts.factories import UserFactory, signed_in, staff_with
from tests.backoffice.factories import add_many
from tests.payments.factories import OrderFactory, held_order, pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_menu")]
LIST = reverse("admin:accounts_customeraccount_changelist")


def page_of(customer: User) -> str:
    return reverse("admin:accounts_customeraccount_change", args=[customer.pk])


def buyer() -> User:
    """A customer who has paid an order by transfer, with credit, an address and a phone."""
    payment = pay(held_order(), "transfer", gateway="manual", type=MethodType.BANK_TRANSFER)
    record_manual_capture(
        payment.pk,
        amount=Decimal(100),
        bank_reference="OP-1",
        actor_id=UserFactory.create().pk,
    )
    customer = payment.order.customer
    customer.phones = ["+51 987 654 321"]
    customer.save(update_fields=["phones"])
    Address.objects.create(user=customer, recipient="Ana Quispe", street="Jr. Unión 1", city="Lima")
    grant_credit(
        customer.pk, Decimal(25), "PEN", reference=payment.pk, note="", actor_id=customer.pk
    )
    return customer


def test_support_reads_all_about_a_customer_on_one_page_and_nothing_of_the_account(
    client: Client,
) -> None:
    customer = buyer()
    signed_in(client, Role.SUPPORT)

    page = client.get(page_of(customer)).text

    number = customer.orders.get().number
    for said in (number, "S/\xa0100.00", "S/\xa025.00", "Jr. Unión 1", "https://wa.me/51987654321"):
        assert said in page, said
    assert reverse("admin:checkout_draft_add") in page
    for hidden in ("pbkdf2", "argon2", "is_superuser", "is_staff", "groups"):
        assert hidden not in page, hidden


def test_a_new_order_begins_with_the_customer_filled_in(client: Client) -> None:
    customer = buyer()
    signed_in(client, Role.SUPPORT)
    link = client.get(page_of(customer)).context["file"].new_order

    form = client.get(link).text

    for value in (customer.email, "+51 987 654 321", "Jr. Unión 1"):
        assert f'value="{value}"' in form, value


def test_each_role_sees_the_parts_that_it_may(client: Client) -> None:
    customer = buyer()
    signed_in(client, Role.FINANCE)

    found = client.get(page_of(customer)).context["file"]

    assert (len(found.orders), set(found.wallets)) == (1, {"PEN"})
    assert (found.new_order, found.addresses, found.cart) == ("", [], None)
    for role in (Role.WAREHOUSE, Role.CATALOGUE):
        signed_in(client, role)
        assert client.get(page_of(customer)).status_code == 403
        assert client.get(LIST).status_code == 403


def test_a_colleagues_note_stays_with_name_and_day_and_the_warehouse_writes_none(
    client: Client,
) -> None:
    customer, clerk = UserFactory.create(), signed_in(client, Role.SUPPORT)
    write = reverse("admin:accounts_customeraccount_note", args=[customer.pk])

    client.post(write, {"text": "Llama después de las 6"})
    client.post(write, {"text": "   "})
    page = client.get(page_of(customer)).text
    client.force_login(staff_with(Role.WAREHOUSE))
    refused = client.post(write, {"text": "no"})

    note = CustomerNote.objects.get()
    assert (note.author, note.customer, refused.status_code) == (clerk, customer, 403)
    assert "Llama después de las 6" in page
    assert clerk.email in page


def test_customers_and_the_team_have_a_list_each(client: Client, boss: User) -> None:
    customer, clerk = UserFactory.create(), staff_with(Role.FINANCE)

    customers = client.get(LIST).context["cl"].result_list
    team = client.get(reverse("admin:accounts_user_changelist")).context["cl"].result_list

    assert [user.pk for user in customers] == [customer.pk]
    assert {user.pk for user in team} == {boss.pk, clerk.pk}


@pytest.mark.parametrize("said", ["987654321", "987 654 321", "+51987654321", "quispe ana"])
def test_customers_are_found_as_people_say_them(client: Client, boss: User, said: str) -> None:
    customer = UserFactory.create(phones=["+51 987 654 321"])
    UserFactory.create(first_name="Rosa", last_name="Flores")

    found = client.get(LIST, {"q": said}).context["cl"].result_list

    assert [user.pk for user in found] == [customer.pk]


def test_a_customer_is_found_by_the_phone_of_an_order(client: Client, boss: User) -> None:
    marks = list(fingerprint_of(phone="+51 912 345 678"))
    customer = OrderFactory.create(phone="+51 912 345 678", marks=marks).customer

    found = client.get(LIST, {"q": "912345678"}).context["cl"].result_list

    assert [user.pk for user in found] == [customer.pk]


def test_support_does_not_change_a_customer_and_an_administrator_does(client: Client) -> None:
    customer = UserFactory.create()
    typed = {"first_name": "Eva", "last_name": "Rojas", "phones": "", "national_id": ""}
    signed_in(client, Role.SUPPORT)
    refused = client.post(page_of(customer), typed)
    signed_in(client, Role.ADMINISTRATOR)
    client.post(page_of(customer), {**typed, "is_superuser": "on", "is_staff": "on"})

    customer.refresh_from_db()
    assert (refused.status_code, customer.first_name) == (403, "Eva")
    assert (customer.is_staff, customer.is_superuser) == (False, False)


def test_the_page_costs_the_same_with_a_thousand_orders(
    client: Client, boss: User, django_assert_max_num_queries: Any
) -> None:
    first = OrderFactory.create()
    with django_assert_max_num_queries(40) as few:
        client.get(page_of(first.customer))
    add_many(first, 1000, number="PED-20250101-{:05}")

    with django_assert_max_num_queries(len(few)):
        page = client.get(page_of(first.customer))

    assert page.context["file"].number_of_orders == 1001
    assert len(page.context["file"].orders) == 10
