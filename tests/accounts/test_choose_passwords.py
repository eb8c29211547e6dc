"""Opening an account and choosing a password: few fields, and sentences that say what to do."""

from http import HTTPStatus

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.factories import PASSWORD, verified

pytestmark = pytest.mark.django_db
NEW = {
    "first_name": "Rosario",
    "last_name": "Huamán",
    "email": "rosario@example.com",
    "password1": "un telar bien grande",
}
RULES = "At least 8 characters, and neither your name nor your e-mail nor only figures."


def test_an_account_has_the_names_of_its_person(client: Client) -> None:
    client.post("/account/signup/", NEW)

    user = User.objects.get(email="rosario@example.com")
    assert (user.first_name, user.last_name) == ("Rosario", "Huamán")
    assert user.check_password("un telar bien grande")


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("first_name", "", "Enter your first name."),
        ("last_name", "  ", "Enter your last name."),
        ("email", "", "Write your e-mail address."),
        ("first_name", "www.spam.com/x", "This does not look like a name."),
        ("password1", "", "Choose a password."),
        ("password1", "123", "Your password is too short: write at least 8 characters."),
        ("password1", "telar 7", "Your password is too short: write at least 8 characters."),
        ("password1", "rosario@example", "Your password looks like your name or your e-mail"),
        ("password1", "rosario-5x", "Your password looks like your name or your e-mail"),
        ("password1", "iloveyou1", "Many people use this password, so it is easy to guess"),
        ("password1", "49582037461", "Figures alone are easy to guess: add some letters."),
        ("password1", "Vitrina2026!", "Your password is too close to the name of the shop"),
    ],
)
def test_what_is_wrong_is_said_in_one_plain_sentence(
    name: str, typed: str, sentence: str, client: Client
) -> None:
    page = client.post("/en/account/signup/", NEW | {name: typed})

    [said] = page.context["form"].errors[name]
    assert sentence in said
    assert not User.objects.filter(email="rosario@example.com").exists()


def test_a_password_is_typed_once_and_can_be_shown(client: Client) -> None:
    user = verified()
    sign_up = client.get("/en/account/signup/").text
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    change = client.get("/en/account/password/change/").text

    for page in (sign_up, change):
        assert 'name="password2"' not in page
        assert page.count(RULES) == 1
    assert (sign_up.count("data-reveal"), change.count("data-reveal")) == (1, 2)


def test_a_new_password_that_is_refused_says_why(client: Client) -> None:
    user = verified()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    page = client.post(
        "/en/account/password/change/", {"oldpassword": PASSWORD, "password1": "49582037461"}
    )

    assert page.status_code == HTTPStatus.OK
    assert "Figures alone are easy to guess" in page.text
