"""What many pages count again, such as the facets of a list: kept, like pages, until it changes."""

import pickle
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Generic, TypeVar

from django.conf import settings
from django.utils.translation import get_language

from core.caching.code_version import code_version
from core.caching.page import collect, note
from core.database.replica import from_primary
from pagecache.entry import Entry
from pagecache.store import store

Made = TypeVar("Made")
# As long as a page, for what no change tells.
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Piece(Generic[Made]):
    """What was made, with what it shows and when it would be another one anyway."""

    made: Made
    parts: Collection[str]
    until: datetime | None

    @property
    def fresh_until(self) -> float:
        """In seconds since 1970, if it is made now."""
        soon = time.time() + SECONDS
        return min(soon, self.until.timestamp()) if self.until else soon


def piece(facts: object, parts: Collection[str], make: Callable[[], Made]) -> Made:
    """
    What `make` gives in the language of the moment, made again once a part of it has changed: one
    of these, or one that it notes (core.caching.page.tag). The page has them, too.

    `facts` tell it from others. It is of plain values: numbers, texts, keys, in lists, tuples and
    dicts.
    """
    if settings.DEBUG or not SECONDS:
        return make()
    name = _name(facts)
    entry = store.read(name)
    if entry and entry.fresh_until > time.time():
        known: Piece[Made] = pickle.loads(entry.body)  # noqa: S301  # nosec B301 - our own Redis
        note(known.parts, known.until)
        return known.made
    # Anyone who has not got the turn makes it for himself: his page may be kept as well.
    turn = store.take_turn(name)
    with from_primary(), collect() as notes:
        note(parts, None)
        made = Piece(make(), notes.parts, notes.until)
    if turn and turn.is_ours:
        store.keep(name, Entry(made.fresh_until, [], "", pickle.dumps(made)), turn, made.parts)
    return made.made


def _name(facts: object) -> str:
    digest = blake2b(repr((code_version(), facts, get_language())).encode(), digest_size=16)
    return f"piece:{digest.hexdigest()}"
