"""Who holds units and from where, which the limits on hoarding count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class HoldOrigin:
    """
    The place and account that units are held for; empty if unknown.

    `most` limits the units that the carts of one place, or one account, may hold; None is no limit.
    """

    place: str = ""
    account: UUID | None = None
    most: int | None = None

    @property
    def keys(self) -> list[str]:
        """Advisory lock keys for counting held units; none without a limit."""
        if self.most is None:
            return []
        account = f"held-account:{self.account}" if self.account else ""
        return [key for key in (account, self.place and f"held-place:{self.place}") if key]


UNKNOWN = HoldOrigin()


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds and until when; `since` says when released variants were first held."""

    reference: UUID
    kind: str
    until: datetime
    origin: HoldOrigin = UNKNOWN
    since: Mapping[UUID, datetime] = field(default_factory=dict)
    longest: timedelta | None = None

    def until_of(self, held_since: datetime | None) -> datetime:
        """The end of a hold, at most `longest` after it began."""
        if held_since is None or self.longest is None:
            return self.until
        return min(self.until, held_since + self.longest)
