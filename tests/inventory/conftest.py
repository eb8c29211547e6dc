"""Nothing of Django here: pytest reads this before the settings stand."""

from collections.abc import Iterator
from importlib import import_module

import pytest


@pytest.fixture
def books_agree(_django_db_marker: None) -> Iterator[None]:
    """When the test ends, levels, ledger and holds say the same."""
    yield
    assert import_module("inventory.consistency").differences() == []
