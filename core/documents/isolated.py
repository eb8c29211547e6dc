"""
Runs a reader of untrusted documents in a process with limits of memory and CPU time.

The process starts with this file, so neither it nor the reader imports any of our modules.
"""

import resource
import runpy
import sys
from contextlib import suppress


def command(reader: str, *, memory: int, cpu_seconds: int) -> list[str]:
    """
    What starts the reader, a Python file, isolated.

    Start it with an empty environment: ours holds secrets.

    :param memory: in bytes
    """
    return [sys.executable, "-I", __file__, reader, str(memory), str(cpu_seconds)]


def _set_limits(memory: int, cpu_seconds: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # Fails if the system has a lower limit already, and on macOS for memory.
        with suppress(ValueError):
            resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    _set_limits(*map(int, sys.argv[2:]))
    runpy.run_path(sys.argv[1], run_name="__main__")
