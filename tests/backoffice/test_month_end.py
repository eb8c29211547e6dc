"""Finance closes a month in the back office: ten steps, and the checks that took a shell."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from accounts.permissions import Role
from backoffice.models import BooksCheck, CheckKind
from backoffice.month_end import checks
from backoffice.month_end.months import Month
from orders.consistency import ConsistencyCheck, last_results
from payments.models import LedgerEntry, LedgerKind, Reconciliation
from tests.accounts.factories import signed_in
from tests.commands import rows_of
from tests.inventory.factories import stocked
from tests.payments.factories import held_order, pay

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:backoffice_bookscheck_changelist")


@pytest.fixture
def finance(client: Client) -> User:
    return signed_in(client, Role.FINANCE)


def links(answer: Any) -> dict[str, str]:
    return {link.url: link.label for step in answer.context["steps"] for link in step.links}


def begin(client: Client, kind: str, month: str = "") -> BooksCheck:
    client.post(reverse("admin:backoffice_bookscheck_begin", args=[kind]), {"month": month})
    return BooksCheck.objects.latest("created_at")


def page(check: BooksCheck) -> str:
    return reverse("admin:backoffice_bookscheck_change", args=[check.pk])


def this_month() -> str:
    return f"{timezone.localdate():%Y-%m}"


def test_finance_gets_to_every_step_with_the_days_of_the_month(
    client: Client, finance: User
) -> None:
    answer = client.get(PAGE, {"month": "2026-02"})

    assert len(answer.context["steps"]) == 9  # without sellers
    found = links(answer)
    assert {client.get(url).status_code for url in found} == {200}
    dated = [parse_qs(urlsplit(url).query) for url in found if "since" in url]
    assert {(each["since"][0], each["until"][0]) for each in dated} == {
        ("2026-02-01", "2026-02-28")
    }
    paths = {urlsplit(url).path for url in found}
    for name in ("sales", "gateway-fees", "stock-valuation", "returns"):
        assert reverse("admin:report", args=[name]) in paths
    documents = reverse("admin:invoicing_fiscaldocument_changelist")
    assert f"{documents}list.xlsx" in paths
    assert documents in paths


def test_the_month_shown_is_the_last_that_is_over(client: Client, finance: User) -> None:
    today = timezone.localdate()
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)

    assert client.get(PAGE).context["month"] == Month(last)
    for text in ("", "2026", "2026-13", "0000-01", "0001-01", "9999-12", "x"):
        assert client.get(PAGE, {"month": text}).context["month"] == Month(last), text
    assert Month(date(2026, 12, 1)).before == Month(date(2026, 11, 1))
    assert Month(today.replace(day=1)).after is None


def test_finance_compares_a_month_with_the_providers(
    client: Client, finance: User, simulator: Any
) -> None:
    payment = pay(held_order())
    LedgerEntry.objects.create(
        payment=payment,
        provider="simulator",
        kind=LedgerKind.CAPTURE,
        reference="nobody-knows",
        amount=Decimal("12.50"),
        currency="PEN",
        occurred_at=timezone.now(),
    )

    check = begin(client, "providers", this_month())
    waiting = client.get(page(check))
    assert begin(client, "providers", this_month()) == check
    checks.work_off()
    shown = client.get(page(check))

    assert waiting.context["is_live"]
    assert not shown.context["is_live"]
    [row] = shown.context["found"].rows
    assert (str(row.kind), row.reference) == ("falta en el proveedor", "nobody-knows")
    days = Month.named(this_month()).days
    said = rows_of("reconcile_payments", "--since", days["since"], "--until", days["until"])
    assert [(each["kind"], each["reference"]) for each in said] == [
        ("missing_there", "nobody-knows")
    ]
    for word in ("missing_there", "False"):
        assert word not in shown.text
    [step] = [each for each in client.get(PAGE, {"month": this_month()}).context["steps"]
              if each.check]  # fmt: skip
    assert (step.check, step.is_well) == (check, False)


def test_a_provider_that_is_away_is_said_to_be(
    client: Client, finance: User, simulator: Any, settings: Any
) -> None:
    pay(held_order())
    settings.SIMULATOR_API_BASE = "http://127.0.0.1:9"

    check = begin(client, "providers", this_month())
    checks.work_off()

    check.refresh_from_db()
    assert [row["kind"] for row in check.rows] == ["not_asked"]
    assert "no responde" in client.get(page(check)).text


def test_finance_proves_the_stock_and_takes_the_proof_home(client: Client, finance: User) -> None:
    variant = stocked(5)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = 3, committed = 2")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    check = begin(client, "stock")
    checks.work_off()
    shown = client.get(page(check))
    file = client.get(reverse("admin:backoffice_bookscheck_file", args=[check.pk, "xlsx"]))

    rows = shown.context["found"].rows
    assert {row.sku for row in rows} == {variant.sku}
    said = rows_of("check_stock")
    assert [row["stored"] for row in said] == [row.stored for row in rows]
    assert last_results(ConsistencyCheck.STOCK)[0].differences == len(rows)
    [sheet] = load_workbook(BytesIO(file.getvalue())).worksheets
    texts = [str(cell) for row in sheet.values for cell in row]
    assert variant.sku in texts
    assert f"Diferencias: {len(rows)}" in texts
    json.dumps(check.rows)


def test_a_check_without_differences_says_so(client: Client, finance: User) -> None:
    stocked(5)

    check = begin(client, "stock")
    checks.work_off()

    assert "No queda nada." in client.get(page(check)).text
    text = client.get(reverse("admin:backoffice_bookscheck_file", args=[check.pk, "csv"]))
    assert len(text.getvalue().splitlines()) == 1


def test_what_is_broken_off_again_and_again_is_given_up(client: Client, finance: User) -> None:
    check = begin(client, "stock")
    BooksCheck.objects.update(attempts=9)

    assert checks.work_off() == 1

    check.refresh_from_db()
    assert check.error
    assert check.error in client.get(page(check)).text


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.SUPPORT, Role.CATALOGUE])
def test_others_neither_see_nor_begin_a_check(client: Client, role: Role) -> None:
    check = checks.begin(CheckKind.STOCK, user=signed_in(client, role))

    assert client.get(PAGE).status_code == 403
    assert client.get(page(check)).status_code in {302, 403}
    assert client.get(page(check).replace("change/", "file.csv")).status_code == 403
    assert (
        client.post(reverse("admin:backoffice_bookscheck_begin", args=["stock"])).status_code == 403
    )
    assert BooksCheck.objects.count() == 1


def test_a_check_begins_by_a_button_and_only_one_that_there_is(
    client: Client, finance: User
) -> None:
    address = reverse("admin:backoffice_bookscheck_begin", args=["stock"])

    assert client.get(address).status_code == 405
    assert client.post(address.replace("stock", "moon")).status_code == 404
    assert not BooksCheck.objects.exists()


def test_the_step_of_the_providers_says_what_the_night_has_left(
    client: Client, finance: User
) -> None:
    Reconciliation.objects.create(provider="simulator", reached_at=timezone.now(), unsolved=2)

    step = client.get(PAGE).context["steps"][1]

    assert step.is_well is False
    assert "simulator" in step.said
