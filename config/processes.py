"""Supervises child processes: starts and stops them, and ends what a killed supervisor left."""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Self

from config import log_files

SET_PARENT_DEATH_SIGNAL = 1
POLL = 0.02
GONE = "gone"  # start time of a process that has exited and left children behind

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartError(Exception):
    """The store cannot start; the text is one sentence for the person who starts it."""


@dataclass(frozen=True)
class Account:
    """The system user that a server runs as, where ours will not do."""

    user: int
    group: int


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a child is started and restarted."""

    name: str
    command: Sequence[str | Path]
    account: Account | None = None
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # From the kernel, when we are killed; if none is given, the one that we would stop it with.
    orphan_signal: signal.Signals | None = None
    before: Callable[[], None] | None = None
    # Seconds for which processes that it leaves behind may serve, while the new one starts.
    linger: float = 0.0


@dataclass(frozen=True, eq=False)
class Child:
    """One running process: how it was started, where it writes."""

    recipe: Recipe
    process: subprocess.Popen[bytes]
    log: Path
    offset: int  # where this run begins in the log

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll()

    def last_lines(self, count: int = 15) -> str:
        """The end of its output since it was started."""
        written = self.log.read_bytes()
        # A log that was rotated meanwhile is shorter.
        written = written[self.offset if len(written) >= self.offset else 0 :]
        return "\n".join(written.decode(errors="replace").splitlines()[-count:])

    def stop(self, patience: float = 20) -> None:
        """Ask it to end, then kill it and the processes that it started."""
        if self.exit_code is None:
            self.process.send_signal(self.recipe.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        _kill_group(self.process.pid)
        self.process.wait()


class Supervisor:
    """
    Starts the children of one data folder and stops them, last one first, when the block ends.

    Only one supervisor at a time may hold a folder. Where an earlier one was killed, entering
    the block first ends what it left running.

    :raises StartError: if another live supervisor holds the folder, or it is not ours
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[Child] = []
        self._lingering: dict[Child, float] = {}
        self.temporary: list[Path] = []

    def __enter__(self) -> Self:
        try:
            # The proxy serves the pictures from here; the other folders are private.
            self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            (self.folder / "logs").mkdir(exist_ok=True)
            self.folder.chmod(self.folder.stat().st_mode & 0o711)
            (self.folder / "logs").chmod(0o700)
            self._lock = _claim(self.folder / "lock")
        except PermissionError:
            raise StartError(
                f"{self.folder} belongs to another user: "
                "run as that user, or set STORE_DATA to another folder."
            ) from None
        except OSError as error:
            raise StartError(
                f"{self.folder} cannot hold the store's data ({error.strerror}): "
                "set STORE_DATA to a folder that can be written to."
            ) from None
        _stop_leftovers(self._record)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self.children:
            self.children.pop().stop()
        self.kill_lingering(inf)
        for path in (self._record, *self.temporary):
            _remove(path)
        os.close(self._lock)

    @property
    def _record(self) -> Path:
        return self.folder / "processes.json"

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        orphan_signal: signal.Signals | None = None,
    ) -> Child:
        """Start a child whose output goes to logs/<name>.log. Call it from the main thread."""
        return self.start_by(
            Recipe(name=name, command=command, environment=environment, orphan_signal=orphan_signal)
        )

    def start_by(self, recipe: Recipe) -> Child:
        """Start a child by its recipe. Call it from the main thread."""
        child = self._launch(recipe)
        self.children.append(child)
        self._write_record()
        return child

    def restart(self, child: Child) -> Child:
        """
        Start a child that has exited again, in its old place.

        Processes that it left behind are killed first, unless they may linger.
        """
        if child.recipe.linger:
            self._lingering[child] = time.monotonic() + child.recipe.linger
        else:
            _kill_group(child.process.pid)
        new = self._launch(child.recipe)
        self.children[self.children.index(child)] = new
        self._write_record()
        return new

    def run(self, command: Sequence[str | Path], *, environment: Mapping[str, str]) -> int:
        """Run a command to its end, its output on our terminal, and return its exit code."""
        process = _detached(command, environment=environment)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                _kill_group(process.pid)
                process.wait()

    def kill_lingering(self, now: float) -> None:
        """Kill processes that exited children left behind, once their time is over."""
        for child in [child for child, until in self._lingering.items() if now >= until]:
            del self._lingering[child]
            _kill_group(child.process.pid)
            self._write_record()

    def rotate_logs(self) -> None:
        """Rotate logs that have grown large; their processes keep writing."""
        for child in self.children:
            log_files.rotate(child.log)

    def exited(self) -> list[Child]:
        """The children that have exited by themselves."""
        return [child for child in self.children if child.exit_code is not None]

    def _launch(self, recipe: Recipe) -> Child:
        if recipe.before:
            recipe.before()
        log = self.folder / "logs" / f"{recipe.name}.log"
        log_files.rotate(log)
        with log_files.opened(log) as output:
            offset = log.stat().st_size
            process = _detached(
                recipe.command,
                output=output,
                environment=recipe.environment,
                account=recipe.account,
                orphan_signal=recipe.orphan_signal or recipe.stop_signal,
            )
        return Child(recipe, process, log, offset)

    def _write_record(self) -> None:
        entries = [
            {
                "name": child.name,
                "pid": child.process.pid,
                "started": started_at(child.process.pid) or GONE,
                "signal": child.recipe.stop_signal,
            }
            for child in (*self.children, *self._lingering)
        ]
        self._record.write_text(json.dumps(entries))


