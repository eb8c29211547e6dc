"""Sessions, passwords, changes of address: what a thief of one of them does not get."""

import logging
import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import hashers
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from post_office.models import Email

from accounts.models import User
from accounts.sessions import BEGAN, MAX_AGE, SEEN, STAFF_MAX_AGE
from accounts.validators import ShopsNameValidator
from tests.accounts.factories import PASSWORD, sign_up, verified
from tests.accounts.test_sign_in import SECRET, code

pytestmark = pytest.mark.django_db
MINE = "/account/sessions/"
NEW = "nueva@example.com"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def user() -> User:
    return verified()


def log_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": user.email, "password": password})


def test_signing_in_makes_the_session_again(client: Client, user: User) -> None:
    session = client.session
    session["planted"] = "1"
    session.save()
    before = str(session.session_key)
    client.cookies["sessionid"] = before

    log_in(client, user)

    assert client.cookies["sessionid"].value != before
    assert not type(session)().exists(before)


def test_who_has_signed_out_cannot_be_copied(client: Client, user: User) -> None:
    log_in(client, user)
    copied = client.cookies["sessionid"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = copied

    assert thief.get(MINE).status_code == 302


@pytest.mark.parametrize(("is_staff", "longest"), [(True, STAFF_MAX_AGE), (False, MAX_AGE)])
def test_a_session_ends_however_busy_it_is(client: Client, is_staff: bool, longest: Any) -> None:
    log_in(client, verified(is_staff=is_staff))
    before = client.get(MINE).status_code
    session = client.session
    session[BEGAN], session[SEEN] = time.time() - longest.total_seconds() - 1, time.time()
    session.save()

    assert (before, client.get(MINE).status_code) == (200, 302)


def test_who_is_locked_out_is_out_at_once(client: Client, user: User) -> None:
    log_in(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get(MINE).status_code == 302


def test_addresses_change_only_with_the_password_once_more(client: Client, user: User) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    asked = client.post("/account/email/", {"action_add": "", "email": NEW})
    unchanged = EmailAddress.objects.filter(email=NEW).exists()
    client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith("/account/reauthenticate/")
    assert not unchanged
    assert EmailAddress.objects.filter(email=NEW, verified=False).exists()


def test_the_old_address_hears_of_a_new_one(client: Client, user: User) -> None:
    old = user.email
    log_in(client, user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    EmailAddress.objects.create(user=user, email=NEW, verified=True)
    Email.objects.all().delete()

    client.post("/account/email/", {"action_primary": "", "email": NEW})

    user.refresh_from_db()
    assert user.email == NEW
    assert [mail.to for mail in Email.objects.all()] == [[old]]


def test_the_password_changes_only_with_the_old_one(client: Client, user: User) -> None:
    log_in(client, user)
    new = {"password1": "otra larga 7 clave"}

    client.post("/account/password/change/", {"oldpassword": "no es", **new})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["Vitrina2026!", "vitrina", "VitrinaVitrina", "¡Tienda!123", "admin-2026", "Vítrina9"],
)
def test_the_shops_own_name_is_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        ShopsNameValidator().validate(password)


@pytest.mark.parametrize(
    "password", ["vitrina de madera", "una clave bien larga 9", "vitrina-demo"]
)
def test_a_sentence_may_have_it(password: str) -> None:
    ShopsNameValidator().validate(password)


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("iloveyou1", False),  # known from what was stolen elsewhere
        ("corta 7", False),
        ("x" * 20 + " ñandú ☂ " + "y" * 60, True),
        ("todo en minusculas", True),
    ],
)
def test_passwords_are_long_or_refused_whatever_they_are_made_of(
    client: Client, password: str, is_taken: bool
) -> None:
    client.post("/account/signup/", sign_up(NEW) | {"password1": password})

    person = User.objects.filter(email=NEW).first()
    assert bool(person and person.check_password(password)) is is_taken


