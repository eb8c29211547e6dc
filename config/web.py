"""
The web server: granian, whose workers are forked from a process that has loaded the store.

So they share in memory what none of them changes. Loaded by each for itself, it would lie there
once for each, and take each as long.
"""

import gc
import multiprocessing
import os
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path

from django.db import connections
from granian.cli import entrypoint

from config.environment import read_file

ROOT = Path(__file__).resolve().parent.parent
# Drawing a page makes thousands of objects, few of them in circles: to look for these after each
# 700, as Python does, is a tenth of the work of a page. What six threads were holding just then
# is looked at again soon, or the circles among it would lie there for a hundred pages.
RARELY = (10_000, 3, 10)


class Without:
    """
    Says that these are not there.

    Libraries load them where they happen to lie, tens of megabytes, and nothing of ours needs them.
    """

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """None, which leaves all others to Python."""
        if name in self._names:
            raise ModuleNotFoundError(name=name)
        return None


def unneeded() -> list[str]:
    """Redis's library would load OpenTelemetry in any case."""
    read_file(ROOT / ".env")
    collects_traces = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    # The log's library would write errors for a terminal with rich.
    never = ["numpy", "rich"]
    return never if collects_traces else [*never, "opentelemetry"]


def main() -> None:
    """Load the application that the command names first, and run granian with its arguments."""
    multiprocessing.set_start_method("fork")
    sys.meta_path.insert(0, Without(*unneeded()))
    application = import_module(sys.argv[1].partition(":")[0])
    if hasattr(application, "share"):
        application.share()
    connections.close_all()  # no two processes may talk over one
    gc.collect()
    gc.freeze()  # or the first collection would write to every page, and none would be shared
    gc.collect()  # it counts nothing now, and from there Python reckons when to look at all again
    gc.set_threshold(*RARELY)
    entrypoint()


if __name__ == "__main__":
    main()
