"""A month of the shop's own calendar."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

_OLDEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Month:
    """A month of the shop's own calendar."""

    first: date

    @classmethod
    def named(cls, text: str) -> "Month":
        """The month of `2026-11`; the last one that is over where that is none."""
        this = cls(timezone.localdate().replace(day=1))
        try:
            named = cls(date.fromisoformat(f"{text}-01"))
        except ValueError:
            return this.before
        return named if _OLDEST <= named.first <= this.first else this.before

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> "Month | None":
        """None for one that has not begun."""
        following = self.last + timedelta(days=1)
        return Month(following) if following <= timezone.localdate() else None

    @property
    def days(self) -> dict[str, str]:
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"
