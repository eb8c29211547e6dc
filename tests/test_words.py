"""One language for names and texts: words that the field does not use, and what to say instead."""

import io
import re
import tokenize
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
TEXTS = sorted([*ROOT.glob("templates/**/*"), *ROOT.glob("locale/*/LC_MESSAGES/django.po")])
# By the word to use.
PHRASES = {
    "again": r"\banew\b",
    "anyone who, or the person's part": r"\bwhoever\b",
    "entirely": r"\bwholly\b",
    "lately": r"\bof late\b",
}
NAMES = {
    "MAX_": r"\b_?(MOST|LONGEST|LARGEST)_(?!FIRST\b|DANGEROUS\b)[A-Z]",
    "MIN_": r"\b_?(LEAST|FEWEST|SHORTEST|SMALLEST)_[A-Z]",
}


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    found = re.compile(pattern, re.IGNORECASE)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        if path.is_file() and path.suffix != ".png"
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if found.search(line)
    ]


@pytest.mark.parametrize("better", PHRASES)
def test_texts_say_it_in_the_words_of_the_field(better: str) -> None:
    assert lines_with(PHRASES[better], [*SOURCES, *PAGES, *TEXTS]) == [], f"say {better}"


@pytest.mark.parametrize("better", NAMES)
def test_limits_are_named_max_and_min(better: str) -> None:
    wrong = re.compile(NAMES[better])
    found = {
        f"{path.relative_to(ROOT)}: {token.string}"
        for path in SOURCES
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.NAME and wrong.match(token.string)
    }

    assert found == set(), f"call it {better}…"