def answers(path: str, **forms: dict[str, str]) -> list[tuple[int, str, str, int]]:
    """What each of the forms gets: status, way on, text, and how many mails go out."""
    found = []
    for fields in forms.values():
        Email.objects.all().delete()
        client = Client()
        answer = client.post(path, fields, follow=True)
        text = TOKEN.sub("", answer.content.decode())
        for word in fields.values():
            text = text.replace(word, "…")
        way = " ".join(address for address, _status in answer.redirect_chain)
        found.append((answer.status_code, way, text, Email.objects.count()))
        cache.clear()
    return found


def test_nobody_learns_from_a_lost_password_who_has_an_account(user: User) -> None:
    known, unknown = answers(
        "/account/password/reset/", known={"email": user.email}, unknown={"email": "n@example.com"}
    )

    assert known == unknown
    assert known[3] == 1


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that are reckoned from here on: they take nearly all the time of an answer."""
    found: list[str] = []
    for name in ("encode", "verify"):
        reckon = getattr(hashers.Argon2PasswordHasher, name)

        def counted(self: Any, *given: str, reckon: Any = reckon, name: str = name) -> Any:
            found.append(name)
            return reckon(self, *given)

        monkeypatch.setattr(hashers.Argon2PasswordHasher, name, counted)
    return found


def test_nobody_learns_from_a_sign_up_who_has_an_account(user: User, reckoned: list[str]) -> None:
    """Nor by the clock."""
    [known] = answers("/account/signup/", form=sign_up(user.email))
    work = [*reckoned]
    reckoned.clear()
    [unknown] = answers("/account/signup/", form=sign_up("n@example.com"))

    assert (known[:2], known[3]) == (unknown[:2], unknown[3])
    assert known[3] == 1
    assert work == reckoned == ["encode"]


def test_nobody_learns_from_a_wrong_password_who_has_an_account(
    user: User, reckoned: list[str]
) -> None:
    """Nor by the clock."""
    guest = User.objects.create_user("invitada@example.com")
    work, said = [], []
    for email in (user.email, "n@example.com", guest.email):
        reckoned.clear()
        said += answers("/account/login/", form={"login": email, "password": "no es esta"})
        work.append(len(reckoned))

    assert said[0] == said[1] == said[2]
    assert work[0] == work[1] == work[2] > 0


def test_a_wrong_password_is_written_down_without_what_was_typed(
    client: Client, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="accounts.adapter"):
        client.post("/account/login/", {"login": user.email, "password": "no es esta"})

    assert "Sign-in failed" in caplog.text
    assert "127.0.0.1" in caplog.text
    assert user.email not in caplog.text
    assert "no es esta" not in caplog.text


def test_the_field_for_a_password_helps_keepers_of_passwords(client: Client) -> None:
    login, signup = (
        client.get(f"/account/{page}/").content.decode() for page in ("login", "signup")
    )

    assert 'type="password"' in login
    assert 'autocomplete="current-password"' in login
    assert signup.count('autocomplete="new-password"') == 1
    assert "onpaste" not in login + signup


def test_passwords_are_kept_as_argon2(client: Client) -> None:
    client.post("/account/signup/", sign_up(NEW))

    assert User.objects.get(email=NEW).password.startswith("argon2$argon2id$")


def test_a_link_to_a_new_password_is_good_once_and_for_some_hours(
    client: Client, user: User, settings: Any
) -> None:
    client.post("/account/password/reset/", {"email": user.email})
    link = next(word for word in Email.objects.get().message.split() if "/reset/key/" in word)
    address = link.partition("testserver")[2]
    first, second = "otra clave bien larga 7", "una clave tercera y 8"

    form = Client().get(address, follow=True)
    client.get(address)
    done = client.post(form.redirect_chain[-1][0], {"password1": first})
    again = Client().get(address, follow=True)
    Client().post(form.redirect_chain[-1][0], {"password1": second})

    user.refresh_from_db()
    assert done.status_code == 302
    assert user.check_password(first)
    assert "password1" not in again.content.decode()
    assert settings.PASSWORD_RESET_TIMEOUT <= 6 * 3600


def test_a_code_counts_once(user: User) -> None:
    TOTP.activate(user, SECRET)
    codes = [code(), code()]
    answers = []
    for each in codes:
        client = Client()
        log_in(client, user)
        answers.append(client.post("/account/2fa/authenticate/", {"code": each}).status_code)

    assert answers == [302, 200]
