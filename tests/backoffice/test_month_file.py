"""A month's exports in one file, and the links that lead an accountant to it."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from accounts.permissions import Role
from backoffice.models import MonthDownload, MonthFile, MonthLink
from backoffice.month_end import files, links
from backoffice.month_end.months import Month
from core.web import throttle
from invoicing import services as invoicing
from tests.accounts.factories import signed_in
from tests.invoicing.factories import money_back, money_in, sold

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:backoffice_bookscheck_changelist")
TODAY = timezone.localdate()


@pytest.fixture
def finance(client: Client) -> User:
    return signed_in(client, Role.FINANCE)


def made(client: Client) -> MonthFile:
    """The file of this month, as finance asks for it and a worker makes it."""
    client.post(reverse("admin:backoffice_bookscheck_begin_file"), {"month": f"{TODAY:%Y-%m}"})
    files.work_off()
    return MonthFile.objects.latest("created_at")


def page_of(file: MonthFile) -> str:
    return reverse("admin:backoffice_bookscheck_month", args=[file.pk])


def shared(client: Client, file: MonthFile) -> MonthLink:
    client.post(page_of(file), {"name": "Estudio Ríos", "days": "7"})
    return MonthLink.objects.get()


def content(answer: Any) -> ZipFile:
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))


def test_finance_gets_every_sheet_with_totals_and_a_cover(client: Client, finance: User) -> None:
    order = sold()
    invoicing.issue(order.pk)
    invoicing.credit(money_back(money_in(order), Decimal("10.00")).pk)

    file = made(client)

    pack = content(client.get(reverse("admin:backoffice_bookscheck_zip", args=[file.pk])))
    names = sorted(pack.namelist())
    assert len(names) == 1 + len(files.PARTS)
    assert pack.read(names[0]).startswith(b"%PDF")
    documents = next(name for name in names if "comprobantes" in name)
    rows = list(load_workbook(BytesIO(pack.read(documents))).worksheets[0].values)
    place = rows[0].index("total")
    assert [row[place] for row in rows[1:3]].count(-10) == 1
    assert order.total - 10 in [row[place] for row in rows[3:]]


def test_steps_tick_themselves_once_the_whole_month_is_in_its_file(
    client: Client, finance: User
) -> None:
    month = Month(TODAY.replace(day=1))
    early = made(client)
    before = client.get(PAGE, {"month": str(month)}).context["steps"]
    MonthFile.objects.filter(pk=early.pk).update(created_at=timezone.now() + timedelta(days=31))

    after = client.get(PAGE, {"month": str(month)}).context["steps"]

    filed = [step for step in after if step.reports]
    assert not any(step.is_well for step in before if step.reports)
    assert len(filed) == 6
    assert all(step.is_well for step in filed)


def test_an_accountant_takes_it_by_a_link_and_each_time_is_written_down(
    client: Client, finance: User
) -> None:
    file = made(client)
    address = urlsplit(links.address_of(shared(client, file))).path
    stranger = Client()

    looked = stranger.get(address)
    taken = stranger.post(address, REMOTE_ADDR="203.0.113.9")

    assert (looked.status_code, taken.status_code) == (200, 200)
    assert content(taken).namelist()
    assert taken["Cache-Control"].startswith("max-age=0")
    download = MonthDownload.objects.get()
    assert (str(download.link), download.user) == ("Estudio Ríos", None)
    assert download.place
    assert "203.0.113.9" not in download.place
    assert "Se descargó una vez" in client.get(page_of(file)).text


@pytest.mark.parametrize("how", ["withdrawn", "ended"])
def test_a_link_that_is_over_gives_nothing(client: Client, finance: User, how: str) -> None:
    link = shared(client, made(client))
    if how == "withdrawn":
        client.post(reverse("admin:backoffice_bookscheck_revoke", args=[link.pk]))
    else:
        MonthLink.objects.update(ends_at=timezone.now())
    address = urlsplit(links.address_of(link)).path

    answers = [Client().get(address), Client().post(address)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert not MonthDownload.objects.exists()
    assert Client().get(f"{address[:-3]}xx/").status_code == 404


def test_a_link_is_not_taken_without_end(
    client: Client, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = urlsplit(links.address_of(shared(client, made(client)))).path
    monkeypatch.setattr(throttle, "allows", lambda name, **_: not name.startswith("month-link"))

    assert Client().post(address).status_code == 429
    assert not MonthDownload.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.CATALOGUE, Role.WAREHOUSE])
def test_others_neither_ask_for_it_nor_share_it(client: Client, role: Role) -> None:
    finance = signed_in(client, Role.FINANCE)
    file = files.begin(Month(TODAY.replace(day=1)), user=finance)
    files.work_off()
    signed_in(client, role)

    answers = [
        client.post(reverse("admin:backoffice_bookscheck_begin_file")),
        client.get(page_of(file)),
        client.post(page_of(file), {"name": "x", "days": "7"}),
        client.get(reverse("admin:backoffice_bookscheck_zip", args=[file.pk])),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert not MonthLink.objects.exists()


def test_old_files_are_deleted_with_their_links(client: Client, finance: User) -> None:
    file = made(client)
    shared(client, file)
    stored = file.file
    MonthFile.objects.update(created_at=timezone.now() - files.KEPT - timedelta(days=1))

    assert files.forget_old() == 1

    assert not stored.storage.exists(stored.name)
    assert not MonthLink.objects.exists()
