"""What was read a moment ago is not read again; what is older is."""

from math import inf

import pytest

from core.caching.ttl import TTLCache


class Library:
    """Something to read from, which counts."""

    def __init__(self, **values: int) -> None:
        self.values = values
        self.asked: list[list[str]] = []

    def read(self, keys: list[str]) -> dict[str, int]:
        self.asked.append(keys)
        return {key: self.values[key] for key in keys if key in self.values}


@pytest.fixture
def library() -> Library:
    return Library(a=1, b=2)


def test_what_is_known_is_not_read_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", inf)
    recent = TTLCache(library.read)
    recent.get(["a"])

    found = recent.get(["a", "b"])

    assert found == {"a": 1, "b": 2}
    assert library.asked == [["a"], ["b"]]


def test_what_is_old_is_read_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", -1)
    recent = TTLCache(library.read)
    recent.get(["a"])
    library.values["a"] = 7

    assert recent.get(["a"]) == {"a": 7}


def test_what_is_missing_is_asked_for_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", inf)
    recent = TTLCache(library.read)
    assert recent.get(["c"]) == {}
    library.values["c"] = 3

    assert recent.get(["c"]) == {"c": 3}


def test_what_every_memory_knows_can_be_forgotten(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", inf)
    recent = TTLCache(library.read)
    recent.get(["a"])

    TTLCache.clear_all()

    assert recent.get(["a"]) == {"a": 1}
    assert library.asked == [["a"], ["a"]]


def test_the_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", inf)
    monkeypatch.setattr(TTLCache, "max_size", 10)
    recent = TTLCache(lambda keys: {key: key for key in keys})

    for number in range(100):
        recent.get([number])

    assert len(recent._known) <= 10


def test_while_one_reads_the_others_go_on_with_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", -1)
    seen: list[dict[str, int]] = []

    def read(keys: list[str]) -> dict[str, int]:
        if len(asked) == 1:  # the second reading: somebody else asks meanwhile
            monkeypatch.setattr(recent, "_read", lambda _keys: pytest.fail("read twice"))
            seen.append(recent.get(keys))
        asked.append(keys)
        return dict.fromkeys(keys, len(asked))

    asked: list[list[str]] = []
    recent: TTLCache[str, int] = TTLCache(read)
    recent.get(["a"])
    monkeypatch.setattr(TTLCache, "lifetime", inf)

    assert recent.get(["a"]) == {"a": 2}
    assert seen == [{"a": 1}]


def test_what_is_gone_is_forgotten(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TTLCache, "lifetime", -1)
    recent = TTLCache(library.read)
    recent.get(["a"])
    library.values.clear()

    assert recent.get(["a"]) == {}
    assert recent.get(["a"]) == {}
