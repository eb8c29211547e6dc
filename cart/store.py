"""The cart's lines: one Redis hash per cart, which expires 48 hours after its last use."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from redis import WatchError

from core.exceptions import ServiceUnavailable
from core.redis import client, or_unavailable

AWAY = _("Your cart is temporarily unavailable. Please try again in a minute.")
COUPON = "coupon"
MAX_LINES = 100
# Length of the lines in a form field: two keys and a number each.
MAX_LINES_TEXT = MAX_LINES * 90
RETRIES = 8


@dataclass(frozen=True, order=True)
class LineKey:
    """A variant, alone or as part of a kit (its key as text)."""

    variant_id: UUID
    kit: str = ""

    def __str__(self) -> str:
        return f"{self.variant_id}|{self.kit}"

    @classmethod
    def parse(cls, text: str) -> "LineKey":
        variant_id, _bar, kit = text.partition("|")
        return cls(UUID(variant_id), kit)


@dataclass(frozen=True)
class StoredLine:
    quantity: int
    added_at: datetime


@dataclass(frozen=True)
class StoredCart:
    lines: Mapping[LineKey, StoredLine] = field(default_factory=dict)
    coupon: str = ""

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines.values())

    def quantities(self) -> dict[UUID, int]:
        """Units of each variant, in and out of kits."""
        units: dict[UUID, int] = {}
        for key, line in self.lines.items():
            units[key.variant_id] = units.get(key.variant_id, 0) + line.quantity
        return units

    @property
    def written(self) -> str:
        """The lines as text for a form field; empty if there are none."""
        return " ".join(f"{key}:{line.quantity}" for key, line in self.lines.items())

    def quantity(self, key: LineKey) -> int:
        line = self.lines.get(key)
        return line.quantity if line else 0

    def with_quantity(self, key: LineKey, quantity: int) -> "StoredCart":
        """A copy of the cart with this line at `quantity`; 0 removes it."""
        lines = dict(self.lines)
        if quantity:
            old = lines.get(key)
            lines[key] = StoredLine(quantity, old.added_at if old else timezone.now())
        else:
            lines.pop(key, None)
        return replace(self, lines=lines)

    def without_kit(self, kit: str) -> "StoredCart":
        """A copy of the cart without the lines of this kit."""
        lines = {key: line for key, line in self.lines.items() if key.kit != kit}
        return replace(self, lines=lines)


Change = Callable[[StoredCart], StoredCart]
# A context manager around the write, given the lines before and after.
Guard = Callable[[StoredCart, StoredCart], AbstractContextManager[None]]


def lines_in(written: str) -> dict[LineKey, int]:
    """The lines of a form field, without those that cannot be parsed."""
    found = {}
    for text in written[:MAX_LINES_TEXT].split()[:MAX_LINES]:
        key, _colon, quantity = text.rpartition(":")
        with suppress(ValueError):
            line = LineKey.parse(key)
            found[LineKey(line.variant_id, line.kit and str(UUID(line.kit)))] = int(quantity)
    return found


def _name(cart_id: UUID | str) -> str:
    return f"cart:{cart_id}"


def _decode(stored: Mapping[str, str]) -> StoredCart:
    lines = {}
    for key, text in stored.items():
        if key != COUPON:
            entry = json.loads(text)
            added_at = datetime.fromisoformat(entry["added_at"])
            lines[LineKey.parse(key)] = StoredLine(entry["quantity"], added_at)
    ordered = sorted(lines.items(), key=lambda item: (item[1].added_at, item[0]))
    return StoredCart(dict(ordered), stored.get(COUPON, ""))


def _encode(cart: StoredCart) -> dict[str, str]:
    entries = {
        str(key): json.dumps({"quantity": line.quantity, "added_at": line.added_at.isoformat()})
        for key, line in cart.lines.items()
    }
    return entries | ({COUPON: cart.coupon} if cart.coupon else {})


def read(cart_id: UUID | None) -> StoredCart:
    """
    The cart, empty if there is none; one call.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    if cart_id is None:
        return StoredCart()
    with or_unavailable(AWAY):
        return _decode(cast("dict[str, str]", client().hgetall(_name(cart_id))))


def change(cart_id: UUID, make: Change, *, until: datetime, guard: Guard) -> StoredCart:
    """
    Replace the cart by what `make` returns for it; it expires at `until`.

    `make` and `guard` run again after a concurrent change: both must be repeatable.

    :raises ServiceUnavailable: if Redis is unavailable; then nothing was written
    """
    for _attempt in range(RETRIES):
        try:
            with or_unavailable(AWAY):
                return _try_change(cart_id, make, until, guard)
        except WatchError:
            continue
    raise ServiceUnavailable(_("This cart is being changed in another tab. Please try again."))


def _try_change(cart_id: UUID, make: Change, until: datetime, guard: Guard) -> StoredCart:
    name = _name(cart_id)
    pipe: Any
    with client().pipeline(transaction=True) as pipe:
        pipe.watch(name)
        before = _decode(pipe.hgetall(name))
        after = make(before)
        entries = _encode(after)
        with guard(before, after):
            pipe.multi()
            pipe.delete(name)
            if entries:
                pipe.hset(name, mapping=entries)
                pipe.pexpireat(name, until)
            pipe.execute()
    return after


def delete(cart_id: UUID) -> None:
    """
    Delete the cart.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    with or_unavailable(AWAY):
        client().delete(_name(cart_id))


def dump() -> Iterator[dict[str, Any]]:
    """
    Every cart as Redis stores it, for a backup.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    with or_unavailable(AWAY):
        for name in client().scan_iter(match=_name("*"), count=500):
            entries, left = client().hgetall(name), client().pttl(name)
            if entries and left > 0:
                yield {"name": name, "entries": entries, "until": time.time() + left / 1000}


def restore(rows: Iterable[Mapping[str, Any]]) -> None:
    """
    Write the carts of a backup, except those that have expired since.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    with or_unavailable(AWAY):
        for row in rows:
            if row["until"] > time.time():
                client().hset(row["name"], mapping=row["entries"])
                client().pexpireat(row["name"], round(row["until"] * 1000))


def delete_all() -> None:
    """
    Delete every cart, before a backup is restored.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    with or_unavailable(AWAY):
        for name in client().scan_iter(match=_name("*"), count=500):
            client().delete(name)
