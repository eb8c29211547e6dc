"""PostgreSQL's own programs reach the database as the shop does."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from backoffice.backups import pg_programs

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_program_trusts_whom_the_shop_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    program = tmp_path / "a-program-of-postgresql"
    program.write_text(f"#!/bin/sh\nenv > {said}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    known: dict[str, Any] = {
        **connection.settings_dict["OPTIONS"],
        "sslmode": "verify-full",
        "sslrootcert": "/etc/shop/ca.pem",
        "sslcert": "/etc/shop/own.pem",
        "sslkey": "/etc/shop/own.key",
    }
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", known)

    pg_programs.run(program.name)

    told = said.read_text().splitlines()
    assert "PGSSLMODE=verify-full" in told
    assert "PGSSLROOTCERT=/etc/shop/ca.pem" in told
    assert "PGSSLCERT=/etc/shop/own.pem" in told
    assert "PGSSLKEY=/etc/shop/own.key" in told
