"""What the servers use of the machine: processor time and memory of their processes."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Process:
    """Of /proc/…/stat: whose child it is, and ticks of its own and of children it has buried."""

    parent: int
    ticks: int


@dataclass(frozen=True)
class Servers:
    """The first process of each server, by what the table calls it."""

    pids: Mapping[str, int]

    def seconds(self) -> dict[str, float]:
        """Processor time that each has used so far, with all that it has started."""
        found = processes()
        return {name: _ticks(found, pid) / TICKS for name, pid in self.pids.items()}


def processes() -> dict[int, Process]:
    """All that run now, by their number."""
    return {
        int(path.parent.name): Process(int(fields[1]), sum(map(int, fields[11:15])))
        for path in Path("/proc").glob("[0-9]*/stat")
        if (fields := _fields(path))
    }


def workers_of(pid: int) -> list[int]:
    """The processes that this one has started itself."""
    return sorted(number for number, each in processes().items() if each.parent == pid)


def memory(pid: int) -> float:
    """
    Megabytes of a process: its own, and its share of what it shares with others.

    What several have mapped is divided among them (the kernel's PSS), so that sums are true.
    """
    found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    return int(found[1]) / 1000 if found else 0.0


def _ticks(found: Mapping[int, Process], pid: int) -> int:
    return sum(found[each].ticks for each in _with_descendants(found, pid) if each in found)


def _with_descendants(found: Mapping[int, Process], pid: int) -> Iterator[int]:
    yield pid
    for number, process in found.items():
        if process.parent == pid:
            yield from _with_descendants(found, number)


def _fields(path: Path) -> list[str]:
    """After the name: state, parent, group, …; nothing of a process that has just ended."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []
