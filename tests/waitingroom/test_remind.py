"""A mail as a drop opens: once each, in the reader's language; then the address is forgotten."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from catalog.models import Collection
from tests.concurrency import at_once
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory
from waitingroom import reminders
from waitingroom.emails import send_reminders
from waitingroom.models import DropReminder
from waitingroom.tasks import send_drop_reminders

pytestmark = pytest.mark.django_db


def coming(**fields: object) -> Collection:
    in_an_hour = timezone.now() + timedelta(hours=1)
    return DropFactory.create(
        starts_at=in_an_hour, ends_at=in_an_hour + timedelta(hours=1), **fields
    )


def begin(drop: Collection) -> None:
    drop.starts_at = timezone.now() - timedelta(seconds=1)
    drop.save(update_fields=["starts_at"])


def sign_up(client: Client, drop: Collection, prefix: str = "", **typed: str) -> int:
    data = {"email": "Ana@Example.com"} | typed
    return client.post(f"{prefix}/drops/{drop.slug}/remind/", data).status_code


def told() -> list[str]:
    return sorted(mail.to[0] for mail in Email.objects.all())


def test_the_page_of_a_coming_drop_has_the_form_and_that_of_a_running_one_has_not(
    client: Client,
) -> None:
    drop = coming()
    form = f'action="/drops/{drop.slug}/remind/"'

    before = client.get(f"/drops/{drop.slug}/").text
    begin(drop)
    cache.clear()  # two seconds later

    assert form in before
    assert form not in client.get(f"/drops/{drop.slug}/").text


def test_signing_up_works_without_javascript_and_twice_is_once(client: Client) -> None:
    drop = coming()

    page = client.post(f"/drops/{drop.slug}/remind/", {"email": "Ana@Example.com"}, follow=True)
    sign_up(client, drop, email="ana@example.com")

    assert page.status_code == 200
    assert 'role="status"' in page.text
    assert DropReminder.objects.get().email == "ana@example.com"


def test_they_are_told_at_the_start_once_and_in_their_language(client: Client) -> None:
    drop = coming(name="Noche")
    sign_up(client, drop)
    sign_up(client, drop, prefix="/en", email="bob@example.com")

    early = send_drop_reminders()
    begin(drop)
    numbers = [send_drop_reminders(), send_drop_reminders()]

    assert (early, numbers) == (0, [2, 0])
    subjects = {mail.to[0]: mail.subject for mail in Email.objects.all()}
    assert subjects == {"ana@example.com": "Noche ya abrió", "bob@example.com": "Noche is open"}
    english = Email.objects.get(to="bob@example.com").message
    assert f"http://testserver/en/drops/{drop.slug}/" in english
    assert not DropReminder.objects.exists()


def test_where_there_is_a_queue_they_are_told_as_it_opens() -> None:
    drop = coming()
    WaitingRoomFactory.create(collection=drop, opens_minutes_before=90)
    reminders.sign_up(drop, email="ana@example.com", language="en")

    send_reminders()

    mail = Email.objects.get()
    assert "opens soon" in mail.subject
    assert "Its queue is open now" in mail.message


def test_nobody_is_told_of_what_is_over_or_hidden() -> None:
    over, hidden = coming(), coming()
    for drop in (over, hidden):
        reminders.sign_up(drop, email="ana@example.com", language="es")
    past = timezone.now() - timedelta(hours=2)
    Collection.objects.filter(pk=over.pk).update(starts_at=past, ends_at=past + timedelta(hours=1))
    Collection.objects.filter(pk=hidden.pk).update(starts_at=past, is_active=False)

    assert send_reminders() == 0
    assert list(DropReminder.objects.values_list("collection", flat=True)) == [hidden.pk]


def test_what_has_begun_needs_no_reminder(client: Client) -> None:
    assert sign_up(client, DropFactory.create()) == 409
    assert not DropReminder.objects.exists()


@pytest.mark.parametrize(
    ("typed", "status"), [({"email": "nada"}, 422), ({"website": "x"}, 302), ({"email": ""}, 422)]
)
def test_bad_addresses_and_programs_are_not_noted(
    client: Client, typed: dict[str, str], status: int
) -> None:
    assert sign_up(client, coming(), **typed) == status
    assert not DropReminder.objects.exists()


def test_one_address_cannot_be_noted_without_end(client: Client) -> None:
    answers = [sign_up(client, coming()) for _ in range(6)]

    assert answers == [302] * 5 + [429]


def test_the_link_of_the_mail_forgets_the_address_when_it_is_confirmed(client: Client) -> None:
    for drop in (coming(), coming()):
        for name in ("ana", "luz"):
            reminders.sign_up(drop, email=f"{name}@example.com", language="es")
    link = f"/drops/reminders/leave/{reminders.token_of('ana@example.com')}/"

    client.get(link)
    still = DropReminder.objects.count()
    client.post(link)

    assert still == 4
    assert set(DropReminder.objects.values_list("email", flat=True)) == {"luz@example.com"}
    assert client.post("/drops/reminders/leave/forged/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_nobody_twice() -> None:
    drop = coming()
    for number in range(9):
        reminders.sign_up(drop, email=f"{number}@example.com", language="es")
    begin(drop)

    at_once(send_reminders, times=4)

    assert told() == [f"{number}@example.com" for number in range(9)]
