"""
`make bench`: how fast the store is, next to what the same server does in the same run at best.

Clients and servers share this machine, so the ratios say more than the figures, and the processor
time of each server more than the clock. BENCH_SIZES chooses how many products the shops have,
BENCH_SECONDS how long each step is repeated; BENCH_TABLE names a file for the table as Markdown.
"""

import os
import sys
from collections.abc import Mapping

import django

from config import embedded, local
from config.preparation import Preparation
from config.processes import StartError, Supervisor
from config.run import say
from tests import servers

FOLDER = local.ROOT / ".data" / "bench"


def main() -> int:
    """Print the table; gives the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with Supervisor(FOLDER) as supervisor:
            # It makes databases and counts statements, which only their owner may.
            urls = servers.as_owner(embedded.start(supervisor, list(embedded.STARTERS)))
            environment = _environment(urls)
            Preparation(supervisor, environment, is_own_database=True, say=say).prepare(
                None, is_demo=True
            )
            environment["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
            os.environ.update(environment)
            django.setup()
            from tests.bench.run import Bench  # noqa: PLC0415 – needs the settings

            Bench(supervisor, environment).run()
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    return 0


def _environment(urls: Mapping[str, str]) -> dict[str, str]:
    return {
        **local.defaults(FOLDER),
        **os.environ,
        **urls,
        "DEMO": "1",
        "SITE_URL": "http://127.0.0.1",
        "MALLOC_ARENA_MAX": "1",
        "MEDIA_ROOT": str(FOLDER / "media"),
        # Webhooks are taken; nobody is asked about them.
        "SIMULATOR_API_BASE": "http://127.0.0.1:9",
        "SIMULATOR_SECRET": "a secret of the bench",
    }


if __name__ == "__main__":
    sys.exit(main())
