"""Requests that no honest browser would send, made from the map of addresses and from forms."""

import re
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import strategies as st

from tests.security.forms import forms_of
from tests.security.nasty import BODIES, FILES, HEADERS, NASTY, QUERY, SIGNATURES, TAG

SLOWEST = 5.0


@dataclass(frozen=True)
class Target:
    """An address, who opens it, and what a form on one of the pages would send there."""

    role: str
    path: str
    method: str = "get"
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[str, ...] = ()
    is_hook: bool = False
    # What the forms of the page ask for: some pages take it from their address as well.
    names: tuple[str, ...] = ()


def targets(role: str, client: Client, paths: list[str]) -> list[Target]:
    """Each address as it stands, and each form that is found there, once."""
    found: dict[Target, None] = {}
    for path in paths:
        forms = [form for form in forms_of(client, path) if not urlsplit(form.action).netloc]
        names = sorted({name for form in forms for name in form.values})
        found[Target(role, path, names=tuple(names))] = None
        for form in forms:
            values = tuple((name, tuple(each)) for name, each in sorted(form.values.items()))
            target = Target(role, form.action, form.method, values, tuple(sorted(form.files)))
            found[target] = None
    return list(found)


@dataclass(frozen=True)
class Shot:
    """One request, ready to be sent."""

    path: str
    sent: dict[str, Any]
    told: dict[str, str]
    place: str


words = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.integers(-(10**12), 10**12).map(str),
)


@dataclass
class Report:
    """What came of all requests; `faults` is what should not have."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def total(self) -> int:
        return sum(self.statuses.values())

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {n}" for status, n in sorted(self.statuses.items()))
        return f"{self.total} requests ({told}); slowest {self.slowest[0]:.2f} s {self.slowest[1]}"


def shoot(client: Client, target: Target, draw: Any, report: Report) -> None:
    """Send one request that is like the target's own, but for what is drawn, and look at it."""
    path, sent = _mutated(target, draw)
    told, place = _headers(target, draw), _place(draw)
    began = time.perf_counter()
    try:
        with rolled_back():
            answer = _send(client, target, Shot(path, sent, told, place), draw)
            body = answer.getvalue()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
        report.statuses[500] += 1
        report.faults[_signature(error)] = (
            f"{target.role} {target.method} {path[:300]} {sent!r:.600}"
        )
        return
    took = time.perf_counter() - began
    if took > SLOWEST and answer.wsgi_request.method == "GET":
        took = _again(client, answer)
    report.statuses[answer.status_code] += 1
    report.slowest = max(report.slowest, (took, f"{target.method} {path[:80]}"))
    for fault in _faults(answer, body, took):
        report.faults[f"{fault} at {urlsplit(target.path).path}"] = (
            f"{path[:300]} {sent!r:.600} {told}"
        )


def _again(client: Client, answer: Any) -> float:
    """How long the page takes once more: the machine may have been busy with something else."""
    began = time.perf_counter()
    with rolled_back():
        client.get(answer.wsgi_request.get_full_path())
    return time.perf_counter() - began


def _headers(target: Target, draw: Any) -> dict[str, str]:
    """Some that proxies, scripts and thieves send; who is signed in keeps his own cookies."""
    drawn = st.dictionaries(st.sampled_from(sorted(HEADERS)), st.integers(0, 9), max_size=3)
    told = {name: HEADERS[name][n % len(HEADERS[name])] for name, n in draw(drawn).items()}
    if target.role != "nobody":
        told.pop("cookie", None)
    return told


def _place(draw: Any) -> str:
    """Some address: nothing is limited yet there."""
    return f"10.{draw(st.integers(0, 255))}.{draw(st.integers(0, 255))}.7"


@contextmanager
def rolled_back() -> Iterator[None]:
    """Nothing of the request stays, whatever it did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _mutated(target: Target, draw: Any) -> tuple[str, dict[str, Any]]:
    path, _mark, query = target.path.partition("?")
    if draw(st.integers(0, 9)) == 0:
        parts = path.split("/")
        place = draw(st.integers(1, max(1, len(parts) - 2)))
        parts[place] = quote(draw(words).encode(errors="replace")[:200], safe="")
        path = "/".join(parts)
    asked = draw(st.dictionaries(st.sampled_from([*QUERY, *target.names]), words, max_size=3))
    pairs = "&".join(filter(None, [query, urlencode(asked, errors="replace")]))
    sent: dict[str, Any] = {name: list(values) for name, values in target.values}
    names = sorted(sent)
    for name in draw(st.lists(st.sampled_from(names), max_size=4)) if names else ():
        sent[name] = draw(st.lists(words, max_size=2))
    sent |= {name: [word] for name, word in draw(st.dictionaries(words, words, max_size=1)).items()}
    return f"{path}?{pairs}" if pairs else path, sent


def _send(client: Client, target: Target, shot: Shot, draw: Any) -> Any:
    kept: dict[str, Any] = {"headers": shot.told, "REMOTE_ADDR": shot.place}
    if target.is_hook:
        shot.told.update(draw(st.sampled_from(SIGNATURES)))
        raw = draw(st.one_of(st.sampled_from(BODIES), st.binary(max_size=200)))
        return client.post(shot.path, raw, content_type="application/json", **kept)
    if target.method == "get":
        pairs = urlencode(shot.sent, doseq=True, errors="replace")
        return client.get(shot.path + ("&" if "?" in shot.path else "?") + pairs, **kept)
    if draw(st.integers(0, 19)) == 0:
        raw = draw(st.sampled_from(BODIES))
        kind = draw(st.sampled_from(["multipart/form-data; boundary=x", "text/plain", "x", ""]))
        return client.generic("POST", shot.path, raw, content_type=kind, **kept)
    for name in target.files:
        shot.sent[name] = SimpleUploadedFile(*draw(st.sampled_from(FILES)))
    return client.post(shot.path, shot.sent, **kept)


def _faults(answer: HttpResponse, body: bytes, took: float) -> Iterator[str]:
    is_page = "html" in answer.get("Content-Type", "")
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"{answer.status_code}"
    if took > SLOWEST:
        yield "slow"
    if is_page and (TAG.encode() in body or b'"onfuzz=' in body):
        yield "unescaped"
    if "X-Fuzz" in answer.headers or "evil.example" in answer.get("Location", "")[:24]:
        yield "led astray"


def _signature(error: Exception) -> str:
    """Where it came from: the last line of ours, the last of all, and what was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if not re.search(r"site-packages|/lib/python", each.filename)]
    places = [
        f"{each.filename.rsplit('site-packages/')[-1]}:{each.lineno}"
        for each in ((ours or frames)[-1], frames[-1])
    ]
    return f"{type(error).__name__} {str(error)[:120]!r}, {' … '.join(places)}"
