#!/usr/bin/env python
"""Django's commands, with the embedded servers where the environment names no others."""

import os
import sys

from django.core.management import execute_from_command_line

from config import local
from config.processes import StartError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # PostgreSQL learns it with each connection: the audit names the command that has written.
    os.environ.setdefault("PGAPPNAME", " ".join(["manage.py", *sys.argv[1:2]]))
    try:
        # On a new machine a restore comes before the first start.
        with local.servers(creates=sys.argv[1:2] == ["restore"]):
            execute_from_command_line(sys.argv)
    except StartError as error:
        sys.exit(f"vitrina: {error}")


if __name__ == "__main__":
    main()
