"""The owner hears by mail what is wrong with the servers: once, each day, and when it is over."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from constance import config
from django.core.cache import cache
from django.utils import timezone
from post_office.models import STATUS, Email

from backoffice import tasks
from backoffice.backups.archives import BackupRefused
from backoffice.models import Alert, Backup
from backoffice.monitoring import alerts, queues, system_status
from core.mail import sending
from tests.accounts.factories import UserFactory
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = timezone.now()

    def goes_on(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture(autouse=True)
def _shop_in_order() -> None:
    """Backed up, all queues worked off, all servers there."""
    config.OPERATIONS_EMAIL = "duena@example.com"
    Backup.objects.create(size=1)
    beat()


def beat() -> None:
    for queue in queues.names():
        tasks.beat(queue)


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject for mail in mailbox.mails]


def test_a_shop_in_order_is_silent(mailbox: Mailbox) -> None:
    assert alerts.look() == []
    assert mailbox.mails == []


def test_a_problem_is_told_once_then_daily_and_when_it_is_over(
    mailbox: Mailbox, clock: Clock
) -> None:
    def look(after: timedelta) -> int:
        clock.goes_on(after)
        beat()
        alerts.look()
        return len(mailbox.mails)

    Backup.objects.update(created_at=clock.now - timedelta(days=3))
    told = [look(each) for each in (0 * MINUTE, 4 * MINUTE, MINUTE, timedelta(hours=25), MINUTE)]
    Backup.objects.create(size=1, created_at=clock.now)
    over = [look(MINUTE), look(MINUTE)]

    assert told == [0, 1, 1, 2, 2]
    assert over == [3, 3]
    assert {mail.to for mail in mailbox.mails} == {"duena@example.com"}
    assert "respaldo" in subjects(mailbox)[0].lower()
    assert not Alert.objects.exists()


def test_what_passes_by_itself_is_no_mail(mailbox: Mailbox, clock: Clock) -> None:
    Backup.objects.update(created_at=clock.now - timedelta(days=3))
    alerts.look()
    Backup.objects.create(size=1)
    clock.goes_on(4 * MINUTE)
    beat()

    assert alerts.look() == []
    assert mailbox.mails == []
    assert not Alert.objects.exists()


def test_two_workers_tell_it_once(mailbox: Mailbox, clock: Clock) -> None:
    Backup.objects.update(created_at=clock.now - timedelta(days=3))
    alerts.look()
    clock.goes_on(4 * MINUTE)

    for _worker in range(2):
        alerts.look()

    assert len(mailbox.mails) == 1


def test_redis_that_is_away_is_told_although_no_task_can_run(
    mailbox: Mailbox, clock: Clock, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.monitoring.health.redis_state", lambda: "away")
    alerts.look()
    clock.goes_on(4 * MINUTE)
    beat()

    [check] = alerts.look()

    assert check.name == "Redis"
    assert "Redis" in subjects(mailbox)[0]


def test_without_an_address_all_superusers_are_told() -> None:
    config.OPERATIONS_EMAIL = ""
    UserFactory.create(email="jefa@example.com", is_superuser=True, is_staff=True)
    UserFactory.create(email="ex@example.com", is_superuser=True, is_active=False)
    UserFactory.create(email="ana@example.com", is_staff=True)

    assert alerts.recipients() == ["jefa@example.com"]


def test_a_backup_that_fails_at_night_is_a_problem_with_its_reason(
    settings: Any, tmp_path: Any, clock: Clock
) -> None:
    settings.BACKUP_TO = str(tmp_path / "gone")
    with pytest.raises(BackupRefused):
        tasks.back_up()
    clock.goes_on(timedelta(hours=27))
    beat()

    [check] = [each for each in alerts.look() if "gone" in each.said]

    assert not check.is_well
    settings.BACKUP_TO = str(tmp_path)
    tasks.back_up()
    assert cache.get(system_status.BACKUP_FAILURE) is None


def test_a_server_that_refuses_one_mail_after_the_other_is_a_problem(mailbox: Mailbox) -> None:
    Email.objects.bulk_create(
        Email(from_email="a@b.pe", to=f"{number}@b.pe", status=STATUS.failed, last_updated=at)
        for number, at in enumerate([timezone.now()] * system_status.REFUSED_MAILS)
    )
    refused = alerts.look()
    Email.objects.create(
        from_email="a@b.pe", to="x@b.pe", status=STATUS.sent, last_updated=timezone.now()
    )

    assert len(refused) == 1
    assert str(system_status.REFUSED_MAILS) in refused[0].said
    assert alerts.look() == []


def test_mail_that_waits_is_a_problem(clock: Clock) -> None:
    Email.objects.create(from_email="a@b.pe", to="x@b.pe", status=STATUS.queued, message_id="1")
    Email.objects.update(
        created=clock.now - 16 * MINUTE, scheduled_time=clock.now + timedelta(hours=1)
    )

    assert len(alerts.look()) == 1
    assert sending.send_waiting() == 0


class Listener(BaseHTTPRequestHandler):
    heard: list[str] = []

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_service_that_waits_for_us_hears_of_us(listener: HTTPServer, settings: Any) -> None:
    settings.PING_URL = f"http://127.0.0.1:{listener.server_port}/shop"
    alerts.ping()

    settings.PING_URL = "http://127.0.0.1:1/"
    alerts.ping()

    assert Listener.heard == ["/shop"]
