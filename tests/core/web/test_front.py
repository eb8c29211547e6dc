"""What the front of a web process does with bodies that do not come and threads that are taken."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from core.observability.traffic import CODES, Counts
from core.web.bodies import Limits
from core.web.front import IN_MEMORY, Front

HURRY = Limits(grace=0.2, slowest=100_000, largest=100_000, all_bytes=150_000, unfinished=2)


class Visit:
    """One request by ASGI: `parts` come one after the other, an empty one never comes."""

    def __init__(self, path: str = "/", *parts: bytes, length: int | None = None) -> None:
        self.parts = list(parts)
        self.sent: list[Any] = []
        self.scope: Any = {
            "type": "http",
            "method": "POST" if parts else "GET",
            "path": path,
            "query_string": b"",
            "http_version": "1.1",
            "scheme": "http",
            "client": ("203.0.113.9", 4711),
            "headers": [(b"host", b"localhost"), (b"x_forwarded_for", b"198.51.100.1")],
        }
        if length is not None:
            self.scope["headers"].append((b"content-length", str(length).encode()))

    async def receive(self) -> Any:
        part = self.parts.pop(0)
        if not part:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(each["body"] for each in self.sent[1:])


def visit(front: Front, *visits: Visit) -> None:
    """All at once, until each is answered."""

    async def go() -> None:
        await asyncio.gather(*(front(each.scope, each.receive, each.send) for each in visits))

    asyncio.run(go())


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [body or environ.get("HTTP_X_FORWARDED_FOR", "nobody").encode()]


def test_a_body_is_there_before_the_application_is_asked() -> None:
    chunked, whole = Visit("/", b"half", b"half"), Visit("/", b"all of it", length=9)

    visit(Front(echo, threads=1, limits=HURRY), chunked, whole)

    assert (chunked.body, whole.body) == (b"halfhalf", b"all of it")
    assert (b"x-length", b"8") in chunked.sent[0]["headers"]


def test_a_body_that_does_not_come_is_cut_off_and_takes_no_thread() -> None:
    silent = [Visit("/", b"{", b"", length=1000) for _ in range(2)]
    dripping = Visit("/", *[b"x"] * 9, b"", length=1000)
    page = Visit()

    visit(Front(echo, threads=1, limits=HURRY), *silent, page)
    visit(Front(echo, threads=1, limits=HURRY), dripping)

    assert [each.status for each in silent] == [408, 408]
    assert dripping.status == 408
    assert page.status == 200
    assert (b"connection", b"close") in silent[0].sent[0]["headers"]


@pytest.mark.parametrize(
    ("visits", "answers"),
    [
        ([Visit("/", b"x", length=100_001)], {413: 1}),
        ([Visit("/", b"x" * 100_001)], {413: 1}),
        ([Visit("/", b"{", b"", length=9) for _ in range(4)], {408: 2, 503: 2}),
        ([Visit("/", b"x" * 90_000, b"", length=90_001) for _ in range(2)], {408: 1, 503: 1}),
    ],
)
def test_what_finds_no_room_is_refused_at_once(
    visits: list[Visit], answers: dict[int, int]
) -> None:
    front = Front(echo, threads=1, limits=HURRY)

    visit(front, *visits)
    after = Visit("/", b"x" * 90_000)
    visit(front, after)

    assert Counter(each.status for each in visits) == answers
    assert after.status == 200


def test_only_the_proxys_own_spelling_names_the_visitor() -> None:
    page = Visit()

    visit(Front(echo, threads=1), page)

    assert page.body == b"nobody"


def test_requests_are_counted_by_their_status_those_that_break_as_errors() -> None:
    def broken(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        raise ValueError("broken")

    counts = Counts()
    visit(Front(echo, threads=1, limits=HURRY, counts=counts), Visit(), Visit("/", b"", length=1))
    with pytest.raises(ValueError, match="broken"):
        visit(Front(broken, threads=1, counts=counts), Visit())

    assert dict(zip(CODES, counts.total(), strict=False)) == {
        "1xx": 0, "2xx": 1, "3xx": 0, "4xx": 1, "5xx": 1,
    }  # fmt: skip


def test_a_large_answer_is_sent_in_parts_and_whole() -> None:
    closed: list[bool] = []

    class Export:
        def __iter__(self) -> Any:
            return iter([b"x" * 400_000] * 5)

        def close(self) -> None:
            closed.append(True)

    def large(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return Export()

    page = Visit()
    visit(Front(large, threads=1), page)

    assert len(page.body) == 2_000_000
    assert all(len(each.get("body", b"")) < IN_MEMORY + 400_001 for each in page.sent)
    assert closed == [True]


class Kept:
    """Knows `/kept` fresh and `/old` stale."""

    def is_cacheable(self, environ: dict[str, Any]) -> bool:
        return environ["PATH_INFO"] in ("/kept", "/old", "/new")

    def cached_page(self, environ: Any, start: Any, *, stale: bool) -> Iterable[bytes] | None:
        if environ["PATH_INFO"] not in ("/kept", *["/old"] * stale):
            return None
        start("200 OK", [])
        return [b"kept"]


def test_when_every_thread_hangs_kept_pages_and_the_shops_state_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.web.front.STALE_AFTER", 0.1)
    monkeypatch.setattr("core.web.front.BUSY_AFTER", 0.5)
    hang, asked = threading.Event(), Counter[str]()

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        asked[environ["PATH_INFO"]] += 1
        if environ["PATH_INFO"] == "/cart/":
            hang.wait(10)
        start("200 OK", [])
        return [b"made"]

    front = Front(application, threads=2, pages=Kept(), watches=["/readyz"])
    pages = [Visit("/kept"), Visit("/old"), Visit("/readyz"), Visit("/healthz")]
    late, hanging = [Visit("/new"), Visit("/other")], [Visit("/cart/"), Visit("/cart/")]

    async def go() -> None:
        waiting = [asyncio.create_task(front(e.scope, e.receive, e.send)) for e in hanging]
        await asyncio.sleep(0.1)
        for each in [*pages, *late]:
            await front(each.scope, each.receive, each.send)
        hang.set()
        await asyncio.gather(*waiting)

    asyncio.run(go())

    assert [each.body for each in pages] == [b"kept", b"kept", b"made", b"ok"]
    assert [each.status for each in late] == [503, 503]
    assert [each.body for each in hanging] == [b"made", b"made"]
    # Who is refused was not begun: to try again does nothing twice.
    assert asked == {"/cart/": 2, "/readyz": 1}


def test_a_stale_page_is_sent_where_the_thread_that_makes_it_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.web.front.STALE_AFTER", 0.1)
    hang = threading.Event()

    def application(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        hang.wait(10)
        start("200 OK", [])
        return [b"made"]

    front = Front(application, threads=4, pages=Kept())
    old, new = Visit("/old"), Visit("/new")

    async def go() -> None:
        making = asyncio.create_task(front(new.scope, new.receive, new.send))
        await front(old.scope, old.receive, old.send)
        hang.set()
        await making

    asyncio.run(go())

    assert old.body == b"kept"
    assert new.body == b"made", "nothing of it is kept: its visitor waits"
