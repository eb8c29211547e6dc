"""One language for names and texts: words that the field does not use, and what to say instead."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for pattern in ("*/**/*.py", "*.py")
    for path in ROOT.glob(pattern)
    if not {"migrations", ".venv", ".data"} & set(path.parts) and path != Path(__file__).resolve()
)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TEXTS = sorted(
    [
        *(path for path in ROOT.glob("templates/**/*") if path.suffix in {".html", ".txt"}),
        *ROOT.glob("locale/*/LC_MESSAGES/django.po"),
    ]
)
# By the word to use.
PHRASES = {
    "again": r"\banew\b",
    "anyone who, or the person's part": r"\bwhoever\b",
    "entirely": r"\bwholly\b",
    "lately": r"\bof late\b",
}
# Of people in general; of the code and its docstrings, not of what tests tell of one person.
PHRASES_OF_CODE = {
    "they": r"\b(he|him|his|she|hers)\b",
    "also, or in addition to": r"\bbesides\b",
    "until, or while": r"\bfor so long\b",
}
NAMES = {
    "MAX_": r"\b_?(MOST|LONGEST|LARGEST)_(?!FIRST\b|DANGEROUS\b)[A-Z]",
    "MIN_": r"\b_?(LEAST|FEWEST|SHORTEST|SMALLEST)_[A-Z]",
}


@cache
def text_of(path: Path) -> str:
    return path.read_text(errors="ignore")


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{text_of(path).count(chr(10), 0, match.start()) + 1}"
        for path in paths
        for match in found.finditer(text_of(path))
    ]


@pytest.mark.parametrize("better", PHRASES)
def test_texts_say_it_in_the_words_of_the_field(better: str) -> None:
    wrong = f"(?i:{PHRASES[better]})"

    assert lines_with(wrong, [*SOURCES, *PAGES, *TEXTS]) == [], f"say {better}"


@pytest.mark.parametrize("better", PHRASES_OF_CODE)
def test_the_code_speaks_of_people_as_they(better: str) -> None:
    product = [path for path in SOURCES if path.relative_to(ROOT).parts[0] != "tests"]

    assert lines_with(f"(?i:{PHRASES_OF_CODE[better]})", product) == [], f"say {better}"


@pytest.mark.parametrize("better", NAMES)
def test_limits_are_named_max_and_min(better: str) -> None:
    assert lines_with(NAMES[better], SOURCES) == [], f"call it {better}…"
