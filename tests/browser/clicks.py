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


SHOPS = ("Shopify", "Saleor", "WooCommerce", "pretix")
# Clicks of each of these shops, estimated from knowledge of them; `None` where a shop has no such
# task or needs an extension for it. And the fields of the one with the fewest clicks.
PEERS: dict[str, tuple[tuple[int | None, int | None, int | None, int | None], int]] = {
    "find an order by number": ((2, 3, 3, 2), 1),
    "pack and send one": ((3, 4, 3, None), 1),
    "send seven at once": ((4, 7, 4, None), 0),
    "refund a part": ((2, 4, 3, 3), 2),
    "product with six variants": ((6, 12, 12, None), 10),
    "change one price": ((2, 3, 3, 2), 1),
    "offer with a window on many": ((None, 6, 8, None), 3),
    "phone order with a link": ((5, 8, 6, 4), 3),
    "change a paid order": ((4, None, None, 4), 1),
    "receive a part of an order": ((4, None, None, None), 2),
    "sell one over the counter": ((3, None, None, 3), 1),
}


def best_of(task: str) -> Cost:
    clicks, fields = PEERS[task]
    return Cost(min(each for each in clicks if each is not None), fields)


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

    def pick(self, target: str | Locator, value: str) -> None:
        """Choose what to do from a menu: a click opens it, another chooses."""
        self._locate(target).select_option(value)
        self.clicks += 2

    def upload(self, target: str | Locator, *files: Path) -> None:
        """Choose files, or drop them on the field, all at once."""
        chosen: Sequence[Path] = files
        self._locate(target).set_input_files(chosen)
        self.filled += 1

    @property
    def cost(self) -> Cost:
        return Cost(self.clicks, self.filled)

    def costs_no_more_than_peers(self, task: str) -> None:
        """Print the row of the table beside each peer, and compare with the best of them."""
        best, ours = best_of(task), self.cost
        peers = zip(SHOPS, PEERS[task][0], strict=True)
        told = "  ".join(f"{shop} {'–' if clicks is None else clicks}" for shop, clicks in peers)
        sys.stdout.write(f"{task:28} {ours.clicks:2} [{ours.fields:2}]  {told} [{best.fields}]\n")
        assert ours.clicks <= best.clicks, f"{task}: {ours}"
        assert ours.fields <= best.fields, f"{task}: {ours}"

    def _locate(self, target: str | Locator) -> Locator:
        return self.page.locator(target) if isinstance(target, str) else target
