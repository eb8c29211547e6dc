"""Mails about carts that were left lying: to whom, once, with a way back and a way out."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from constance.test import override_config
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Customer, User
from cart import emails, services, store
from cart.models import Cart, CartReminder, CartStatus
from cart.services import Owner
from catalog.models import Product, Variant
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
HOURS = 4
LONG_AGO = timedelta(hours=5)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def switched_on():
    with override_config(ABANDONED_CART_HOURS=HOURS):
        yield


@pytest.fixture
def user() -> User:
    user: User = UserFactory.create(email="rosa@example.com", first_name="Rosalía")
    Customer.objects.create(user=user, accepts_marketing=True)
    return user


@pytest.fixture
def sofa() -> Variant:
    return stocked(9)


def leave_lying(user: User, variant: Variant, ago: timedelta = LONG_AGO) -> Cart:
    """A cart with two units that nobody has touched for so long."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "2"})
    cart = Cart.objects.get(user=user, status=CartStatus.ACTIVE)
    Cart.objects.filter(pk=cart.pk).update(expires_at=cart.expires_at - ago)
    return cart


def link_in(mail: Email, name: str) -> str:
    """The path of the link in the mail that has this in it."""
    address: str = next(word for word in mail.message.split() if f"/{name}/" in word)
    return urlsplit(address).path


def test_who_left_his_cart_lying_is_told_once(user: User, sofa: Variant) -> None:
    leave_lying(user, sofa)

    counts = [emails.send_reminders(), emails.send_reminders()]

    mail = Email.objects.get()
    assert counts == [1, 0]
    assert mail.to == [user.email]
    assert f"2 × {sofa.product.name}" in mail.message
    assert sofa.product.name in mail.html_message


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail(user: User, sofa: Variant) -> None:
    leave_lying(user, sofa)

    assert sum(at_once(emails.send_reminders)) == 1
    assert Email.objects.count() == 1


def test_a_cart_that_is_touched_again_brings_no_second_mail(user: User, sofa: Variant) -> None:
    cart = leave_lying(user, sofa)
    emails.send_reminders()

    services.add(Owner(cart.pk, user), sofa.pk, 1)
    cart.refresh_from_db()
    Cart.objects.update(expires_at=cart.expires_at - LONG_AGO)

    assert emails.send_reminders() == 0


@pytest.mark.parametrize("status", [CartStatus.ORDERED, CartStatus.MERGED, CartStatus.EXPIRED])
def test_a_cart_that_is_over_brings_no_mail(user: User, sofa: Variant, status: CartStatus) -> None:
    cart = leave_lying(user, sofa)
    Cart.objects.filter(pk=cart.pk).update(status=status)

    assert emails.send_reminders() == 0


def test_a_cart_in_use_is_left_alone(user: User, sofa: Variant) -> None:
    leave_lying(user, sofa, ago=timedelta(hours=HOURS - 1))

    assert emails.send_reminders() == 0
    assert not CartReminder.objects.exists()


def test_an_emptied_cart_and_one_of_things_not_sold_any_more_bring_no_mail(
    user: User, sofa: Variant
) -> None:
    leave_lying(user, sofa)
    Product.objects.update(is_active=False)
    other = UserFactory.create()
    Customer.objects.create(user=other, accepts_marketing=True)
    Cart.objects.create(user=other, expires_at=timezone.now() + timedelta(hours=40))

    assert emails.send_reminders() == 0
    assert CartReminder.objects.count() == 2  # nobody looks at them again


def test_nobody_is_told_who_did_not_ask_for_news(user: User, sofa: Variant) -> None:
    leave_lying(user, sofa)
    Customer.objects.update(accepts_marketing=False)

    assert emails.send_reminders() == 0


def test_nothing_is_sent_while_the_setting_is_off(user: User, sofa: Variant) -> None:
    leave_lying(user, sofa)

    with override_config(ABANDONED_CART_HOURS=0):
        assert emails.send_reminders() == 0
    assert not CartReminder.objects.exists()


def test_the_link_brings_the_cart_to_another_device_and_tells_no_name(
    user: User, sofa: Variant, client: Client
) -> None:
    cart = leave_lying(user, sofa)
    emails.send_reminders()
    link = link_in(Email.objects.get(), "cart-left")
    store.delete(cart.pk)

    page = client.get(link)
    before = client.get("/cart/", headers=JSON).json()["count"]
    client.post(link)
    client.post(link)

    shown = page.content.decode()
    assert sofa.product.name in shown
    assert user.email not in shown
    assert user.first_name not in shown
    assert before == 0
    lines = client.get("/cart/", headers=JSON).json()["lines"]
    assert [(line["sku"], line["quantity"]) for line in lines] == [(sofa.sku, 2)]


def test_a_forged_link_and_that_of_a_forgotten_cart_are_no_pages(
    user: User, sofa: Variant, client: Client
) -> None:
    leave_lying(user, sofa)
    emails.send_reminders()
    link = link_in(Email.objects.get(), "cart-left")
    CartReminder.objects.update(created_at=timezone.now() - timedelta(days=31))
    emails.send_reminders()

    assert client.get(link).status_code == 404
    assert client.get(f"{link[:-2]}x/").status_code == 404
    assert client.post("/cart-left/leave/x/").status_code == 404


def test_one_press_in_the_mail_program_is_the_way_out(
    user: User, sofa: Variant, client: Client
) -> None:
    leave_lying(user, sofa)
    emails.send_reminders()
    mail = Email.objects.get()
    link = link_in(mail, "leave")

    looked = client.get(link)
    still = Customer.objects.get().accepts_marketing
    client.post(link, {"List-Unsubscribe": "One-Click"})

    assert mail.headers["List-Unsubscribe"].endswith(f"{link}>")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert looked.status_code == 200
    assert still
    assert not Customer.objects.get().accepts_marketing


def test_a_shopper_asks_for_news_in_his_profile(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    client.post("/account/profile/", {"first_name": "Ana", "accepts_marketing": "on"})
    page = client.get("/account/profile/").content.decode()

    assert Customer.objects.get(user=user).accepts_marketing
    assert "checked" in page
