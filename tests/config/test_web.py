"""What a web process loads before it is forked, and what it must not."""

import json
import subprocess
import sys
from typing import Any

# Each takes ten to fifty megabytes, and most processes never need it.
LARGE = {
    *("boto3", "botocore", "conekta", "elasticsearch", "fontTools", "fpdf", "holidays"),
    *("mercadopago", "numpy", "openpyxl", "opentelemetry", "paypalrestsdk", "pymongo"),
    *("rich", "sentry_sdk", "stripe"),
}
LOAD = """
import json, sys, threading
from config.web import Without, unneeded
sys.meta_path.insert(0, Without(*unneeded()))
import config.wsgi
from django.db import connections
loaded = {name.partition(".")[0] for name in sys.modules}
config.wsgi.share()
shared = {name.partition(".")[0] for name in sys.modules} - loaded
print(json.dumps({
    "loaded": sorted(loaded),
    "shared": sorted(shared),
    "threads": threading.active_count(),
    "connections": [each.alias for each in connections.all() if each.connection],
}))
"""


def test_the_store_is_loaded_without_what_only_few_processes_need() -> None:
    found = loaded()

    assert LARGE & set(found["loaded"]) == set()


def test_what_each_comes_to_need_is_loaded_before_they_are_forked() -> None:
    found = loaded()

    assert LARGE & set(found["shared"]) == {"fontTools", "fpdf", "pymongo"}
    assert {"barcode", "markdown_it", "segno"} <= set(found["shared"])


def test_what_is_forked_has_no_threads_and_talks_to_no_server() -> None:
    found = loaded()

    assert (found["threads"], found["connections"]) == (1, [])


def loaded() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))
