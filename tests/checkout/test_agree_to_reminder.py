"""Guests who agree to hear of a cart that they leave: asked, written to once, forgotten."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from constance.test import override_config
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Customer
from cart import emails, store
from cart.models import Cart, CartReminder, ReminderConsent
from catalog.models import Variant
from orders import services as orders
from orders.models import Order
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
HOURS = 4
LONG_AGO = timedelta(hours=5)
JSON = {"Accept": "application/json"}
ASKED = 'name="remind"'


@pytest.fixture(autouse=True)
def switched_on():
    with override_config(ABANDONED_CART_HOURS=HOURS):
        yield


@pytest.fixture
def variant() -> Variant:
    open_shop()
    return stocked(50)


def agree(client: Client, **typed: str) -> Any:
    """What the browser sends when the box is ticked, or a field beside it changes."""
    form = form_data(**{"remind": "on"} | typed)
    return client.post("/checkout/quote/", form, headers={"HX-Request": "true"})


def leave_lying(variant: Variant, **typed: str) -> Client:
    """A guest with two units who agreed and went away hours ago."""
    guest = Client()
    fill_cart(guest, variant.sku, 2)
    agree(guest, **typed)
    let_lie()
    return guest


def let_lie() -> None:
    rows = Cart.objects.filter(reminder=None)
    for row in rows:
        Cart.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(hours=40))


def link_in(mail: Email, name: str) -> str:
    address: str = next(word for word in mail.message.split() if f"/{name}/" in word)
    return urlsplit(address).path


def test_the_box_stands_by_the_address_unticked(buyer: Client) -> None:
    page = buyer.get("/checkout/")

    assert ASKED in page.content.decode()
    assert not page.context["form"].wants_reminder


def test_nobody_is_asked_while_the_setting_is_off_nor_who_has_an_account(buyer: Client) -> None:
    with override_config(ABANDONED_CART_HOURS=0):
        switched_off = buyer.get("/checkout/").content.decode()
        agree(buyer)
    buyer.force_login(UserFactory.create(), backend="django.contrib.auth.backends.ModelBackend")
    signed_in = buyer.get("/checkout/").content.decode()
    agree(buyer)

    assert ASKED not in switched_off
    assert ASKED not in signed_in
    assert not ReminderConsent.objects.exists()


def test_a_guest_who_agreed_is_written_to_once_and_his_address_forgotten(variant: Variant) -> None:
    leave_lying(variant, email="rosa@example.com")

    counts = [emails.send_reminders(), emails.send_reminders()]

    mail = Email.objects.get()
    assert counts == [1, 0]
    assert mail.to == ["rosa@example.com"]
    assert f"2 × {variant.product.name}" in mail.message
    assert not ReminderConsent.objects.exists()
    assert "rosa" not in str(list(CartReminder.objects.values()))


def test_the_mail_speaks_the_language_in_which_he_agreed(buyer: Client) -> None:
    buyer.post("/en/checkout/quote/", form_data(remind="on"))
    let_lie()

    emails.send_reminders()

    assert "/en/cart-left/" in Email.objects.get().message


@pytest.mark.parametrize("typed", [{}, {"remind": "on", "email": "ana@"}])
def test_who_did_not_agree_or_has_no_address_is_not_written_to(
    buyer: Client, typed: dict[str, str]
) -> None:
    buyer.post("/checkout/quote/", form_data(**typed))
    let_lie()

    assert emails.send_reminders() == 0
    assert not ReminderConsent.objects.exists()


def test_who_takes_the_tick_away_is_forgotten_at_once(buyer: Client) -> None:
    agree(buyer)
    kept = buyer.get("/checkout/").context["form"].wants_reminder

    buyer.post("/checkout/quote/", form_data())

    assert kept
    assert not ReminderConsent.objects.exists()


def test_without_scripts_the_form_that_comes_back_has_noted_it(buyer: Client) -> None:
    page = buyer.post("/checkout/", form_data(remind="on", terms=""))

    assert page.status_code == 422
    assert page.context["form"].wants_reminder
    assert ReminderConsent.objects.get().email == "ana@example.com"


def test_who_has_ordered_meanwhile_by_that_address_is_left_alone(variant: Variant) -> None:
    leave_lying(variant, email="ana@example.com")
    other_device = Client()
    fill_cart(other_device, variant.sku)
    other_device.post("/checkout/", form_data(email="Ana+casa@Example.com"))
    orders.expire(Order.objects.get().pk)

    assert emails.send_reminders() == 0
    assert not ReminderConsent.objects.exists()


def test_an_order_of_last_month_keeps_nobody_from_a_mail(variant: Variant) -> None:
    before = Client()
    fill_cart(before, variant.sku)
    before.post("/checkout/", form_data())
    Order.objects.update(placed_at=timezone.now() - timedelta(days=30))
    leave_lying(variant)

    assert emails.send_reminders() == 1


def test_the_cart_that_became_the_order_brings_no_mail_and_keeps_no_address(buyer: Client) -> None:
    agree(buyer)
    buyer.post("/checkout/", form_data(remind="on"))
    let_lie()

    assert emails.send_reminders() == 0
    assert not ReminderConsent.objects.exists()


def test_a_second_cart_is_no_second_mail_within_the_week(variant: Variant) -> None:
    leave_lying(variant, email="ana@example.com")
    emails.send_reminders()

    leave_lying(variant, email="ANA+otra@example.com")
    soon = emails.send_reminders()
    CartReminder.objects.update(created_at=timezone.now() - timedelta(days=8))
    leave_lying(variant, email="ana@example.com")

    assert soon == 0
    assert emails.send_reminders() == 1
    assert Email.objects.count() == 2


def test_an_account_and_a_guest_of_the_same_address_are_one_person(variant: Variant) -> None:
    user = UserFactory.create(email="ana@example.com")
    Customer.objects.create(user=user, accepts_marketing=True)
    shopper = Client()
    shopper.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    fill_cart(shopper, variant.sku)
    leave_lying(variant, email="ana@example.com")

    assert emails.send_reminders() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_two_carts_of_one_person_write_one_mail(variant: Variant) -> None:
    for _ in range(4):
        leave_lying(variant)

    assert sum(at_once(emails.send_reminders)) == 1
    assert Email.objects.count() == 1


def test_the_link_brings_the_cart_to_another_device_without_the_address(
    client: Client, variant: Variant
) -> None:
    guest = leave_lying(variant, email="rosa@example.com")
    emails.send_reminders()
    store.delete(Cart.objects.get().pk)
    link = link_in(Email.objects.get(), "cart-left")

    page = client.get(link).content.decode()
    client.post(link)

    assert variant.product.name in page
    assert "rosa" not in page
    assert client.get("/cart/", headers=JSON).json()["count"] == 2
    assert guest.get("/cart/", headers=JSON).json()["count"] == 0


def test_one_press_ends_it_for_the_address_whether_guest_or_account(
    client: Client, variant: Variant
) -> None:
    user = UserFactory.create(email="Ana@example.com")
    Customer.objects.create(user=user, accepts_marketing=True)
    leave_lying(variant, email="ana@example.com")
    emails.send_reminders()
    mail = Email.objects.get()
    leave_lying(variant, email="ana@example.com")

    client.post(link_in(mail, "leave"), {"List-Unsubscribe": "One-Click"})

    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not ReminderConsent.objects.exists()
    assert not Customer.objects.get().accepts_marketing


def test_a_guest_who_signs_in_is_asked_what_his_profile_says(variant: Variant) -> None:
    guest = leave_lying(variant)
    user = UserFactory.create()
    Customer.objects.create(user=user)
    Cart.objects.update(user=user)

    assert guest.get("/cart/").status_code == 200
    assert emails.send_reminders() == 0


def test_nobody_signs_up_addresses_by_the_dozen(variant: Variant) -> None:
    for number in range(22):
        guest = Client()
        fill_cart(guest, variant.sku)
        agree(guest, email=f"otra{number}@example.com")

    assert ReminderConsent.objects.count() == 20
