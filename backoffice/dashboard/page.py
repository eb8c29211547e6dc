"""The dashboard of the back office: today's figures, work queues and the state of the system."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from constance import config
from django.db.models import Value
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import has_sellers, is_seller
from backoffice.dashboard.kpis import Figures, figures
from backoffice.dashboard.setup import MAY_SET_UP, SetupStep, steps
from backoffice.dashboard.work_queues import MAX_SAID, WorkQueue, tasks
from backoffice.monitoring.system_status import Check, checks
from backoffice.reports.registry import sees_all
from backoffice.reports.sales import SALES
from core.caching.values import cached
from core.formats import money

KEPT_SECONDS = 60
# The menu beside every page shows what waits, too.
WAITING_SECONDS = 15
Amount = Decimal | float


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything that is counted, for everybody, and when that was."""

    at: datetime
    figures: Figures
    checks: list[Check]
    setup: list[SetupStep]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure of today; `change` in percent against the usual value at this hour."""

    label: str
    value: str
    usual: str
    change: int | None


@dataclass(frozen=True, kw_only=True)
class Board:
    """The dashboard of one person; None for figures that their role may not see."""

    at: datetime
    figures: Figures | None
    tiles: list[Tile]
    waiting: list[WorkQueue]
    done: list[WorkQueue]
    checks: list[Check] | None
    has_sellers: bool
    setup: list[SetupStep]

    @property
    def set_up(self) -> int:
        """How many of the steps of a new shop are done."""
        return sum(step.is_done for step in self.setup)


def board(user: User) -> Board:
    """
    The page as that person may see it, with figures at most a minute old.

    Eleven queries when they are counted, one more for a seller's people, and one to MongoDB; none
    while they are cached.
    """
    known = cached("dashboard", _count, KEPT_SECONDS)
    seen = waiting_for(user)
    seen_figures = known.figures if sees_all(user, SALES) else None
    return Board(
        at=known.at,
        figures=seen_figures,
        tiles=_tiles(seen_figures) if seen_figures else [],
        waiting=[task for task in seen if task.number],
        done=[task for task in seen if not task.number],
        checks=known.checks if user.has_perm("outbox.view_message") else None,
        has_sellers=has_sellers(),
        setup=known.setup if user.has_perm(MAY_SET_UP) else [],
    )


def waiting_for(user: User) -> list[WorkQueue]:
    """
    Queues whose rows the person may all see; of the others, sellers' people see their part.

    One query when they are counted, one more for a seller's people; none while cached.
    """
    everything = tasks()
    waiting = cached("waiting", lambda: _count_waiting(everything), WAITING_SECONDS)
    may_see = {task.name for task in everything if user.has_perm(task.permission)}
    seen = [task.counted(waiting.get(task.name, 0)) for task in everything if task.name in may_see]
    if not is_seller(user):
        return seen
    others = [task for task in everything if task.for_sellers and task.name not in may_see]
    own = [task.own_of(user) for task in others]
    counted = (
        cached(f"dashboard:{user.pk}", lambda: _count_waiting(own), WAITING_SECONDS) if own else {}
    )
    return [*seen, *(task.counted(counted.get(task.name, 0)) for task in own)]


def _tiles(known: Figures) -> list[Tile]:
    today, usual = known.today, known.usual
    return [
        _tile(_("Sales today"), today.sales, usual.sales, _money),
        _tile(_("Orders today"), today.orders, usual.orders, _number),
        _tile(_("Carts that became orders"), today.conversion, usual.conversion, _percent),
        _tile(_("Average ticket"), today.ticket, usual.ticket, _money),
    ]


def _tile(label: str, today: Amount, usual: Amount, say: Callable[[Amount], str]) -> Tile:
    change = round(100 * (float(today) / float(usual) - 1)) if usual else None
    return Tile(label=label, value=say(today), usual=say(usual), change=change)


def _money(amount: Amount) -> str:
    return money(amount, config.CURRENCY)


def _number(amount: Amount) -> str:
    return number_format(round(float(amount), 1)).removesuffix(".0")


def _percent(amount: Amount) -> str:
    return f"{_number(amount)}\N{NO-BREAK SPACE}%"


def _count() -> Known:
    return Known(at=timezone.now(), figures=figures(), checks=checks(), setup=steps())


def _count_waiting(lists: Iterable[WorkQueue]) -> dict[str, int]:
    """The number of rows by queue, counted up to MAX_SAID; empty queues are left out."""
    first, *others = [
        task.rows.order_by().values_list(Value(task.name))[: MAX_SAID + 1] for task in lists
    ]
    return Counter(name for (name,) in first.union(*others, all=True))
