"""What the log says of those who try, and that nobody writes lines of his own into it."""

import io
import json
import logging
from typing import Any

import pytest
import structlog
from django.db import OperationalError, connection
from django.test import Client

from config.logs import configure
from core.web import throttle
from tests.accounts.factories import UserFactory

FORGED = 'innocent\n{"event": "forged", "level": "info"}'


@pytest.fixture
def lines() -> Any:
    """The lines that are written from here on, as a collector reads them."""
    written = io.StringIO()
    formatter = configure()["formatters"]["json"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_line_says_when_who_and_what_in_json(lines: Any) -> None:
    logging.getLogger("shop").warning("Somebody typed %s", FORGED)

    [line] = lines()
    assert line["event"] == f"Somebody typed {FORGED}"
    assert line["level"] == "warning"
    assert line["timestamp"].endswith("Z")


@pytest.mark.django_db
def test_who_is_turned_away_is_written_down(client: Client, settings: Any, lines: Any) -> None:
    settings.DEMO = True
    client.force_login(user := UserFactory.create())

    client.get("/admin/orders/order/", headers={"User-Agent": FORGED}, follow=True)

    told = [line for line in lines() if line.get("code") == 403 or "403" in str(line)]
    assert told
    assert {line.get("user_id") for line in told} >= {str(user.pk)}
    assert all(line["request_id"] for line in told)


def test_a_limit_that_is_reached_is_written_down_once(caplog: pytest.LogCaptureFixture) -> None:
    for _time in range(5):
        throttle.allows("order-of:ana@example.com", most=2, seconds=60)

    assert caplog.text.count("A limit is reached: order-of") == 1
    assert "ana@" not in caplog.text


@pytest.mark.django_db
def test_a_database_that_is_away_is_one_line_with_the_code_that_the_shopper_got(
    client: Client, lines: Any
) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("the server is away\nin the middle of a statement")

    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        response = client.get("/account/login/")

    [line] = [line for line in lines() if line["event"] == "request_failed"]
    assert (response.status_code, line["code"], line["level"]) == (503, 503, "error")
    assert (line["error"], "exception" in line) == ("the server is away", False)
