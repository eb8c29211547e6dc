"""
The shop's metrics for Prometheus. Each app defines its own in `metrics.py`; `/metrics` writes them.

Values are read on request. Queries count waiting or recent rows by an index, so that a scrape costs
the same in an old shop.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from django.utils import timezone

# What the figure is about, and the figure.
Sample: TypeAlias = tuple[Mapping[str, str], float]
Kind = Literal["gauge", "counter", "histogram"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One name of Prometheus with all its figures; none where they cannot be had."""

    name: str
    about: str
    read: Callable[[], Iterable[Sample]]
    kind: Kind = "gauge"


def one(value: float | None) -> list[Sample]:
    """A single figure, or none if it is not known."""
    return [] if value is None else [({}, value)]


def by(label: str, figures: Mapping[str, float]) -> list[Sample]:
    """A figure for each value of the label."""
    return [({label: value}, figure) for value, figure in figures.items()]


def age(moment: datetime | None) -> float:
    """Seconds since then; 0 where nothing waits."""
    return max((timezone.now() - moment).total_seconds(), 0.0) if moment else 0.0


def written(metric: Metric) -> str:
    """
    The metric as Prometheus reads it.

    A histogram's samples say with `__name__` which of its series they belong to.
    """
    lines = [f"# HELP {metric.name} {metric.about}", f"# TYPE {metric.name} {metric.kind}"]
    for labels, value in metric.read():
        name = labels.get("__name__", metric.name)
        told = ",".join(f'{key}="{_escaped(labels[key])}"' for key in labels if key != "__name__")
        figure = "+Inf" if value == math.inf else f"{value:.12g}"
        lines.append(f"{name}{{{told}}} {figure}" if told else f"{name} {figure}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
