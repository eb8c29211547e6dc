"""What pages keep: made once, for some seconds, until staff change what is in it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from constance import config
from constance.models import Constance
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import TestCase
from django.utils.translation import override

from core.caching import code_version
from core.caching import values as module
from core.caching.page import collect_tags
from core.caching.values import OneGenerationMiddleware, cached, invalidate_cached
from storefront import selectors


class Maker:
    """Something that is made, which counts."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that remembers, as all do but those of tests."""
    monkeypatch.setattr(module, "local", {})
    cache.clear()
    yield
    cache.clear()


def other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "local", {})


def test_it_is_made_once_for_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()

    found = [cached("menu", make, 30), cached("menu", make, 30)]
    other_process(monkeypatch)

    assert [*found, cached("menu", make, 30)] == [1, 1, 1]


def test_a_newer_program_does_not_read_what_the_older_has_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = Maker()
    cached("menu", make, 30)
    other_process(monkeypatch)

    monkeypatch.setattr(module, "code_version", lambda: "a newer one")

    assert cached("menu", make, 30) == 2


def test_a_program_is_told_by_all_of_its_code(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "views.py").write_text("A = 1")
    older = code_version.hash_of([app])

    (app / "views.py").write_text("A = 2")

    assert code_version.hash_of([app]) != older
    assert code_version.code_version() == code_version.code_version()


def test_each_language_has_its_own() -> None:
    make = Maker()
    cached("menu", make, 30)

    with override("en"):
        assert cached("menu", make, 30) == 2


def test_after_its_seconds_it_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    cached("menu", make, 30)
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 31)

    assert cached("menu", make, 30) == 2


@pytest.mark.django_db
def test_what_staff_have_changed_is_made_anew_everywhere() -> None:
    make = Maker()
    cached("menu", make, 30)

    with TestCase.captureOnCommitCallbacks(execute=True):
        invalidate_cached()

    assert cached("menu", make, 30) == 2


@pytest.mark.django_db
def test_what_is_made_right_after_a_change_is_made_again_when_all_have_heard_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its maker may have the settings of a moment ago (core.caching.live_settings)."""
    make = Maker()
    with TestCase.captureOnCommitCallbacks(execute=True):
        invalidate_cached()
    now = time.time()

    found = []
    for later in (0.1, 1.0, 2.0, 30.0):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        found.append(cached("menu", make, 30))

    assert found == [1, 1, 2, 2]


@pytest.mark.django_db
def test_the_frame_of_a_process_with_the_settings_of_before_does_not_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config.STORE_NAME = "Vieja"
    names = [selectors.frame().shop.name]
    now = time.time()

    # Another process changes it.
    Constance.objects.filter(key="STORE_NAME").update(
        value='{"__type__": "default", "__value__": "Nueva"}'
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        invalidate_cached()
    names.append(selectors.frame().shop.name)
    config._backend.forget()
    monkeypatch.setattr(time, "time", lambda: now + 2)

    assert [*names, selectors.frame().shop.name] == ["Vieja", "Vieja", "Nueva"]


@pytest.mark.django_db
def test_a_page_with_it_is_made_again_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    with TestCase.captureOnCommitCallbacks(execute=True):
        invalidate_cached()
    now = time.time()

    until = []
    for later in (0.1, 1.0, 2.0):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        with collect_tags() as notes:
            cached("menu", make, 30)
        until.append(notes.until and notes.until.timestamp() - now)

    assert until == [pytest.approx(1.5, abs=0.1), pytest.approx(1.5, abs=0.1), None]


def test_while_the_cache_is_away_pages_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()

    def nothing(*_: Any, **__: Any) -> None:
        """What a cache that forgives gives while it is away."""

    monkeypatch.setattr(cache, "get", nothing)
    monkeypatch.setattr(cache, "set", nothing)

    assert cached("menu", make, 30) == 1


@pytest.mark.django_db
def test_a_request_asks_for_the_edition_once_and_sees_its_own_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make, asked = Maker(), Maker()
    get = cache.get
    monkeypatch.setattr(cache, "get", lambda *of: asked() and get(*of))
    found: list[int] = []

    def page(_request: HttpRequest) -> HttpResponse:
        found.extend(cached(name, make, 30) for name in ("menu", "shop", "menu"))
        with TestCase.captureOnCommitCallbacks(execute=True):
            invalidate_cached()
        found.append(cached("menu", make, 30))
        return HttpResponse()

    cached("menu", make, 30)
    cached("shop", make, 30)
    before = asked.made

    OneGenerationMiddleware(page)(HttpRequest())

    assert found == [1, 2, 1, 3]
    # The edition; after the change it again, and whether another process has made it meanwhile.
    assert asked.made - before == 3
