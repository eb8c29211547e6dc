"""
A run of faults: shoppers buy all the time, one thing after the other breaks, and the books are
proven again and again.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults import kinds, report
from tests.faults.court import Court
from tests.faults.crowd import Crowd
from tests.faults.kinds import Fault, Scene
from tests.faults.proxy import Proxy
from tests.faults.report import Outcome
from tests.faults.shoppers import GivesUp, Journal, Shopper
from tests.faults.store import Store, running

WELL_WITHIN = 10.0  # seconds after the cause of a fault is over, a purchase works
GIVES_UP_AFTER = 90.0


@dataclass
class Run:
    """What has happened so far, and what was found."""

    seed: int
    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    summary: str = ""

    @property
    def late(self) -> list[str]:
        """Faults after which a purchase took too long to work again."""
        return [
            f"{each.fault}: {each.healthy_after:.1f} s"
            for each in self.outcomes
            if each.healthy_after > WELL_WITHIN
        ]

    @property
    def table(self) -> str:
        return report.table(self.outcomes)


@dataclass
class Trial:
    """One shop, its crowd, and anyone who breaks things."""

    store: Store
    proxy: Proxy
    court: Court
    crowd: Crowd
    run: Run
    say: Callable[[str], None]
    random: Random

    def open(self) -> None:
        """A first purchase: what a web process does for its first page is no fault's doing."""
        began = time.monotonic()
        self._buy_as_soon_as_possible(began)
        self.say(f"opened; the first purchase took {time.monotonic() - began:.1f} s")

    def suffer(self, fault: Fault) -> None:
        """Let it happen, and note when a stranger can buy again."""
        self.crowd.journal.take()
        fault.happen(Scene(self.store, self.proxy, self.random, self._stranger))
        over = time.monotonic()
        self._buy_as_soon_as_possible(over)
        healthy_after = time.monotonic() - over
        seen, slowest = self.crowd.journal.take()
        self.run.outcomes.append(Outcome(fault.name, seen, slowest, healthy_after))
        self.say(
            f"{len(self.run.outcomes)}: {fault.name}; well after {healthy_after:.1f} s; "
            f"{dict(seen)}, longest wait {slowest:.1f} s"
        )

    def judge(self) -> None:
        """Everybody ends what he has begun, and the books are looked at."""
        self.crowd.leave()
        began = time.monotonic()
        found = self.court.findings(self.crowd.journal.purchases)
        self.run.findings += found
        self.say(f"proven within {time.monotonic() - began:.1f} s: {found or 'all is right'}")
        for refusal in self.crowd.gave_up:
            self.say(f"gave up: {refusal}")
        self.crowd.come_back()

    def _buy_as_soon_as_possible(self, began: float) -> None:
        while time.monotonic() < began + GIVES_UP_AFTER:
            try:
                if self._stranger().buy().is_seen_paid:
                    return
            except GivesUp:
                continue

    def _stranger(self) -> Shopper:
        return Shopper(
            self.proxy.url,
            self.court.goods,
            self.crowd.journal,
            self.random,
            patience=5,
            stubborn=5,
            choice="approve",
        )


def suffer_all(
    folder: Path,
    choose: Callable[[Store, Random], Sequence[Fault]],
    *,
    seed: int,
    say: Callable[[str], None],
    judge_every: int,
) -> Run:
    """Start a shop there, let the chosen faults happen in it, and stop it."""
    run, random, journal = Run(seed), Random(seed), Journal()
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy())
        store = stack.enter_context(running(folder, proxy.url))
        proxy.shop_port = store.port
        court = stack.enter_context(Court(store))
        crowd = stack.enter_context(Crowd(proxy.url, court.goods, journal, Random(random.random())))
        trial = Trial(store, proxy, court, crowd, run, say, random)
        trial.open()
        for number, fault in enumerate(choose(store, random), start=1):
            trial.suffer(fault)
            if number % judge_every == 0:
                trial.judge()
        if len(run.outcomes) % judge_every:
            trial.judge()
        mails = Counter(mail.message_id for mail in store.mails)
        run.summary = report.summary(
            court.figures(), len(journal.purchases), len(crowd.gave_up), mails
        )
    return run


def in_random_order(number: int) -> Callable[[Store, Random], Sequence[Fault]]:
    """So many faults: each kind as often as the others, in an order by chance."""

    def choose(store: Store, random: Random) -> Sequence[Fault]:
        every: list[Fault] = []
        while len(every) < number:
            more = list(kinds.all_of(store))
            random.shuffle(more)
            every += more
        return every[:number]

    return choose
