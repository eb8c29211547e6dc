"""What pages keep in the shared cache: for some seconds, or until staff change what is in it."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language

from core.ids import uuid7

Made = TypeVar("Made")
EDITION = "kept:edition"


def kept(name: str, make: Callable[[], Made], seconds: int) -> Made:
    """What `make` gives in the language of the moment, made anew after so many seconds at most."""
    key = f"kept:{name}:{get_language()}"
    known = cache.get_many([EDITION, key])
    edition = known.get(EDITION, "")
    made_in, made = known.get(key, (None, None))
    if made_in != edition:
        # Whatever is read before a change is committed is kept under the edition before it.
        made = make()
        cache.set(key, (edition, made), seconds)
    return made  # type: ignore[no-any-return]


def forget_kept() -> None:
    """Make everything anew once what has been changed is committed."""
    transaction.on_commit(lambda: cache.set(EDITION, uuid7().hex, None))
