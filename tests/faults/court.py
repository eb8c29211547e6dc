"""Asks the judge, who is a process of his own, until the shop has come to rest."""

import json
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any, Self

from config.local import ROOT
from tests.faults.shoppers import Purchase
from tests.faults.store import Store

# Seconds: a mail that a killed worker had in its hands waits for two minutes, and for the clock.
RESTS_WITHIN = 200.0
JUDGE = "import django; django.setup(); from tests.faults import judge; judge.main()"


class Court:
    """Until the block ends."""

    def __init__(self, store: Store) -> None:
        self._log = (store.folder / "judge.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", JUDGE],
            cwd=ROOT,
            env={"DJANGO_SETTINGS_MODULE": "config.settings"} | store.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.goods: list[dict[str, str]] = self.ask("prepare")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.communicate()
        self._log.close()

    def ask(self, question: str, **about: Any) -> Any:
        """:raises RuntimeError: if the books cannot be read"""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"ask": question, "about": about}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the judge is gone"}')
        if "error" in answer:
            raise RuntimeError(f"{question}: {answer['error']}")
        return answer["answer"]

    def findings(self, purchases: list[Purchase]) -> list[str]:
        """Whatever is not as it must be, once everything is done that was to be done."""
        left = self._wait_for_rest()
        told = [asdict(purchase) for purchase in purchases]
        return [
            *(f"{number} {name} were not worked off" for name, number in left.items()),
            *self.ask("checks"),
            *self.ask("compare", purchases=told),
        ]

    def figures(self) -> dict[str, int]:
        found: dict[str, int] = self.ask("figures")
        return found

    def _wait_for_rest(self) -> dict[str, int]:
        deadline = time.monotonic() + RESTS_WITHIN
        while True:
            left: dict[str, int] = self.ask("waiting")
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.5)
