"""
`make run`: the whole store with one command.

Starts the servers that the environment does not name, prepares the database, starts web, worker
and clock, starts again what ends by itself, and stops all of it on Ctrl-C or SIGTERM.
"""

import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from config import embedded, files, local
from config.environment import read_file
from config.preparation import Preparation
from config.processes import Child, Recipe, StartError, Supervisor, wait_until
from config.restarts import watch

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # nosec B104
MAX_PORT = 65535
WEB_WORKERS = 2
# Where only the first of the web processes dies, the others serve while a new set loads the shop.
LINGER = 20.0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM; like KeyboardInterrupt it passes every `except Exception`."""


@dataclass(frozen=True)
class Options:
    """What the person who starts the store has chosen, by environment variables."""

    host: str
    port: int
    folder: Path
    catalogue: Path | None
    is_demo: bool

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Options":
        """:raises StartError: naming the variable that is wrong"""
        host = environment.get("HOST") or "127.0.0.1"
        catalogue = environment.get("CATALOGUE")
        if catalogue and not Path(catalogue).is_file():
            raise StartError(f"CATALOGUE names {catalogue}, and there is no such file.")
        return cls(
            host=host,
            port=_port(environment.get("PORT") or "8000"),
            folder=local.data_folder(environment),
            catalogue=Path(catalogue) if catalogue else None,
            is_demo=_is_demo(host, environment),
        )

    @property
    def address(self) -> str:
        """The store's URL as seen from this machine."""
        return address(self.host, self.port)


def main() -> int:
    """Run the store until it is told to stop; gives the exit code."""
    os.chdir(local.ROOT)
    read_file(local.ROOT / ".env")
    try:
        _stop_at_signals()
        run(Options.read(os.environ))
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    except Stopped:
        return 0
    return 0


def run(options: Options) -> None:
    """
    Start everything, say so, and start again what ends by itself.

    :raises StartError: if something does not start
    """
    began = time.monotonic()
    with Supervisor(options.folder) as supervisor:
        _check_port_is_free(options.host, options.port)
        missing = local.missing_servers()
        if missing:
            say(
                "Starting "
                + ", ".join(title for name, title in embedded.TITLES.items() if name in missing)
                + " …"
            )
        environment = _environment(options, embedded.start(supervisor, missing))
        has_simulator = options.is_demo and not environment.get("SIMULATOR_API_BASE")
        if has_simulator:
            environment |= _simulator_settings(options)
        for name in files.PRIVATE:  # nobody else on this machine reads papers and mails
            files.folder(name, local.ROOT / ".data").mkdir(0o700, parents=True, exist_ok=True)
        local.share(supervisor, environment)
        preparation = Preparation(
            supervisor, environment, is_own_database="DATABASE_URL" in missing, say=say
        )
        preparation.prepare(options.catalogue, is_demo=options.is_demo)
        say("Starting web, worker and clock …")
        # Pages and tasks change rows alone: the role that owns the tables is not theirs.
        environment = {k: v for k, v in environment.items() if k != embedded.OWNER_URL}
        start_web(supervisor, options.host, options.port, environment)
        _start_worker(supervisor, options, environment)
        if has_simulator:
            supervisor.start(
                "simulator", [sys.executable, "-m", "simulator"], environment=environment
            )
        logins = preparation.demo_logins() if options.is_demo else []
        say(_welcome(options, logins, time.monotonic() - began))
        watch(supervisor, say)


def address(host: str, port: int) -> str:
    """The URL, as seen from this machine, of a server that listens there."""
    host = ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def say(line: str) -> None:
    """Print for the person at the terminal, unbuffered."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise StartError(f"PORT must be a number from 1 to {MAX_PORT}, not {text!r}.")
    return int(text)


def _is_demo(host: str, environment: Mapping[str, str]) -> bool:
    """Demo logins and the simulator gateway never stand beside real servers unasked."""
    if environment.get("DEMO"):
        return environment["DEMO"].lower() in ("1", "true", "yes", "on")
    return host in LOOPBACK and not any(environment.get(name) for name in embedded.STARTERS)


def _check_port_is_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                f"Port {port} on {host} cannot be used ({error.strerror}): "
                f"stop the program that has it, or choose another with PORT={port + 1}."
            ) from None


def _environment(options: Options, urls: Mapping[str, str]) -> dict[str, str]:
    """What web, worker and commands get: the given variables first, then our defaults."""
    given = {name: value for name, value in os.environ.items() if value}
    return {
        **local.defaults(options.folder, options.host),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "1",  # with several, what one thread frees no other uses again
        "SITE_URL": options.address,
        # Only this machine can reach it, and no proxy brings HTTPS.
        "PLAIN_HTTP": str(int(options.host in LOOPBACK and "SITE_URL" not in given)),
        **given,
        **urls,
        "DEMO": str(int(options.is_demo)),
    }


def _simulator_settings(options: Options) -> dict[str, str]:
    """The demo's payment provider: on the next port, or on any free one if that is taken."""
    host = "127.0.0.1" if ":" in options.host else options.host
    seen_as = ANYWHERE.get(host, host)
    port = free_port(host, options.port + 1)
    return {
        "SIMULATOR_HOST": host,
        "SIMULATOR_PORT": str(port),
        "SIMULATOR_API_BASE": f"http://{seen_as}:{port}",
        "SIMULATOR_SECRET": secrets.token_urlsafe(32),
        "SIMULATOR_STORE": str(options.folder / "simulator.sqlite3"),
        "SIMULATOR_WEBHOOK_URL": f"{options.address}/webhooks/simulator/",
    }


def free_port(host: str, wanted: int) -> int:
    """
    That port, or another if it is taken.

    :raises StartError: if there is none
    """
    for port in (min(wanted, MAX_PORT), 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    raise StartError(f"No port on {host} is free for the payment simulator.")


def start_web(
    supervisor: Supervisor,
    host: str,
    port: int,
    environment: Mapping[str, str],
    *,
    application: str = "config.asgi:application",
) -> Child:
    """
    Start the web server.

    :raises StartError: if it does not answer
    """
    command = [
        *(sys.executable, "-m", "config.web", application, "--interface", "asginl"),
        *("--host", host, "--port", str(port), "--no-ws"),
        *("--workers", str(WEB_WORKERS)),
        # While they stop, its workers now and then wait for each other (granian's issue 875).
        *("--workers-kill-timeout", "3s", "--log-level", "warning"),
        "--respawn-failed-workers",
    ]
    recipe = Recipe(name="web", command=command, environment=environment, linger=LINGER)
    child = supervisor.start_by(recipe)
    wait_until(lambda: _answers(f"{address(host, port)}/healthz"), child)
    return child


def _start_worker(supervisor: Supervisor, options: Options, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "config.worker", str(options.folder / "clock")]
    # Alone, it would wait for a broker that has gone too; tasks are safe to break off.
    supervisor.start("worker", command, environment=environment, orphan_signal=signal.SIGKILL)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310  # nosec B310
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _welcome(options: Options, logins: Sequence[str], seconds: float) -> str:
    line = f"Vitrina is ready at {options.address}/ after {seconds:.1f} s"
    if logins:
        line += f" · demo logins: {', '.join(logins)}"
    return f"{line} · stop with Ctrl-C · logs in {options.folder / 'logs'}"


def _stop_at_signals() -> None:
    """The first signal stops the store; further ones do not disturb the stopping."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("\nStopping …")
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


if __name__ == "__main__":
    sys.exit(main())
