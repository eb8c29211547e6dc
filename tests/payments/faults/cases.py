"""The rows of the matrix of faults, by their names."""

from collections.abc import Callable

from tests.providers.driver import Driver

Case = Callable[[Driver], None]
CASES: dict[str, Case] = {}
IN_THREADS: dict[str, Case] = {}


def case(name: str, rows: dict[str, Case] = CASES) -> Callable[[Case], Case]:
    """Name a row of the matrix."""

    def keep(function: Case) -> Case:
        rows[name] = function
        return function

    return keep
