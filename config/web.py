"""
The web server: granian, whose workers are forked from a process that has loaded the store.

The workers share the memory that none of them changes (docs/decisions/0025).
"""

import gc
import multiprocessing
import os
import sys
from importlib import import_module
from pathlib import Path

from django.db import connections
from granian.cli import entrypoint

from config.environment import QUICK, read_file

ROOT = Path(__file__).resolve().parent.parent
# A page makes thousands of objects, few of them in cycles: Python's default of one collection per
# 700 objects costs a tenth of a page.
GC_THRESHOLD = (10_000, 3, 10)


def main() -> None:
    """Load the application that the command names first, and run granian with its arguments."""
    multiprocessing.set_start_method("fork")
    read_file(ROOT / ".env")
    if not os.environ.get("STATEMENT_TIMEOUT"):
        os.environ["STATEMENT_TIMEOUT"] = str(QUICK)
    # Its lines go the way of ours, as JSON.
    os.environ.setdefault("GRANIAN_LOG_CONFIG", str(ROOT / "config" / "granian_log.json"))
    import_module(sys.argv[1].partition(":")[0])
    connections.close_all()  # no two processes may talk over one
    gc.collect()
    gc.freeze()  # a collection would write to every page of memory, and none would be shared
    gc.collect()  # resets the counters that decide when the next full collection is due
    gc.set_threshold(*GC_THRESHOLD)
    entrypoint()


if __name__ == "__main__":
    main()
