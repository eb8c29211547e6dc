"""Counts what a task costs staff, beside what the best of its peers costs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page


@dataclass(frozen=True)
class Cost:
    """Clicks without those into a field that is then filled in, and such fields."""

    clicks: int
    fields: int


# The fewest clicks and fields of Shopify, Saleor, WooCommerce and pretix.
BEST_PEER = {
    "find an order by number": Cost(2, 1),
    "pack and send one": Cost(3, 1),
    "send seven at once": Cost(4, 0),
    "refund a part": Cost(2, 2),
    "product with six variants": Cost(6, 10),
    "change one price": Cost(2, 1),
    "offer with a window on many": Cost(6, 3),
    "phone order with a link": Cost(5, 3),
    "change a paid order": Cost(4, 1),
    "receive a part of an order": Cost(3, 2),
}


class Hand:
    """Somebody at a page, whose clicks and filled fields are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.filled = 0

    def click(self, target: str | Locator) -> None:
        self._locate(target).click()
        self.clicks += 1

    def fill(self, target: str | Locator, value: str) -> None:
        self._locate(target).fill(value)
        self.filled += 1

    def select(self, target: str | Locator, value: str) -> None:
        self._locate(target).select_option(value)
        self.filled += 1

    def upload(self, target: str | Locator, *files: Path) -> None:
        """Choose files, or drop them on the field, all at once."""
        chosen: Sequence[Path] = files
        self._locate(target).set_input_files(chosen)
        self.filled += 1

    @property
    def cost(self) -> Cost:
        return Cost(self.clicks, self.filled)

    def costs_no_more_than_peers(self, task: str) -> None:
        """Print the row of the table, and compare."""
        best, ours = BEST_PEER[task], self.cost
        row = f"{task:30} {ours.clicks:3} [{ours.fields:2}]  peers {best.clicks} [{best.fields}]"
        sys.stdout.write(row + "\n")
        assert ours.clicks <= best.clicks, f"{task}: {ours}"
        assert ours.fields <= best.fields, f"{task}: {ours}"

    def _locate(self, target: str | Locator) -> Locator:
        return self.page.locator(target) if isinstance(target, str) else target
