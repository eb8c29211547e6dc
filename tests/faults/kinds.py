"""What can happen to a shop: one small class for each kind of fault."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Protocol

import psutil
import psycopg
from redis import Redis

from config.embedded import conninfo
from tests.faults.proxy import Cut, Proxy
from tests.faults.shoppers import Shopper
from tests.faults.slow import unfinished_posts
from tests.faults.store import Store
from tests.faults.visitor import Visitor

FROZEN = (1.0, 4.0)  # seconds, from and to
CUT_FOR = 1.5


@dataclass(frozen=True)
class Scene:
    """The shop, what stands before it, and somebody who has not been there yet."""

    store: Store
    proxy: Proxy
    random: Random
    stranger: Callable[[], Shopper]


class Fault(Protocol):
    """Something that goes wrong; `happen` returns when its cause is over."""

    @property
    def name(self) -> str: ...

    def happen(self, scene: Scene) -> None: ...


@dataclass(frozen=True)
class Kill:
    """`kill -9`: no goodbye, nothing is flushed."""

    part: str

    @property
    def name(self) -> str:
        return f"kill {self.part}"

    def happen(self, scene: Scene) -> None:
        scene.store.send(self.part, signal.SIGKILL)
        _wait_for_mail(scene.store, self.part)


@dataclass(frozen=True)
class Stop:
    """Somebody asks it to end, as an update of the system would."""

    part: str

    @property
    def name(self) -> str:
        return f"stop {self.part}"

    def happen(self, scene: Scene) -> None:
        scene.store.send(self.part, scene.store.stop_signal(self.part))
        _wait_for_mail(scene.store, self.part)


@dataclass(frozen=True)
class Freeze:
    """It is there, takes connections, and says nothing; then it goes on."""

    part: str

    @property
    def name(self) -> str:
        return f"freeze {self.part}"

    def happen(self, scene: Scene) -> None:
        with _frozen(_all_of(scene.store, self.part)):
            time.sleep(scene.random.uniform(*FROZEN))


@dataclass(frozen=True)
class SendToOneOf:
    """One of its processes is ended, the others are there."""

    part: str
    words: str
    signal: signal.Signals
    name: str

    def happen(self, scene: Scene) -> None:
        os.kill(scene.store.part_of(self.part, scene.random, self.words), self.signal)


KILL_ONE_WEB = SendToOneOf("web", "", signal.SIGKILL, "kill one web worker")


@dataclass(frozen=True)
class FreezeOneOf:
    part: str
    words: str
    name: str

    def happen(self, scene: Scene) -> None:
        with _frozen([scene.store.part_of(self.part, scene.random, self.words)]):
            time.sleep(scene.random.uniform(*FROZEN))


@dataclass(frozen=True)
class CutVisitors:
    """The connections of all visitors break at that place for a moment."""

    cut: Cut

    @property
    def name(self) -> str:
        return f"cut visitors: {self.cut.value}"

    def happen(self, scene: Scene) -> None:
        scene.proxy.cut = self.cut
        try:
            time.sleep(CUT_FOR)
        finally:
            scene.proxy.cut = None


@dataclass(frozen=True)
class CutDatabase:
    """All connections to PostgreSQL break, in whatever they were doing."""

    name = "cut connections to postgres"

    def happen(self, scene: Scene) -> None:
        url = scene.store.environment["DATABASE_URL"]
        with psycopg.connect(conninfo(url), autocommit=True) as master:
            master.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )


@dataclass(frozen=True)
class CutValkey:
    """All connections to Valkey break."""

    name = "cut connections to valkey"

    def happen(self, scene: Scene) -> None:
        with Redis.from_url(scene.store.environment["REDIS_URL"]) as master:
            master.execute_command("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES")


@dataclass(frozen=True)
class FillRooms:
    """Nothing more fits where pictures and what people hand in lie; who hands in is told so."""

    name = "disk of media full"

    def happen(self, scene: Scene) -> None:
        for room in scene.store.rooms:
            room.fill()
        try:
            said = scene.stranger().show_proof().text
            assert "no hay espacio para archivos" in said, said
        finally:
            for room in scene.store.rooms:
                room.clear()


@dataclass(frozen=True)
class HangDatabase:
    """PostgreSQL says nothing for a minute, while everybody goes on asking."""

    seconds: float = 60.0
    name = "postgres hangs for a minute"

    def happen(self, scene: Scene) -> None:
        Visitor(scene.store.site).get("/")
        with _frozen(_all_of(scene.store, "postgres")):
            _look_in(scene.store, "does not answer", times=int(self.seconds / 5), every=5)


@dataclass(frozen=True)
class SlowBodies:
    """Five times as many as there are threads begin to send something, until they are cut off."""

    posts: int = 60
    name = "slow bodies"

    def happen(self, scene: Scene) -> None:
        with unfinished_posts(scene.store.url, self.posts) as lines:
            _look_in(scene.store, '"ready": true', times=5, every=1)
            for line in lines:
                assert line.recv(100).startswith(b"HTTP/1.1 408"), "a slow body is cut off"


@dataclass(frozen=True)
class FillDisk:
    """Nothing more fits where the shop's data lie."""

    name = "disk of data full"

    def happen(self, scene: Scene) -> None:
        assert scene.store.disk
        scene.store.disk.fill()
        try:
            _look_in(scene.store, '"disk": "full', times=3, every=3)
        finally:
            scene.store.disk.clear()