def wait_until(ready: Callable[[], bool], child: Child, *, timeout: float = 60) -> None:
    """
    Return as soon as `ready` says so.

    :raises StartError: if the child ends first, or the time does
    """
    deadline = time.monotonic() + timeout
    while not ready():
        if child.exit_code is not None or time.monotonic() > deadline:
            raise StartError(f"{child.name} did not start; {child.log} ends:\n{child.last_lines()}")
        time.sleep(POLL)


def exists(pid: int) -> bool:
    """Whether the PID is taken, also by a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def started_at(pid: int) -> str | None:
    """The start time of that process, in the system's own unit; None if it is not running."""
    if sys.platform != "linux":
        return _ps("lstart=", pid).strip() or None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def command_of(pid: int) -> str:
    """The command line of a process, as far as we may see it."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return _ps("command=", pid)


def _ps(column: str, pid: int) -> str:
    command = ["ps", "-o", column, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _detached(
    command: Sequence[str | Path],
    *,
    output: int | None = None,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    orphan_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """
    Start a process that Ctrl-C in the terminal does not reach.

    We stop the children ourselves, in order; when we are killed, Linux sends them the signal.
    """
    parent = os.getpid()
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        start_new_session=True,
        user=account.user if account else None,
        group=account.group if account else None,
        extra_groups=[] if account else None,
        # We have one thread, and the function calls nothing that takes a lock.
        preexec_fn=lambda: _die_with(parent, orphan_signal),  # noqa: PLW1509
    )


def _die_with(parent: int, orphan_signal: signal.Signals) -> None:
    """Elsewhere than on Linux, leftovers are ended by the next start."""
    if _libc is None:
        return
    _libc.prctl(SET_PARENT_DEATH_SIGNAL, orphan_signal)
    if os.getppid() != parent:
        os._exit(1)


def _claim(path: Path) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode() or "unknown"
        os.close(lock)
        raise StartError(
            f"{path.parent} is in use by process {holder}: "
            "stop that one first, or set STORE_DATA to another folder."
        ) from None
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def _stop_leftovers(record: Path) -> None:
    try:
        entries = json.loads(record.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return
    for entry in reversed(entries):
        _stop_leftover(entry["pid"], entry["started"], signal.Signals(entry["signal"]))
    record.unlink()


def _stop_leftover(pid: int, started: str | None, stop_signal: signal.Signals) -> None:
    """The start time keeps us from ending a stranger that was given the same number."""
    deadline = time.monotonic() + 20
    if started_at(pid) == started:
        os.kill(pid, stop_signal)
    while started_at(pid) == started and time.monotonic() < deadline:
        time.sleep(POLL)
    if started_at(pid) in (started, None):
        _kill_group(pid)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
