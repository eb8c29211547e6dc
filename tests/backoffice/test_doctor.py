"""`doctor` and `send_test_mail` say in a sentence what does not work, and end with 1."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from post_office.models import Email

from backoffice.backups.checks import backups_that_can_be_written
from backoffice.monitoring import doctor
from core.mail import sending
from tests.commands import run
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


def said() -> dict[str, str]:
    """What is wrong, by what was asked."""
    return {check.name: check.said for check in doctor.examine() if not check.is_well}


def test_mail_server_backups_and_certificate_are_tried(
    mailbox: Mailbox, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_TO = str(tmp_path)
    well = said()
    settings.EMAIL_PORT = 1
    settings.BACKUP_TO = str(tmp_path / "gone")
    settings.SITE_URL = f"https://127.0.0.1:{mailbox.port}"

    wrong = {name: text for name, text in said().items() if well.get(name) != text}

    assert {"Servidor de correo", "Destino de los respaldos", "Certificado"} <= wrong.keys()
    assert "gone" in wrong["Destino de los respaldos"]
    assert not {"Servidor de correo", "Destino de los respaldos"} & well.keys()


def test_the_command_lists_each_check_and_ends_with_1(settings: Any) -> None:
    settings.BACKUP_TO = "/nope/there"

    told = run("doctor", "--format", "csv", "--language", "en")

    assert told.code == 1
    assert told.out.splitlines()[0] == "name,is_well,said"
    assert "/nope/there" in told.out
    assert "/nope/there" in told.error
    assert run("doctor", "--seller", "casa").code == 2


def test_check_deploy_asks_for_a_place_of_backups(settings: Any, tmp_path: Path) -> None:
    def ids() -> list[str]:
        return [str(each.id) for each in backups_that_can_be_written()]

    settings.DEMO = False
    settings.BACKUP_TO = ""
    empty = ids()
    settings.BACKUP_TO = "/nope/there"
    missing = ids()
    settings.BACKUP_TO = str(tmp_path)

    assert (empty, missing, ids()) == (["backoffice.W001"], ["backoffice.E001"], [])
    found = run_checks(tags=["security"], include_deployment_checks=True)
    assert "backoffice.W001" not in {each.id for each in found}


def sending_worker() -> threading.Thread:
    """Sends what waits, once something does."""

    def work() -> None:
        deadline = time.monotonic() + 20
        while not Email.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        sending.send_waiting()
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    return worker


def test_a_test_mail_goes_the_whole_way(mailbox: Mailbox) -> None:
    worker = sending_worker()
    told = run("send_test_mail", "ana@example.com")
    worker.join()

    assert told.code == 0, told.error
    assert [mail.to for mail in mailbox.mails] == ["ana@example.com"]


def test_a_refused_test_mail_shows_the_servers_answer(mailbox: Mailbox) -> None:
    mailbox.refused = {"ana@example.com"}
    worker = sending_worker()
    told = run("send_test_mail", "ana@example.com")
    worker.join()

    assert told.code == 1
    assert "550" in told.error
    assert not Email.objects.exists()


def test_without_a_mail_server_no_test_mail_is_said_to_be_sent() -> None:
    told = run("send_test_mail", "ana@example.com")

    assert told.code == 1
    assert "EMAIL_URL" in told.error


def test_a_test_mail_that_nobody_sends_says_so(mailbox: Mailbox) -> None:
    told = run("send_test_mail", "ana@example.com", "--wait", "0")

    assert told.code == 1
    assert "doctor" in told.error
    assert not Email.objects.exists()
    assert run("send_test_mail", "ana").code == 2


def test_a_backup_is_proven_without_a_place_to_restore_it_to(tmp_path: Path) -> None:
    file, cut = tmp_path / "shop.tar", tmp_path / "cut.tar"
    made = run("backup", str(file))
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    whole, broken = run("check_backup", str(file)), run("check_backup", str(cut))

    assert (made.code, whole.code, broken.code) == (0, 0, 1), whole.error
    assert "cut.tar" in broken.error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.tar", "shop.tar"]
