"""Many shoppers at once, who can be asked to wait outside for a moment."""

import threading
from dataclasses import dataclass, field
from random import Random
from typing import Self

from tests.faults.shoppers import GivesUp, Journal, Shopper

SHOPPERS = 3


@dataclass
class Crowd:
    """Buys until the block ends, one purchase after the other, `SHOPPERS` at a time."""

    shop: str
    goods: list[dict[str, str]]
    journal: Journal
    random: Random
    gave_up: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._closed = threading.Event()
        self._changed = threading.Condition()
        self._is_open, self._inside = True, 0
        seeds = [self.random.random() for _ in range(SHOPPERS)]
        self._threads = [threading.Thread(target=self._shop, args=(seed,)) for seed in seeds]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._closed.set()
        self.come_back()
        for thread in self._threads:
            thread.join()

    def leave(self) -> None:
        """Let everybody end his purchase, and nobody begin one."""
        with self._changed:
            self._is_open = False
            self._changed.wait_for(lambda: self._inside == 0)

    def come_back(self) -> None:
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def _shop(self, seed: float) -> None:
        random = Random(seed)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_open)
                if self._closed.is_set():
                    return
                self._inside += 1
            try:
                Shopper(self.shop, self.goods, self.journal, random).buy()
            except GivesUp as refusal:
                self.gave_up.append(str(refusal))
            finally:
                with self._changed:
                    self._inside -= 1
                    self._changed.notify_all()
            self._closed.wait(random.uniform(0.1, 0.6))
