"""One run of the bench: every scene in a shop of every size, and what it says of them."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.processes import Child, Supervisor
from config.run import address, free_port, say, start_web
from tests.bench import load, office, purchase, scenes, shops, statements, table, usage

SECONDS = float(os.environ.get("BENCH_SECONDS") or 3)
SIZES = [int(size) for size in (os.environ.get("BENCH_SIZES") or "1000,10000,100000").split(",")]
# The shop in which a whole purchase is measured.
PURCHASE_SIZE = min(SIZES, key=lambda size: abs(size - 10_000))
TABLE = os.environ.get("BENCH_TABLE", "")
HOST = "127.0.0.1"
# Each connection of each web process plans a statement again for its first five times.
WARM_UP = 2.0  # seconds
MAX_GROWTH, MAX_MEMORY = 1.5, 120


class Bench:
    """One run: every scene in a shop of every size, each with web processes of its own."""

    def __init__(self, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
        self.supervisor = supervisor
        self.environment = environment
        self.rows: list[table.Row] = []
        self.purchase: list[str] = []
        self.hello = 0.0

    def run(self) -> None:
        for size in SIZES:
            shops.make(self.environment["DATABASE_URL"], size)
        say(table.head())
        memory = {size: self._measure(size) for size in SIZES}
        say("\n".join(["", table.head(), *map(table.line, table.in_order(self.rows))]))
        say("\n".join(["", f"At {PURCHASE_SIZE:,} products:", *self.purchase]))
        self._sum_up(memory)
        if TABLE:
            Path(TABLE).write_text(table.markdown(self.rows))

    def _measure_ceiling(self, size: int) -> None:
        """
        The server alone, and with a framework that has nothing to do.

        Again before each shop: within half an hour machines come to run faster or slower.
        """
        self.hello = 0.0
        ceilings = {"hello, Django alone": "bare", "hello, no framework": "plain"}
        for name, module in ceilings.items():
            port, web = self._start(self.environment, f"tests.bench.{module}:application")
            scene = scenes.Scene(name, lambda visitor, _: visitor.get("/hello"))
            self._repeat([scene], port, size)
            self._stop(web)

    def _measure(self, size: int) -> list[float]:
        """Gives the megabytes of each web process afterwards."""
        self._measure_ceiling(size)
        url = shops.url_of(self.environment["DATABASE_URL"], size)
        environment = {**self.environment, "DATABASE_URL": url}
        port, web = self._start(environment)
        with shops.opened(size):
            shop, cookies = scenes.prepare(), office.chief()
            if size == PURCHASE_SIZE:
                self.purchase = self._measure_purchase(port, shop.many, environment)
            everything = (scenes.yardsticks(shop), scenes.pages(shop), office.scenes(cookies))
            self._repeat([each for some in everything for each in some], port, size)
            self._repeat(scenes.actions(shop), port, size)
            office.wander(port, cookies)
            memory = [usage.memory(pid) for pid in usage.workers_of(web.process.pid)]
            if size == SIZES[-1]:
                say("\n".join(["", f"Statements at {size:,} products:", *shops.top_statements()]))
                self._measure_holds(shop)
        self._stop(web)
        return memory

    def _measure_holds(self, shop: scenes.Shop) -> None:
        bare = statements.bare(shop.hot, SECONDS)
        held = statements.by_service(shop.hot, SECONDS)
        say(f"Holds a second: {bare:.0f} by the bare statement, {held:.0f} by the service.")

    def _measure_purchase(
        self, port: int, skus: list[str], environment: Mapping[str, str]
    ) -> list[str]:
        command = [sys.executable, "-m", "config.worker", str(self.supervisor.folder / "clock")]
        worker = self.supervisor.start(
            "worker", command, environment=environment, orphan_signal=signal.SIGKILL
        )
        lines = purchase.measure(port, skus, self._servers())
        self._stop(worker)
        say("\n".join(lines))
        return lines

    def _servers(self) -> usage.Servers:
        """By what the tables call them."""
        names = {"postgres": "database", "valkey": "cache"}
        children = {child.name: child.process.pid for child in self.supervisor.children}
        return usage.Servers({names.get(name, name): pid for name, pid in children.items()})

    def _repeat(self, found: Sequence[scenes.Scene], port: int, size: int) -> None:
        servers = self._servers()
        for scene in found:
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

    def _stop(self, child: Child) -> None:
        self.supervisor.children.remove(child)
        child.stop()

    def _sum_up(self, memory: Mapping[int, Sequence[float]]) -> None:
        say("")
        for size, found in memory.items():
            each = ", ".join(f"{megabytes:.0f}" for megabytes in found)
            say(f"Memory of a web process at {size:,} products: {each} MB (at most {MAX_MEMORY})")
        say(f"{table.growth(self.rows, scenes.LISTING)} (at most {MAX_GROWTH})")
