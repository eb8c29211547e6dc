"""
Short programs one after the other, each with an environment of its own and its libraries at hand.

A program that reads the settings spends nine tenths of its time on loading Django and Celery. One
process does so, without any settings, and forks for each program, which loads what is ours again.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FORK_FOR_EACH = """
import gc, json, os, sys, traceback
import celery.schedules, csp.constants, django.contrib.sitemaps, django.contrib.syndication.views
import django.core.mail, django.forms, django.shortcuts, django_redis.client, django_stubs_ext
import environ, redis.asyncio, sentry_sdk, structlog, structlog.dev, wsgiref.headers, yaml

gc.freeze()
while True:
    line = sys.stdin.readline()
    if not line:
        sys.exit()
    code, environment, files = json.loads(line)
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
for stream, file in zip((1, 2), files):
    os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
os.environ.clear()
os.environ.update(environment)
status = 0
try:
    exec(code, {"__name__": "__main__"})
except SystemExit as end:
    status = end.code if isinstance(end.code, int) else 1
    print(end.code, file=sys.stderr)
except BaseException:
    status = 1
    traceback.print_exc()
sys.stdout.flush()
os._exit(status)  # at once: to clear away all the libraries takes longer than the program
"""


class Programs:
    """Starts one after the other; none knows of another."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._files = [folder / "out", folder / "error"]

    def run(self, code: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        asked: list[Any] = [code, dict(environment), list(map(str, self._files))]
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        out, error = (file.read_text() for file in self._files)
        return subprocess.CompletedProcess(code, status, out, error)


@contextmanager
def programs(folder: Path, environment: Mapping[str, str]) -> Iterator[Programs]:
    """They get that environment for nothing but to find their libraries."""
    with subprocess.Popen(
        [sys.executable, "-c", FORK_FOR_EACH],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Programs(process, folder)
        assert process.stdin
        process.stdin.close()
