"""What the process that web workers are forked from has loaded."""

import json
import subprocess
import sys
from typing import Any

LOAD = """
import json, sys, threading
import config.asgi
from django.db import connections
print(json.dumps({
    "modules": sorted(sys.modules),
    "threads": threading.active_count(),
    "connections": [each.alias for each in connections.all() if each.connection],
}))
"""
PACKAGE = """
import config.web, config.asgi
import greenlet, numpy, rich.console
print(numpy.arange(3).sum())
"""


def test_workers_share_what_each_would_load_later() -> None:
    assert {"barcode", "fpdf", "markdown_it", "pymongo", "segno"} <= set(loaded()["modules"])


def test_the_process_that_is_forked_has_no_threads_and_no_connections() -> None:
    found = loaded()

    assert (found["threads"], found["connections"]) == (1, [])


def test_a_package_may_import_large_libraries() -> None:
    assert run(PACKAGE).stdout.split()[-1] == "3"


def loaded() -> dict[str, Any]:
    return dict(json.loads(run(LOAD).stdout))


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