@dataclass(frozen=True)
class MoveClock:
    """The machine's clock jumps; later it jumps back."""

    seconds: int

    @property
    def name(self) -> str:
        return f"clock jumps {self.seconds // 60:+} min"

    def happen(self, scene: Scene) -> None:
        assert scene.store.clock
        scene.store.clock.move_to(self.seconds)
        try:
            time.sleep(CUT_FOR)
        finally:
            scene.store.clock.move_to(0)


PARTS = ("postgres", "valkey", "mongo", "web", "worker", "simulator", "mail")


def all_of(store: Store) -> Sequence[Fault]:
    """The kinds that this machine allows."""
    faults: list[Fault] = [kind(part) for part in PARTS for kind in (Kill, Freeze)]
    # Anyone who stops the whole web server has none until it is started: that is no fault.
    faults += [Stop(part) for part in PARTS if part != "web"]
    faults += [
        SendToOneOf("postgres", "[local]", signal.SIGKILL, "kill one connection's postgres"),
        KILL_ONE_WEB,
        SendToOneOf("web", "", signal.SIGTERM, "stop one web worker"),
        FreezeOneOf("web", "", "freeze one web worker"),
        *map(CutVisitors, Cut),
        CutDatabase(),
        CutValkey(),
    ]
    faults.append(SlowBodies())
    if store.rooms:
        faults.append(FillRooms())
    if store.clock:
        faults += [MoveClock(600), MoveClock(-600)]
    return faults


def _all_of(store: Store, part: str) -> list[int]:
    """The server that is asked is in its children where it has some."""
    program = psutil.Process(store.pid(part))
    children = program.children(recursive=True) if part in ("postgres", "web") else []
    return [each.pid for each in (program, *children)]


@contextmanager
def _frozen(pids: Sequence[int]) -> Iterator[None]:
    for pid in pids:
        _tell(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            _tell(pid, signal.SIGCONT)


def _look_in(store: Store, readyz_says: str, *, times: int, every: float) -> None:
    """Whatever else hangs: the kept home, `/healthz` and `/readyz` answer, and name it."""
    for _ in range(times):
        for path, within in (("/", 2), ("/healthz", 2), ("/readyz", 4)):
            began = time.monotonic()
            said = Visitor(store.site).get(path)
            took = time.monotonic() - began
            assert took < within, f"{path} took {took:.1f} s"
            assert path == "/readyz" or said.status == 200, f"{path}: {said.status}"
            assert path != "/readyz" or readyz_says in said.text, said.text
        time.sleep(every)


def _tell(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait_for_mail(store: Store, part: str) -> None:
    """Nobody but us looks after the mail server: it is away for a moment, then it is back."""
    if part == "mail":
        store.mail.wait(20)
        time.sleep(CUT_FOR)
        store.tend_mail()
