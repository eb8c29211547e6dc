"""Alert rules and dashboard: what they ask for is told by the shop, and each says what to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/vitrina.json").read_text())
PAGE = (ROOT / "docs/observability.md").read_text()
# Prometheus makes this one itself.
OF_PROMETHEUS = {"up"}
NO_METRIC = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(?:by|without)\s*\([^)]*\)')


def names(question: str) -> set[str]:
    """Every metric that the question asks for: what is no function, operator or label."""
    words = re.findall(r"[a-z_]\w*(?!\w|\s*\()", NO_METRIC.sub(" ", question))
    return set(words) - {"and", "or", "unless", "by", "without"}


def questions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    for panel in BOARD["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))


@pytest.fixture
def exported(client: Client, db: None) -> set[str]:
    kinds = dict(re.findall(r"(?m)^# TYPE (\w+) (\w+)$", client.get("/metrics").text))
    parts = ("bucket", "sum", "count")
    histograms = {name for name, kind in kinds.items() if kind == "histogram"}
    return kinds.keys() - histograms | {f"{name}_{part}" for name in histograms for part in parts}


def test_names_are_read_out_of_a_question() -> None:
    assert names('sum by (le) (rate(a_total{code="5xx"}[5m])) / max(b) > 2 and c == 0') == {
        *("a_total", "b", "c")
    }


def test_everything_that_is_asked_for_is_told_by_the_shop(exported: set[str]) -> None:
    asked = set().union(*map(names, questions()))

    assert asked - exported == OF_PROMETHEUS


def test_every_figure_is_on_the_dashboard_and_explained(exported: set[str]) -> None:
    shown = {
        name
        for panel in BOARD["panels"]
        for target in panel.get("targets", [])
        for name in names(target["expr"])
    }
    explained = set(re.findall(r"`(vitrina_\w+)`", PAGE))
    whole = {re.sub("_(bucket|sum|count)$", "", name) for name in exported}

    assert exported - shown == set()
    assert whole == explained


@pytest.mark.parametrize("question", list(questions()))
def test_a_question_is_well_formed(question: str) -> None:
    bare = re.sub(r'"[^"]*"', "", question)

    assert all(bare.count(first) == bare.count(last) for first, last in ("()", "{}", "[]"))
    assert names(question)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    file, _hash, heading = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"(?m)^#+ (.+)$", (ROOT / file).read_text())

    assert rule["labels"]["severity"] in ("page", "warn")
    assert re.fullmatch(r"\d+[mhd]", rule["for"])
    assert rule["annotations"]["summary"].endswith(".")
    assert heading in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}


def test_alerts_have_names_of_their_own() -> None:
    found = [rule["alert"] for rule in RULES]

    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"Vitrina(?:[A-Z][a-z]+)+", name) for name in found)


def test_panels_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in BOARD["panels"]]
    cells = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(places)


@pytest.mark.parametrize("name", ["prometheus.yml", "podmonitor.yaml"])
def test_prometheus_finds_the_shop_with_its_token(name: str) -> None:
    found = yaml.safe_load((ROOT / "deploy/prometheus" / name).read_text())

    assert "authorization" in json.dumps(found)
    assert '"vitrina"' in json.dumps(found)
