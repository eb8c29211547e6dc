"""The checklist of security: no number is missing, and each test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKLIST = ROOT / "docs" / "security-checklist.md"
# How many of levels 1 and 2 each section of ASVS 5.0.0 has; where one of level 3 stands among
# them it is left out below.
SECTIONS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
ROW = re.compile(r"^\| (?P<numbers>\d[^|]*) \| (?P<how>[^|]*) \|(?P<held>[^|]*)\|$", re.MULTILINE)


def wanted() -> set[str]:
    return {
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, most in enumerate(sections, 1)
        for number in range(1, most + 1)
    }


def rows() -> list[tuple[list[str], str, list[str]]]:
    """The numbers, the words and the names of each line."""
    found = []
    for row in ROW.finditer(CHECKLIST.read_text()):
        numbers = [each for part in row["numbers"].split(",") for each in expanded(part.strip())]
        found.append((numbers, row["how"], re.findall(r"`([^`]+)`", row["held"])))
    return found


def expanded(part: str) -> list[str]:
    """`1.2.6–1.2.8` are three."""
    first, dash, last = part.removesuffix(" (3)").partition("–")
    head, _dot, number = first.rpartition(".")
    end = last.rpartition(".")[2] if dash else number
    return [f"{head}.{each}" for each in range(int(number), int(end) + 1)]


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_no_number_of_levels_1_and_2_is_missing_or_there_twice() -> None:
    listed = [number for numbers, _how, _held in rows() for number in numbers]
    beyond = {number for number in listed if number not in wanted()}

    assert len(wanted()) == 253
    assert wanted() - set(listed) == set()
    assert len(listed) == len(set(listed))
    assert all(f"{number} (3)" in CHECKLIST.read_text() for number in beyond)


def test_every_line_is_held_by_something_or_says_why_not() -> None:
    loose = [numbers for numbers, how, held in rows() if not held and "*None here*" not in how]

    assert loose == []


def test_every_test_that_is_named_exists() -> None:
    missing = []
    for _numbers, _how, held in rows():
        for name in held:
            path, _mark, function = name.partition("::")
            is_there = (ROOT / path).exists()
            if not is_there or (function and function not in functions(path)):
                missing.append(name)

    assert missing == []
