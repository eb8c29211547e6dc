"""Store credit at the checkout: seen and used by its owner alone, and never twice."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalog.models import Variant
from core.reports.base import Filters
from inventory import consistency
from invoicing.papers import order_pdf
from orders.emails import OrderMail, preview
from orders.models import Order
from orders.selectors import to_remind
from orders.states import OrderStatus, PaymentStatus
from outbox.tasks import deliver_due
from payments import tasks
from payments.models import Payment, PaymentMethod
from payments.reports import pending
from payments.selectors import wallet_of
from payments.services.start import close_attempt
from payments.services.transfers import record_manual_capture
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data
from tests.inventory.factories import stocked
from tests.payments.factories import credit_of
from tests.pdf import text_of

pytestmark = pytest.mark.django_db

BUDGET = 25
CONTROL = re.compile("SAVEPOINT|RELEASE|BEGIN|COMMIT|SET ")


@pytest.fixture
def shopper(client: Client, variant: Variant) -> User:
    """Signed in, with something for 110.00, its delivery included, in the cart."""
    user = UserFactory.create()
    client.force_login(user)
    fill_cart(client, variant.sku)
    return user


def balance(user: User) -> Decimal:
    return wallet_of(user.pk, "PEN").balance


def words(response: Any) -> str:
    return str(response.text).replace("\xa0", " ")


def place(client: Client, user: User, **changes: str) -> Any:
    return client.post("/checkout/", form_data(email=user.email, use_credit="on", **changes))


def test_the_balance_is_offered_with_the_day_it_ends(client: Client, shopper: User) -> None:
    credit_of(shopper, 20)
    credit = credit_of(shopper, 10, ends_in=timedelta(days=3))
    assert credit.expires_at

    page = words(client.get("/checkout/"))

    assert "S/ 30.00" in page
    assert "S/ 10.00" in page
    assert str(timezone.localtime(credit.expires_at).day) in page
    assert 'name="use_credit"' in page


def test_guests_and_people_without_credit_are_not_asked(client: Client, shopper: User) -> None:
    credit_of(UserFactory.create(), 500)
    guest = Client()
    fill_cart(guest, stocked(5).sku)

    assert 'name="use_credit"' not in client.get("/checkout/").text
    assert 'name="use_credit"' not in guest.get("/checkout/").text


def test_the_summary_says_what_credit_pays_and_what_is_left(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)

    page = words(client.post("/checkout/quote/", form_data(use_credit="on")))

    assert "\u2212S/ 30.00" in page
    assert "S/ 80.00" in page
    assert 'value="transfer"' in page
    assert balance(shopper) == Decimal(30)


def test_no_method_is_asked_for_where_credit_pays_all(client: Client, shopper: User) -> None:
    credit_of(shopper, 500)

    page = words(client.post("/checkout/quote/", form_data(use_credit="on")))

    assert "\u2212S/ 110.00" in page
    assert 'value="transfer"' not in page


def test_credit_pays_a_part_and_the_method_is_asked_for_the_rest(
    client: Client, shopper: User
) -> None:
    credit_of(shopper, 30)

    response = place(client, shopper)

    order = Order.objects.get()
    assert response.status_code == 302
    assert order.credit_total == Decimal(30)
    assert (order.status, order.payment_status) == (
        OrderStatus.PENDING,
        PaymentStatus.PARTIALLY_PAID,
    )
    assert balance(shopper) == 0
    awaited = Payment.objects.get(gateway="manual")
    assert (awaited.amount, order.payment_method_code) == (Decimal(80), "transfer")


def test_credit_that_pays_all_makes_a_sale_without_a_method(client: Client, shopper: User) -> None:
    credit_of(shopper, 200)
    data = form_data(email=shopper.email, use_credit="on")
    del data["payment"]

    response = client.post("/checkout/", data)

    order = Order.objects.get()
    assert response.status_code == 302
    assert order.number in response.headers["Location"]
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert (order.payment_method_code, balance(shopper)) == ("store_credit", Decimal(90))
    assert consistency.differences() == []


def test_credit_that_pays_a_part_does_not_spare_the_choice_of_a_method(
    client: Client, shopper: User
) -> None:
    credit_of(shopper, 30)
    data = form_data(email=shopper.email, use_credit="on")
    del data["payment"]

    response = client.post("/checkout/", data)

    assert response.status_code == 409
    assert not Order.objects.exists()
    assert balance(shopper) == Decimal(30)


def test_the_same_press_twice_spends_once(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)
    data = form_data(email=shopper.email, use_credit="on")

    client.post("/checkout/", data)
    client.post("/checkout/", data)

    assert Order.objects.get().credit_total == Decimal(30)
    assert balance(shopper) == 0


def test_who_does_not_want_it_keeps_it(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)

    client.post("/checkout/", form_data(email=shopper.email))

    assert Order.objects.get().credit_total == 0
    assert balance(shopper) == Decimal(30)


def test_a_guest_never_pays_with_the_credit_of_the_address_he_types(variant: Variant) -> None:
    owner, guest = UserFactory.create(), Client()
    credit_of(owner, 500)
    fill_cart(guest, variant.sku)

    place(guest, owner)

    order = Order.objects.get()
    assert (order.customer, order.credit_total) == (owner, 0)
    assert order.payment_status == PaymentStatus.PENDING
    assert balance(owner) == Decimal(500)


def test_an_address_of_somebody_else_spends_the_own_credit(client: Client, shopper: User) -> None:
    other = UserFactory.create()
    credit_of(other, 500)
    credit_of(shopper, 30)

    place(client, other)

    assert Order.objects.get().credit_total == Decimal(30)
    assert (balance(other), balance(shopper)) == (Decimal(500), Decimal(0))


def test_less_credit_than_was_shown_is_asked_about(client: Client, shopper: User) -> None:
    credit_of(shopper, 10)
    seen = '{"goods": "100.00", "delivery": {"olva": "10.00"}, "credit": "30.00"}'

    response = place(client, shopper, seen=seen)

    assert response.status_code == 409
    assert not Order.objects.exists()
    assert balance(shopper) == Decimal(10)


def test_a_method_has_to_fit_what_is_left(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)
    PaymentMethod.objects.update(minimum_amount=100)

    response = place(client, shopper)

    assert response.status_code == 409
    assert not Order.objects.exists()


def test_an_order_that_is_never_paid_gives_the_credit_back(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)
    place(client, shopper)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    tasks.expire_due()
    deliver_due()
    deliver_due()

    assert Order.objects.get().status == OrderStatus.EXPIRED
    assert balance(shopper) == Decimal(30)


def test_the_rest_that_arrives_completes_the_order(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)
    place(client, shopper)
    awaited = Payment.objects.get(gateway="manual")

    record_manual_capture(
        awaited.pk, amount=Decimal(80), bank_reference="B-7", actor_id=UserFactory.create().pk
    )

    order = Order.objects.get()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)


def test_the_order_its_mail_and_its_paper_tell_what_credit_has_paid(
    client: Client, shopper: User
) -> None:
    credit_of(shopper, 30)
    place(client, shopper)
    order = Order.objects.get()

    page = words(client.get(f"/orders/{order.number}/"))
    mail = preview(order, OrderMail.PLACED)
    paper = text_of(order_pdf(order))

    for told in (page, mail.html, mail.text):
        assert "\u2212S/ 30.00" in told.replace("\xa0", " ")
        assert "S/ 80.00" in told.replace("\xa0", " ")
    assert "S/ 30.00" in paper.replace("\xa0", " ")


def test_the_page_to_pay_asks_for_what_is_left(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)
    place(client, shopper)

    page = words(client.get(f"/checkout/pay/{Order.objects.get().number}/"))

    assert page.count("S/ 80.00") == 2  # in the sums and on the button


def test_who_has_paid_a_part_with_credit_is_reminded_of_the_rest(
    client: Client, shopper: User
) -> None:
    credit_of(shopper, 30)
    place(client, shopper)
    now = timezone.now()
    Order.objects.update(placed_at=now - timedelta(hours=2), expires_at=now + timedelta(minutes=30))

    assert list(to_remind(now)) == [Order.objects.get()]


def test_the_report_of_awaited_money_names_the_rest(client: Client, shopper: User) -> None:
    credit_of(shopper, 30)
    place(client, shopper)
    close_attempt(Payment.objects.get(gateway="manual").pk)

    [row] = pending(Filters())

    assert (row.payment, row.amount) == ("", Decimal(80))


def asked_until_written(client: Client, **changes: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/checkout/", form_data(**changes))
    assert answer.status_code == 302, answer.content.decode()
    texts = [query["sql"] for query in queries if not CONTROL.match(query["sql"])]
    [placed] = [n for n, sql in enumerate(texts) if "UPDATE cart_cart" in sql]
    return placed + 1


@pytest.mark.usefixtures("warm_memory")
def test_credit_costs_two_queries_at_most(variant: Variant) -> None:
    counts = {}
    for uses in ("", "on", ""):
        user, client = UserFactory.create(), Client()
        credit_of(user, 30)
        client.force_login(user)
        fill_cart(client, stocked(5).sku)
        wish = {"use_credit": uses} if uses else {}
        counts[uses] = asked_until_written(client, email=user.email, **wish)

    assert counts["on"] <= counts[""] + 2
    assert counts[""] <= BUDGET
