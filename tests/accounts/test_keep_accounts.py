"""The account area shows and changes one's own things only; guests claim by mail."""

from http import HTTPStatus

import pytest
from django.test import Client
from post_office.models import Email

from accounts.models import Address, User
from tests.accounts.factories import PASSWORD, UserFactory, sign_up

pytestmark = pytest.mark.django_db
ADDRESS = {
    "recipient": "Ana Quispe",
    "street": "Av. Larco 100",
    "district": "Miraflores, Lima",
    "country": "PE",
}


@pytest.fixture
def user() -> User:
    created: User = UserFactory.create()
    return created


@pytest.fixture
def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("page", ["orders/", "addresses/", "addresses/new/", "profile/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, page: str) -> None:
    response = client.get(f"/account/{page}")

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("page", ["orders/", "addresses/", "addresses/new/", "profile/", "email/"])
def test_the_pages_of_an_account_open_and_are_never_kept(signed_in: Client, page: str) -> None:
    response = signed_in.get(f"/account/{page}")

    assert response.status_code == HTTPStatus.OK
    assert "no-store" in response["Cache-Control"]


def test_the_first_address_becomes_the_default(signed_in: Client, user: User) -> None:
    signed_in.post("/account/addresses/new/", ADDRESS)

    address = Address.objects.get(user=user)
    assert address.is_default_shipping
    assert address.is_default_billing


def test_a_new_default_takes_the_place_of_the_old(signed_in: Client, user: User) -> None:
    signed_in.post("/account/addresses/new/", ADDRESS)

    signed_in.post(
        "/account/addresses/new/", ADDRESS | {"street": "Jr. Cusco 5", "is_default_shipping": "on"}
    )

    assert Address.objects.get(user=user, is_default_shipping=True).street == "Jr. Cusco 5"
    assert Address.objects.get(user=user, is_default_billing=True).street == "Av. Larco 100"


def test_an_incomplete_address_is_asked_for_again_with_what_was_typed(signed_in: Client) -> None:
    response = signed_in.post("/account/addresses/new/", ADDRESS | {"street": ""})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert b"Ana Quispe" in response.content
    assert not Address.objects.exists()


def test_nobody_reads_or_deletes_the_address_of_another(signed_in: Client) -> None:
    other: User = UserFactory.create()
    address = Address.objects.create(user=other, **ADDRESS)

    read = signed_in.get(f"/account/addresses/{address.pk}/")
    signed_in.post(f"/account/addresses/{address.pk}/delete/")

    assert read.status_code == HTTPStatus.NOT_FOUND
    assert Address.objects.filter(pk=address.pk).exists()


def test_a_profile_keeps_the_other_phones(signed_in: Client, user: User) -> None:
    user.phones = ["999 111", "999 222"]
    user.save()

    signed_in.post("/account/profile/", {"first_name": "Eva", "phone": "999 333"})

    user.refresh_from_db()
    assert user.first_name == "Eva"
    assert user.phones == ["999 333", "999 222"]


def test_a_guests_account_is_claimed_by_mail_only(client: Client) -> None:
    guest = User.objects.create_user("guest@example.com")

    client.post("/account/signup/", sign_up("guest@example.com"))

    guest.refresh_from_db()
    assert not guest.has_usable_password()
    assert Email.objects.get().to == ["guest@example.com"]


def test_signing_in_needs_a_verified_address(client: Client, user: User) -> None:
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert Email.objects.get().to == [user.email]


def test_the_link_in_the_mail_sets_a_guests_password(client: Client) -> None:
    guest = User.objects.create_user("guest@example.com")
    client.post("/account/password/reset/", {"email": guest.email})
    link = Email.objects.get().message.split("://testserver")[1].split()[0]

    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD})

    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)
