"""What a web process loads before it is forked, and what it must not."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from config.web import Later

# Each takes ten to fifty megabytes, and most processes never need it.
LARGE = {
    *("boto3", "botocore", "conekta", "elasticsearch", "fontTools", "fpdf", "holidays"),
    *("mercadopago", "numpy", "openpyxl", "opentelemetry", "paypalrestsdk", "pymongo"),
    *("fido2", "rich", "sentry_sdk", "stripe", "tabulate"),
}
# What libraries load and nobody asks of them: each takes half a megabyte to three.
IDLE = {
    *("fido2.server", "fontTools.varLib.merger", "redis.asyncio.client", "sqlparse.keywords"),
    *("cryptography.x509", "PIL._imagingcms", "unittest.case", "xml.dom.minicompat"),
}
LOAD = """
import json, sys, threading
from config import web
web.prepare()
import config.wsgi
from django.db import connections
loaded = {name.partition(".")[0] for name in sys.modules}
config.wsgi.share()
shared = {name.partition(".")[0] for name in sys.modules} - loaded
print(json.dumps({
    "loaded": sorted(loaded),
    "shared": sorted(shared),
    "threads": threading.active_count(),
    "modules": sorted(sys.modules),
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


def test_what_libraries_load_in_vain_is_kept_away() -> None:
    assert IDLE & set(loaded()["modules"]) == set()


def test_what_waits_is_loaded_by_the_first_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "waiting").mkdir()
    (tmp_path / "waiting" / "__init__.py").write_text("answer = 42")
    (tmp_path / "waiting" / "part.py").write_text("answer = 43")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [Later("waiting"), *sys.meta_path])

    waiting = import_module("waiting")
    part = import_module("waiting.part")

    assert "answer" not in vars(waiting)
    assert (part.answer, waiting.part, waiting.answer) == (43, part, 42)
    assert not hasattr(waiting, "question")


def test_what_is_forked_has_no_threads_and_talks_to_no_server() -> None:
    found = loaded()

    assert (found["threads"], found["connections"]) == (1, [])


def loaded() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))
