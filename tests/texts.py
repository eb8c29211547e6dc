"""Collects the texts to translate from code and templates, without gettext on the machine."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "templates/shop"
SPANISH = ROOT / "locale/es/LC_MESSAGES/django.po"
# Folders that hold nothing a person reads: tests, what is served, what is uploaded.
NOT_READ = {"tests", "static", "staticfiles", "media", "locale"}
# The catalogue's comment on texts of libraries: their own Spanish is formal, and ours goes first.
OF_A_LIBRARY = "Of a library"
_LAZY = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in _LAZY},
    "gettext_noop": None,
}


def collected() -> Catalog:
    """Every text that code or a template asks to have translated; empty translations."""
    catalogue = Catalog(charset="utf-8")
    for path in _sources():
        source = path.read_text()
        if path.suffix == ".py" and "gettext" not in source:
            continue
        for text, context in _texts(path, source):
            catalogue.add(text, context=context)
    return catalogue


def _texts(path: Path, source: str) -> Iterator[tuple[Any, str | None]]:
    method, given = "python", source
    if SHOP in path.parents or "jinja2" in path.parts:
        method = "jinja2.ext:babel_extract"
    elif path.suffix != ".py":
        given = _as_code(source)
    options = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
    found = extract(method, BytesIO(given.encode()), keywords=KEYWORDS, options=options)
    for _line, text, _comments, context in found:
        yield text, context


def catalogue_of(path: Path = SPANISH) -> Catalog:
    """The translations in the file; none yet if there is no file."""
    language = path.parent.parent.name
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", project="Vitrina", fuzzy=False)
    with path.open("rb") as text:
        return read_po(text, locale=language, abort_invalid=True)


def collect(path: Path = SPANISH) -> None:
    """Bring the file up to date: new texts come in untranslated, those no longer used go."""
    catalogue, texts = catalogue_of(path), collected()
    for message in catalogue:
        if any(OF_A_LIBRARY in comment for comment in message.user_comments):
            texts.add(message.id, context=message.context)
    catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as text:
        write_po(text, catalogue, no_location=True, ignore_obsolete=True, width=100)


def _sources() -> Iterator[Path]:
    for folder in sorted(ROOT.iterdir()):
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in NOT_READ:
            for suffix in ("py", "html", "txt"):
                yield from sorted(folder.rglob(f"*.{suffix}"))


def _as_code(template: str) -> str:
    """The template's texts as calls that the extractor of Python finds; indents mean nothing."""
    return "\n".join(line.strip() for line in templatize(template).splitlines())
