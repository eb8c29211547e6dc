"""What many pages count anew, such as the facets of a list: kept, like pages, until it changes."""

import pickle
import time
from collections.abc import Callable, Collection
from hashlib import blake2b
from typing import TypeVar, cast

from django.conf import settings
from django.utils.translation import get_language

from core.replica import from_primary
from pagecache.entry import Entry
from pagecache.store import store

Made = TypeVar("Made")
# As long as a page, for what no change tells.
SECONDS = 60


def piece(facts: object, parts: Collection[str], make: Callable[[], Made]) -> Made:
    """
    What `make` gives in the language of the moment, made anew once one of the parts has changed.

    `facts` tell it from others. It is of plain values: numbers, texts, keys, in lists, tuples and
    dicts.
    """
    if settings.DEBUG or not SECONDS:
        return make()
    name = _name(facts)
    known = store.read(name)
    if known and known.fresh_until > time.time():
        return cast("Made", pickle.loads(known.body))  # noqa: S301  # nosec B301 - our own Redis
    # Whoever has not got the turn makes it for himself: his page may be kept as well.
    turn = store.take_turn(name)
    with from_primary():
        made = make()
    if turn and turn.is_ours:
        store.keep(name, Entry(time.time() + SECONDS, [], "", pickle.dumps(made)), turn, parts)
    return made


def _name(facts: object) -> str:
    digest = blake2b(repr((facts, get_language())).encode(), digest_size=16)
    return f"piece:{digest.hexdigest()}"
