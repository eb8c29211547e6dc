"""An application that says what it was asked: a test sees what its server has understood."""

from collections.abc import Iterable
from typing import Any

from core.web.bodies import Limits
from core.web.front import Front


def say(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    told = f"asked: {environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}\n".encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
    return [told]


application = Front(say, threads=2)
impatient = Front(say, threads=2, limits=Limits(grace=0.5, unfinished=8, largest=100_000))
