"""
`make bench`: how fast the store is, next to what the same server does in the same run at best.

Clients and servers share this machine, so the ratios say more than the figures.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import django

from config import embedded, local
from config.preparation import Preparation
from config.processes import StartError, Supervisor
from config.run import free_port, say, start_web

FOLDER = local.ROOT / ".data" / "bench"
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
HEAD = ("", "a second", "× hello", "median ms", "p99 ms", "CPU ms", "queries")


def main() -> int:
    """Print the table; gives the exit code."""
    try:
        with Supervisor(FOLDER) as supervisor:
            environment = _environment(embedded.start(supervisor, list(embedded.STARTERS)))
            Preparation(supervisor, environment, is_own_database=True, say=say).prepare(
                None, is_demo=True
            )
            port = free_port("127.0.0.1", 0)
            bench = {**environment, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
            web = start_web(supervisor, "127.0.0.1", port, bench)
            os.environ.update(bench)
            django.setup()
            _measure(port, web.process.pid)
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    return 0


def _environment(urls: Mapping[str, str]) -> dict[str, str]:
    return {
        **local.defaults(FOLDER),
        **os.environ,
        **urls,
        "DEMO": "1",
        "SITE_URL": "http://127.0.0.1",
        "MEDIA_ROOT": str(FOLDER / "media"),
        # Webhooks are taken; nobody is asked about them.
        "SIMULATOR_API_BASE": "http://127.0.0.1:9",
        "SIMULATOR_SECRET": "a secret of the bench",
    }


def _measure(port: int, group: int) -> None:
    from tests.bench import load, scenes, statements  # noqa: PLC0415 – needs the settings

    shop = scenes.prepare()
    say("{:<30}{:>10}{:>9}{:>11}{:>9}{:>8}{:>9}".format(*HEAD))
    hello = 0.0
    for scene in [*scenes.yardsticks(shop), *scenes.pages(shop), *scenes.actions(shop)]:
        load.crowd(port, scene.step, visitors=scene.visitors, seconds=SECONDS / 4)
        before = _cpu_seconds(group)
        run = load.crowd(port, scene.step, visitors=scene.visitors, seconds=SECONDS)
        run.cpu_seconds = _cpu_seconds(group) - before
        hello = hello or run.rate
        say(
            f"{scene.name:<30}{run.rate:>10.0f}{run.rate / hello:>9.2f}{run.median:>11.1f}"
            f"{run.p99:>9.1f}{run.cpu:>8.1f}{run.queries:>9}{_wrong(run.statuses, scene.status)}"
        )
    bare = statements.bare(shop.hot, SECONDS)
    held = statements.by_service(shop.hot, SECONDS)
    say(f"{'hold: the bare statement':<30}{bare:>10.0f}")
    say(f"{'hold: the service':<30}{held:>10.0f}  {held / bare:.0%} of the bare statement")


def _wrong(statuses: Mapping[int, int], wanted: int) -> str:
    others = {status: count for status, count in statuses.items() if status != wanted}
    return f"  answers other than {wanted}: {others}" if others else ""


def _cpu_seconds(group: int) -> float:
    """Processor time that the processes of this group have used."""
    ticks = sum(_ticks(path) for path in Path("/proc").glob("[0-9]*/stat") if _in(group, path))
    return ticks / os.sysconf("SC_CLK_TCK")


def _in(group: int, path: Path) -> bool:
    return _fields(path)[2:3] == [str(group)]


def _ticks(path: Path) -> int:
    return sum(int(number) for number in _fields(path)[11:13])


def _fields(path: Path) -> list[str]:
    """Of /proc/…/stat, after the name: state, parent, group, …"""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    sys.exit(main())
