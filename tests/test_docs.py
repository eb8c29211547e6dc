"""The pages of docs/ name only what exists, and are written in plain words."""

import re
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import get_commands
from django.utils import translation
from django.utils.text import capfirst

from backoffice.help import SECTIONS
from backoffice.reports.registry import sections_for
from scripts import reference
from tests.accounts.factories import UserFactory

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
GUIDES = [
    ROOT / "docs" / f"{name}.md"
    for name in (
        *("configuring-gateways", "extending", "first-hour", "installing", "month-end"),
        *("restoring", "running-a-drop", "staff-day", "upgrading"),
    )
]
LINK = re.compile(r"\]\((?!https?:|mailto:|/)([^)#\s]*)(?:#([\w-]+))?\)")
HEADING = re.compile(r"(?m)^#+ (.+)$")
FENCED = re.compile(r"(?ms)^\s*```.*?^\s*```$")
MENU = re.compile(r"\*([A-Z][a-z]+) \u203a ([^*\u203a]+?)(?: \u203a Add)?\*")
VARIABLE = re.compile(r"`([A-Z][A-Z0-9]+_[A-Z0-9_]+)(?:=[^`]*)?`")
FILE = re.compile(r"`([a-z_]+/[\w/.-]+)(?:::\w+)?`")
MODULE = re.compile(r"`([a-z_]+(?:\.\w+)+)(?:\(\))?`")
# Superseded decisions describe code that is gone.
SUPERSEDED = "**Superseded**"
# Pages that people write; those of docs/reference are made from the code.
WRITTEN = [page for page in PAGES if page.parent.name not in {"reference", "data-model"}]
# Words that a reader of English would not expect, and pronouns of one sex.
ODD = re.compile(r"\b(he|him|his|she|hers|besides|for so long|sift\w*|worked off)\b")
ODD_PHRASES = re.compile(
    r"\b(by itself|by themselves|put away|kept pages?|told apart|in turns"
    r"|(?:is|are|was|were) told|stands? (?:in|on|there|at))\b"
)
# Sentences whose subject is a riddle: "What is late …", "Who is over …", "Of the others …".
RIDDLE = re.compile(
    r"(?:^|[.!?] |\n\n|\*\* )((?:What|Whatever) (?:is|has|was|comes|came|they|it)\b[^?.]*\."
    r"|Who(?:ever)? [^?.]*\.|Of (?!course\b|the \d)[^?.]*\.)"
)
MAX_WIDTH, MAX_LINES = 100, 250


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    words = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(page.read_text()))
    return {text.strip().replace(" ", "-") for text in words}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text())

    broken = [
        f"{path}#{anchor}"
        for path, anchor in LINK.findall(re.sub(r"`[^`]*`", "", text))
        if not (target := (page.parent / path if path else page)).exists()
        or (anchor and anchor not in anchors(target))
    ]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_and_modules_are_there(page: Path) -> None:
    text = FENCED.sub("", page.read_text())
    if SUPERSEDED in text:
        return

    files = [path for path in FILE.findall(text) if (ROOT / path.split("/")[0]).is_dir()]
    names = [name for name in MODULE.findall(text) if (ROOT / name.split(".")[0]).is_dir()]

    assert [path for path in files if not (ROOT / path).exists()] == []
    assert [name for name in names if not _is_named(name)] == []


def _is_named(name: str) -> bool:
    """Whether a dotted name is a module, or a name that occurs in one."""
    folder, *rest = ROOT, *name.split(".")
    while rest and (folder / rest[0]).is_dir():
        folder /= rest.pop(0)
    if rest and (module := folder / f"{rest[0]}.py").exists():
        return not rest[1:] or rest[1] in module.read_text()
    return not rest or any(rest[0] in path.read_text() for path in folder.rglob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_words_are_those_of_technical_english(page: Path) -> None:
    assert ODD.findall(FENCED.sub("", page.read_text())) == []


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_sentences_have_a_plain_subject(page: Path) -> None:
    text = re.sub(r"`[^`]*`", "X", FENCED.sub("", page.read_text()))

    assert ODD_PHRASES.findall(text) == []
    assert RIDDLE.findall(text) == []


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_pages_are_short_and_wrapped(page: Path) -> None:
    """Tables, pictures and code may be wider."""
    lines = FENCED.sub("", page.read_text()).splitlines()

    wide = [line for line in lines if not re.match(r"\s*[|!<]|    ", line)]

    assert [line for line in wide if len(line) > MAX_WIDTH] == []
    assert len(page.read_text().splitlines()) <= MAX_LINES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_are_there(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text()))

    named = set(re.findall(r"manage\.py ([a-z_]+)", text))
    made = set(re.findall(r"(?m)(?:^|`|&& )make ([a-z]+)", text))

    assert named - set(get_commands()) == set()
    assert made - targets == set()


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_variables_and_settings_are_there(page: Path) -> None:
    explained = re.findall(r"(?m)^(\w+)=", (ROOT / ".env.example").read_text())
    of_example = re.findall(r"(?m)^    (\w+)=", (ROOT / "examples/acme/README.md").read_text())
    known = {*explained, *of_example, *settings.CONSTANCE_CONFIG}

    assert set(VARIABLE.findall(page.read_text())) - known == set()


@pytest.mark.django_db
@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_menus_are_there(page: Path) -> None:
    with translation.override("en"):
        menus = _menus()

    assert [
        pair for pair in MENU.findall(" ".join(page.read_text().split())) if pair not in menus
    ] == []


def _menus() -> set[tuple[str, str]]:
    """Each list with its section in the navigation of the back office."""
    places = {label: str(name) for name, _drawing, labels in SECTIONS for label in labels}
    models = [model._meta for model in admin.site._registry]
    lists = {
        (places.get(meta.label_lower, "System"), capfirst(str(meta.verbose_name_plural)))
        for meta in models
    }
    reports = chain(
        *(reports for _title, reports in sections_for(UserFactory.create(is_superuser=True)))
    )
    return lists | {("Reports", str(report.title)) for report in reports}


def test_reference_pages_are_as_the_code() -> None:
    folder, names = reference.FOLDER, set(reference.pages())

    there = {str(page.relative_to(folder))[:-3] for page in folder.rglob("*.md")}
    stale = [
        name
        for name in names & there
        if (folder / f"{name}.md").read_text("utf-8") != reference.render(name)
    ]

    assert there == names, "run make reference"
    assert stale == [], "run make reference"
