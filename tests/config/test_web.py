"""The process that web workers are forked from."""

import json
import subprocess
import sys

LOAD = """
import json, sys, threading
import config.web, config.asgi
from django.db import connections
modules = sorted(sys.modules)
threads = threading.active_count()
open_connections = [each.alias for each in connections.all() if each.connection]
import greenlet, numpy, rich.console
total = int(numpy.arange(3).sum())
print(json.dumps([modules, threads, open_connections, total]))
"""


def test_it_has_loaded_what_workers_share_and_may_load_large_libraries() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True
    )

    modules, threads, connections, total = json.loads(loaded.stdout.splitlines()[-1])

    assert {"barcode", "fpdf", "markdown_it", "pymongo", "segno"} <= set(modules)
    assert (threads, connections) == (1, []), "what is forked has no threads and no connections"
    assert total == 3
