"""
The web server: granian, whose workers are forked from a process that has loaded the store.

So they share in memory what none of them changes. Loaded by each for itself, it would lie there
once for each, and take each as long.
"""

import gc
import multiprocessing
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any, cast

from django.db import connections
from granian.cli import entrypoint

from config.environment import read_file

ROOT = Path(__file__).resolve().parent.parent
# Drawing a page makes thousands of objects, few of them in circles: to look for these after each
# 700, as Python does, is a tenth of the work of a page. What six threads were holding just then
# is looked at again soon, or the circles among it would lie there for a hundred pages.
RARELY = (10_000, 3, 10)
# Libraries load them where they happen to lie, tens of megabytes, and go on where they are not:
# rich writes errors to terminals, and the last two are for PDFs that are signed and for MongoDB
# by another library than Python's own.
NEVER: tuple[str, ...] = (
    *("numpy", "rich", "greenlet", "cryptography.hazmat.primitives.serialization.pkcs12"),
    "pymongo.pyopenssl_context",
)
# And these they do not go on without, but ask nothing of them: to wait for Redis without threads,
# for keys of hardware, for fonts of many weights, for profiles of colours, and to tell SQL apart.
LATER = (
    *("redis.asyncio", "allauth.mfa.webauthn.internal.auth", "sqlparse", "PIL.ImageCms"),
    *("fontTools.varLib", "fontTools.varLib.instancer", "xml.dom.minidom", "unittest"),
)


class Without:
    """Says that these are not there."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """None, which leaves all others to Python."""
        if name in self._names:
            raise ModuleNotFoundError(name=name)
        return None


class Later(Loader):
    """
    Loads these when something is asked of them, which may be never.

    Libraries load them for what few of their users do. What lies in a package is found without it.
    """

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_spec(self, name: str, path: Sequence[str] | None, *_: object) -> ModuleSpec | None:
        """As Python finds it, to be loaded by this one."""
        spec = PathFinder.find_spec(name, path) if name in self._names else None
        if spec:
            spec.loader_state, spec.loader = spec.loader, self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Nothing, until a name is looked for that is not there yet."""
        lock, spec = RLock(), cast("ModuleSpec", module.__spec__)
        parts = spec.submodule_search_locations

        def load(name: str) -> Any:
            if parts and PathFinder.find_spec(f"{spec.name}.{name}", parts):
                return import_module(f"{spec.name}.{name}")
            with lock:  # the others wait until it is there
                loader, spec.loader_state = spec.loader_state, None
                if loader:
                    loader.exec_module(module)
            if name not in vars(module):
                raise AttributeError(f"module {spec.name!r} has no attribute {name!r}")
            return vars(module)[name]

        vars(module)["__getattr__"] = load


def prepare() -> None:
    """Keep away from this process what nothing of ours needs."""
    read_file(ROOT / ".env")
    collects_traces = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    # Redis's library would load it in any case.
    never = NEVER if collects_traces else (*NEVER, "opentelemetry")
    sys.meta_path[:0] = [Without(*never), Later(*LATER)]


def main() -> None:
    """Load the application that the command names first, and run granian with its arguments."""
    multiprocessing.set_start_method("fork")
    prepare()
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
