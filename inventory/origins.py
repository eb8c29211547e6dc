"""Where the holds of carts come from: what limits on hoarding count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class HoldOrigin:
    """
    From which place and for which account units are held; empty where nobody knows.

    `most` is how many units the carts of one place, and those of one account, may hold in all;
    None is no limit.
    """

    place: str = ""
    account: UUID | None = None
    most: int | None = None

    @property
    def keys(self) -> list[str]:
        """What is locked while units are counted; nothing where they are not."""
        if self.most is None:
            return []
        account = f"held-account:{self.account}" if self.account else ""
        return [key for key in (account, self.place and f"held-place:{self.place}") if key]


UNKNOWN = HoldOrigin()


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds and until when; `since` is when variants that were given up were first held."""

    reference: UUID
    kind: str
    until: datetime
    origin: HoldOrigin = UNKNOWN
    since: Mapping[UUID, datetime] = field(default_factory=dict)
    longest: timedelta = timedelta.max

    def until_of(self, variant_id: UUID) -> datetime:
        """No new hold outlasts the longest, counted from the first."""
        first = self.since.get(variant_id)
        return min(self.until, first + self.longest) if first else self.until
