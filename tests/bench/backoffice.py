"""
How fast the back office is with 100,000 orders: `python -m tests.bench.backoffice`.

Every list and one form of each table is opened three times, and the fastest counts: what the
server takes for it, without the network. The first page counts everything again each time. WORDS
after the command choose tables by their label.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack

import django
from django.db import connection

from tests import schema, servers


def main(words: Sequence[str]) -> None:
    """Measure in a new database."""
    with ExitStack() as stack:
        servers.start(stack)
        schema.prepare()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        schema.copy_for_tests()
        from tests.bench import office_pages  # noqa: PLC0415 - needs the settings

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            office_pages.measure(words)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
