"""The second factor of staff, where people are signed in, and what they hear of it."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.devices import described
from accounts.models import Customer, User
from accounts.permissions import Role
from accounts.sessions import SEEN, SEEN_EVERY, STAFF_IDLE
from reviews.models import ReviewPhoto, ReviewStatus
from tests.accounts.factories import PASSWORD, UserFactory, signed_in, staff_with, verified
from tests.reviews.factories import ReviewFactory

pytestmark = pytest.mark.django_db
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 Mobile Safari/537.36"
)
SECRET = generate_totp_secret()


@pytest.fixture(autouse=True)
def real_shop(settings):
    """Where the second factor counts, over plain HTTP."""
    settings.DEMO = settings.DEBUG = False
    settings.SECURE_SSL_REDIRECT = False
    cache.clear()


def browser(agent=CHROME, ip="192.0.2.1"):
    return Client(headers={"user-agent": agent}, REMOTE_ADDR=ip)


def log_in(client, user, **more):
    return client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD, **more}
    )


def code(secret=SECRET):
    """The code of this half minute: the one before expires if the next half minute begins."""
    _before, now, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


def idle(client, seconds):
    session = client.session
    session[SEEN] = time.time() - seconds
    session.save()


def mails_to(user):
    return [mail.subject for mail in Email.objects.filter(to=user.email)]


def test_a_super_administrator_made_by_command_sets_the_second_factor_up_at_once(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="jefa@example.com", interactive=False, verbosity=0)
    client, home = browser(), reverse("admin:index")

    log_in(client, User.objects.get(email="jefa@example.com"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    sent_to = client.get(home, follow=True)
    secret = sent_to.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})

    assert sent_to.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert "data:image/svg+xml;base64," in sent_to.text
    assert "style=" not in sent_to.text
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(home).status_code == 200


def test_a_session_that_has_not_shown_the_second_factor_stays_outside():
    """Somebody had signed in with a stolen password before its owner set the factor up."""
    user = verified(staff_with(Role.SUPPORT))
    client = browser()
    log_in(client, user)
    TOTP.activate(user, SECRET)
    home = reverse("admin:index")

    refused = client.get(home, follow=True)
    client.post(reverse("mfa_reauthenticate"), {"code": code()})

    assert refused.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
    assert client.get(home).status_code == 200


def test_nor_does_it_see_outside_of_the_back_office_what_only_staff_see():
    user = verified(staff_with(Role.CATALOGUE))
    client = browser(ip="203.0.113.9")
    log_in(client, user)
    TOTP.activate(user, SECRET)
    review = ReviewFactory.create(status=ReviewStatus.PENDING)
    photo = ReviewPhoto.objects.create(
        review=review, position=1, picture=ContentFile(b"x", "a.jpg"), thumbnail="a.jpg"
    )
    pages = [reverse("metrics"), reverse("storefront:review-photo", args=[photo.pk, "large"])]

    refused = [client.get(page).status_code for page in pages]
    client.post(reverse("mfa_reauthenticate"), {"code": code()})

    assert refused == [404, 404]
    assert [client.get(page).status_code for page in pages] == [200, 200]


def test_a_password_from_a_mail_does_not_get_around_the_second_factor():
    user = verified(staff_with(Role.SUPPORT))
    TOTP.activate(user, SECRET)
    client = browser()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(word for word in Email.objects.get().message.split() if "/reset/key/" in word)
    form = client.get(link, follow=True)
    new = "otra clave bien larga 7"

    changed = client.post(form.redirect_chain[-1][0], {"password1": new}, follow=True)
    opened = client.get(reverse("admin:index"))
    asked = client.post(reverse("account_login"), {"login": user.email, "password": new})

    user.refresh_from_db()
    assert user.check_password(new)
    assert not changed.context["user"].is_authenticated
    assert "login" in opened["Location"]
    assert asked["Location"] == reverse("mfa_authenticate")


def test_staff_do_not_switch_their_second_factor_off_and_customers_may():
    for user, is_kept in ((staff_with(Role.SUPPORT), True), (UserFactory.create(), False)):
        verified(user)
        TOTP.activate(user, SECRET)
        client = browser()
        log_in(client, user)
        client.post(reverse("mfa_authenticate"), {"code": code()})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        client.post(reverse("mfa_deactivate_totp"))

        assert Authenticator.objects.filter(user=user).exists() is is_kept
        cache.clear()


def test_an_administrator_resets_a_colleagues_lost_factor_and_both_are_written_down(
    client, settings
):
    settings.DEMO = True
    colleague = staff_with(Role.SUPPORT)
    TOTP.activate(colleague, SECRET)
    RecoveryCodes.activate(colleague)
    administrator = signed_in(client, Role.ADMINISTRATOR)
    page = "admin:accounts_user_reset_second_factor"

    client.post(reverse(page, args=[colleague.pk]))
    TOTP.activate(administrator, SECRET)
    own = client.post(reverse(page, args=[administrator.pk]))

    assert not Authenticator.objects.filter(user=colleague).exists()
    assert LogEntry.objects.get().object_id == str(colleague.pk)
    assert len(mails_to(colleague)) == 1
    assert own.status_code == 403


def test_nobody_reads_or_removes_the_keys_of_a_second_factor(settings, client):
    settings.DEMO = True
    TOTP.activate(staff_with(Role.SUPPORT), SECRET)
    row = Authenticator.objects.get()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    shown = client.get(reverse("admin:mfa_authenticator_change", args=[row.pk]))
    deleted = client.post(reverse("admin:mfa_authenticator_delete", args=[row.pk]), {"post": "yes"})

    assert row.user.email in shown.text
    assert row.data["secret"] not in shown.text
    assert deleted.status_code == 403


def test_people_see_where_they_are_signed_in_and_sign_out_one_or_all_others():
    user = verified()
    here, phone, other = browser("Firefox Windows"), browser(), browser(ip="192.0.2.7")
    for client in (phone, other, here):
        log_in(client, user)
    page = reverse("storefront:account-sessions")

    places = here.get(page).context["places"]
    lost = next(place for place in places if place.ip == "192.0.2.7")
    stranger = browser()
    log_in(stranger, verified())
    stranger.post(reverse("storefront:account-session-end", args=[lost.key]))
    kept = other.get(page).status_code
    here.post(reverse("storefront:account-session-end", args=[lost.key]))
    ended = other.get(page).status_code
    here.post(reverse("storefront:account-sessions-end-others"))

    assert {(each.device, each.is_this) for each in places} == {
        ("Firefox · Windows", True),
        ("Chrome · Android", False),
    }
    assert (kept, ended) == (200, 302)
    assert phone.get(page).status_code == 302
    assert here.get(page).status_code == 200


def test_a_new_password_ends_the_other_sessions():
    user = verified()
    here, other = browser(), browser()
    log_in(here, user)
    log_in(other, user)
    new = {"oldpassword": PASSWORD, "password1": "otra larga 7 clave"}

    here.post(reverse("account_change_password"), new)

    assert here.get(reverse("storefront:account-sessions")).status_code == 200
    assert other.get(reverse("storefront:account-sessions")).status_code == 302


def test_staff_who_were_away_sign_in_again_and_customers_need_not():
    for user, is_out in ((staff_with(Role.SUPPORT), True), (UserFactory.create(), False)):
        client = browser()
        log_in(client, verified(user))
        idle(client, STAFF_IDLE.total_seconds() + 60)

        answer = client.get(reverse("storefront:account-orders"))

        assert (answer.status_code == 302) is is_out


def test_use_is_written_down_now_and_then_and_public_pages_look_at_nobody(
    django_assert_num_queries,
):
    user = verified()
    client = browser()
    log_in(client, user)
    UserSession.objects.update(last_seen_at="2026-01-01T00:00:00Z")
    page = reverse("storefront:account-sessions")

    client.get(page)
    at_once = UserSession.objects.get().last_seen_at.year, client.session[SEEN]
    idle(client, SEEN_EVERY.total_seconds() + 1)
    public = client.get("/")
    client.get(page)

    assert at_once[0] == 2026
    assert UserSession.objects.get().last_seen_at.month != 1
    assert "Cookie" not in public.get("Vary", "")
    assert not public.cookies


@pytest.mark.parametrize(
    ("is_staff", "mails"),
    # The first time; the same again; another place; another browser.
    [(False, [0, 0, 0, 1]), (True, [1, 1, 2, 3])],
)
def test_people_hear_of_sign_ins_from_somewhere_new(is_staff, mails):
    user = verified(is_staff=is_staff)
    Customer.objects.create(user=user, language="en")
    known, counted = browser(), []

    for client, ip in (
        (known, "192.0.2.1"),
        (known, "192.0.2.1"),
        (known, "192.0.2.9"),
        (browser(), "192.0.2.1"),
    ):
        client.defaults["REMOTE_ADDR"] = ip
        log_in(client, user)
        client.post(reverse("account_logout"))
        counted.append(len(mails_to(user)))

    assert counted == mails
    mail = Email.objects.filter(to=user.email).latest("pk")
    assert mail.subject.startswith("New sign-in to your account")
    assert "Chrome · Android" in mail.message
    assert ("administrator" in mail.message) is is_staff


def test_passwords_are_not_tried_for_ever():
    user = verified()
    wrong = {"login": user.email, "password": "no es esta"}
    for place in range(5):
        browser(ip=f"192.0.2.{place}").post(reverse("account_login"), wrong)
    guesser = browser(ip="198.51.100.1")
    for _guess in range(30):
        guesser.post(reverse("account_login"))

    by_account = log_in(browser(ip="203.0.113.5"), user)
    by_place = guesser.post(reverse("account_login"), wrong)

    assert by_account.status_code == 200
    assert by_account.context["form"].errors
    assert by_place.status_code == 429
    assert '<main id="main"' in by_place.text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/128.0 Safari/537.36 Edg/128.0", "Edge · Windows"),
    ],
)
def test_browsers_are_named_as_their_owners_name_them(agent, words):
    assert described(agent) == words
