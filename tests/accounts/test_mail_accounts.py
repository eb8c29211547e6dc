"""What people hear by mail of the keys to their accounts, in the shop's words."""

import pytest
from django.test import Client
from post_office.models import Email

from accounts.models import Customer, User
from tests.accounts.factories import PASSWORD, sign_up, verified

pytestmark = pytest.mark.django_db
NEW = "otra clave bien larga 7"


@pytest.fixture
def user() -> User:
    return verified()


def ask(path: str, language: str = "", **fields: str) -> Email:
    """The mail that a form sends to anyone who filled it in."""
    Client().post(f"{language}/account/{path}/", fields)
    return Email.objects.get()


@pytest.mark.parametrize(
    ("language", "subject", "button"),
    [
        ("", "Elige una contraseña nueva · Vitrina", "Elige una contraseña nueva"),
        ("/en", "Choose a new password · Vitrina", "Choose a new password"),
    ],
)
def test_a_lost_password_is_answered_in_the_language_of_the_page(
    user: User, language: str, subject: str, button: str
) -> None:
    mail = ask("password/reset", language, email=user.email)

    assert mail.subject == subject
    assert mail.to == [user.email]
    assert f"{button}: http://testserver{language}/account/password/reset/key/" in mail.message
    assert f">{button}</a>" in mail.html_message


def test_mails_are_written_in_the_language_that_the_person_chose(user: User) -> None:
    Customer.objects.update_or_create(user=user, defaults={"language": "en"})

    assert ask("password/reset", email=user.email).subject == "Choose a new password · Vitrina"


def test_who_signs_up_confirms_the_address() -> None:
    mail = ask("signup", **sign_up("nueva@example.com"))

    assert mail.subject == "Confirma tu correo · Vitrina"
    assert "/account/confirm-email/" in mail.message
    assert "/account/confirm-email/" in mail.html_message


def test_who_signs_up_twice_hears_of_the_account(user: User) -> None:
    mail = ask("signup", **sign_up(user.email))

    assert mail.subject == "Ya tienes una cuenta · Vitrina"
    assert "/account/password/reset/" in mail.message


def test_who_has_no_account_hears_that(db: None) -> None:
    mail = ask("password/reset", email="nadie@example.com")

    assert mail.subject == "No hay una cuenta con este correo · Vitrina"
    assert "/account/signup/" in mail.message


def test_who_changes_the_password_hears_of_it(client: Client, user: User) -> None:
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    Email.objects.all().delete()

    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW})

    mail = Email.objects.get()
    assert mail.subject == "Tu cuenta en Vitrina cambió"
    assert "Se cambió la contraseña de tu cuenta." in mail.message
    assert "/account/password/reset/" in mail.message
