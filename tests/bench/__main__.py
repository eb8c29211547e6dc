"""
`make bench`: how fast the store is, next to what the same server does in the same run at best.

Clients and servers share this machine, so the ratios say more than the figures, and the processor
time of each server more than the clock. BENCH_SIZES chooses how many products the shops have,
BENCH_SECONDS how long each step is repeated; BENCH_TABLE names a file for the table as Markdown.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import django

from config import embedded, local
from config.preparation import Preparation
from config.processes import Child, StartError, Supervisor
from config.run import address, free_port, say, start_web
from tests import servers

FOLDER = local.ROOT / ".data" / "bench"
SECONDS = float(os.environ.get("BENCH_SECONDS") or 3)
SIZES = [int(size) for size in (os.environ.get("BENCH_SIZES") or "1000,10000,100000").split(",")]
TABLE = os.environ.get("BENCH_TABLE", "")
HOST = "127.0.0.1"
# Each connection of each web process plans a statement again for its first five times.
WARM_UP = 2.0  # seconds
MAX_GROWTH, MAX_MEMORY = 1.5, 120


def main() -> int:
    """Print the table; gives the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with Supervisor(FOLDER) as supervisor:
            # It makes databases and counts statements, which only their owner may.
            urls = servers.as_owner(embedded.start(supervisor, list(embedded.STARTERS)))
            environment = _environment(urls)
            Preparation(supervisor, environment, is_own_database=True, say=say).prepare(
                None, is_demo=True
            )
            environment["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
            os.environ.update(environment)
            django.setup()
            Bench(supervisor, environment).run()
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
        "MALLOC_ARENA_MAX": "1",
        "MEDIA_ROOT": str(FOLDER / "media"),
        # Webhooks are taken; nobody is asked about them.
        "SIMULATOR_API_BASE": "http://127.0.0.1:9",
        "SIMULATOR_SECRET": "a secret of the bench",
    }


class Bench:
    """One run: every scene in a shop of every size, each with web processes of its own."""

    def __init__(self, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
        self.supervisor = supervisor
        self.environment = environment
        self.rows: list[Any] = []
        self.hello = 0.0

    def run(self) -> None:
        from tests.bench import shops, table  # noqa: PLC0415 – needs the settings

        for size in SIZES:
            shops.make(self.environment["DATABASE_URL"], size)
        say(table.head())
        memory = {size: self._measure(size) for size in SIZES}
        say("\n".join(["", table.head(), *map(table.line, table.in_order(self.rows))]))
        self._sum_up(memory)
        if TABLE:
            Path(TABLE).write_text(table.markdown(self.rows))

    def _measure_ceiling(self, size: int) -> None:
        """
        The server alone, and with a framework that has nothing to do.

        Again before each shop: within half an hour machines come to run faster or slower.
        """
        from tests.bench import scenes  # noqa: PLC0415 – needs the settings

        self.hello = 0.0
        ceilings = {"hello, Django alone": "bare", "hello, no framework": "plain"}
        for name, module in ceilings.items():
            port, web = self._start(self.environment, f"tests.bench.{module}:application")
            scene = scenes.Scene(name, lambda visitor, _: visitor.get("/hello"))
            self._repeat([scene], port, size)
            self._stop(web)

    def _measure(self, size: int) -> list[float]:
        """Gives the megabytes of each web process afterwards."""
        from tests.bench import office, scenes, shops, statements, usage  # noqa: PLC0415

        self._measure_ceiling(size)
        url = shops.url_of(self.environment["DATABASE_URL"], size)
        port, web = self._start({**self.environment, "DATABASE_URL": url})
        with shops.opened(size):
            shop, cookies = scenes.prepare(), office.chief()
            everything = (scenes.yardsticks(shop), scenes.pages(shop), office.scenes(cookies))
            self._repeat([each for some in everything for each in some], port, size)
            self._repeat(scenes.actions(shop), port, size)
            office.wander(port, cookies)
            memory = [usage.memory(pid) for pid in usage.workers_of(web.process.pid)]
            if size == SIZES[-1]:
                say("\n".join(["", f"Statements at {size:,} products:", *shops.top_statements()]))
                self._measure_holds(statements, shop)
        self._stop(web)
        return memory

    def _measure_holds(self, statements: Any, shop: Any) -> None:
        bare = statements.bare(shop.hot, SECONDS)
        held = statements.by_service(shop.hot, SECONDS)
        say(f"Holds a second: {bare:.0f} by the bare statement, {held:.0f} by the service.")

    def _repeat(self, scenes: Sequence[Any], port: int, size: int) -> None:
        from tests.bench import load, table, usage  # noqa: PLC0415 – needs the settings

        pids = {child.name: child.process.pid for child in self.supervisor.children}
        servers = usage.Servers(
            {"web": pids["web"], "database": pids["postgres"], "cache": pids["valkey"]}
        )
        for scene in scenes:
            load.crowd(port, scene.step, visitors=scene.visitors, seconds=WARM_UP)
            before = servers.seconds()
            run = load.crowd(port, scene.step, visitors=scene.visitors, seconds=SECONDS)
            cpu = {name: used - before[name] for name, used in servers.seconds().items()}
            self.hello = self.hello or run.rate
            self.rows.append(table.Row(scene.name, size, run, self.hello, cpu, scene.status))
            say(table.line(self.rows[-1]))

    def _start(
        self, environment: Mapping[str, str], application: str = "config.asgi:application"
    ) -> tuple[int, Child]:
        port = free_port(HOST, 0)
        at_home = {**environment, "SITE_URL": address(HOST, port)}
        web = start_web(self.supervisor, HOST, port, at_home, application=application)
        return port, web

    def _stop(self, web: Child) -> None:
        self.supervisor.children.remove(web)
        web.stop()

    def _sum_up(self, memory: Mapping[int, Sequence[float]]) -> None:
        from tests.bench import scenes, table  # noqa: PLC0415 – needs the settings

        say("")
        for size, found in memory.items():
            each = ", ".join(f"{megabytes:.0f}" for megabytes in found)
            say(f"Memory of a web process at {size:,} products: {each} MB (at most {MAX_MEMORY})")
        say(f"{table.growth(self.rows, scenes.LISTING)} (at most {MAX_GROWTH})")


if __name__ == "__main__":
    sys.exit(main())
