"""An application that says what it was asked: a test sees what its server has understood."""

from collections.abc import Iterable
from typing import Any


def say(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    told = f"asked: {environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}\n".encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
    return [told]
