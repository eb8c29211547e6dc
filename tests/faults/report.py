"""What a run of faults has shown, as the table of docs/reliability.md."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One fault: what visitors saw until the shop was well again, and when it was."""

    fault: str
    seen: Counter[str]
    slowest: float
    healthy_after: float


SEEN = {
    "page": "pages",
    "later": "“come again” (503)",
    "fault": "errors (500)",
    "nothing": "no answer",
}
HEAD = (
    "| fault | times | what visitors got until all was well | longest wait s "
    "| a purchase works after s: median | worst |\n|---|---|---|---|---|---|"
)


def table(outcomes: Iterable[Outcome]) -> str:
    """A row for each kind, in the order of the alphabet, and one for all."""
    kinds: defaultdict[str, list[Outcome]] = defaultdict(list)
    every = list(outcomes)
    for outcome in every:
        kinds[outcome.fault].append(outcome)
    rows = [_row(name, some) for name, some in sorted(kinds.items())]
    return "\n".join([HEAD, *rows, _row("**all**", every)])


def summary(figures: Mapping[str, int], purchases: int, gave_up: int, mails: Counter[str]) -> str:
    again = sum(number - 1 for number in mails.values())
    return (
        f"{purchases} purchases begun, {gave_up} given up after a minute; "
        f"{figures['orders']} orders, {figures['paid']} paid, {figures['payments']} captures, "
        f"{figures['refunds']} refunds, {figures['mails']} mails "
        f"({again} handed over twice under one Message-ID)."
    )


def _row(name: str, outcomes: list[Outcome]) -> str:
    seen = sum((outcome.seen for outcome in outcomes), Counter())
    total = sum(seen.values()) or 1
    shares = ", ".join(
        f"{seen[kind] / total:.1%} {text}" for kind, text in SEEN.items() if seen[kind]
    )
    healthy = [outcome.healthy_after for outcome in outcomes]
    slowest = max(outcome.slowest for outcome in outcomes)
    return (
        f"| {name} | {len(outcomes)} | {shares} | {slowest:.1f} "
        f"| {statistics.median(healthy):.1f} | {max(healthy):.1f} |"
    )
