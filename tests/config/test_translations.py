import gettext
import os
from pathlib import Path

from config.translations import compile_outdated

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Cart"
msgstr "Carrito"

#, fuzzy
msgid "Order"
msgstr "Orden"

#, python-format
msgid "%(count)d item"
msgid_plural "%(count)d items"
msgstr[0] "%(count)d artículo"
msgstr[1] "%(count)d artículos"
"""


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    source = _write(tmp_path)
    compiled = source.with_suffix(".mo")

    assert compile_outdated(tmp_path) == [compiled]
    assert compile_outdated(tmp_path) == []

    later = compiled.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_outdated(tmp_path) == [compiled]


def test_the_compiled_catalogue_translates_and_leaves_the_unsure_out(tmp_path: Path) -> None:
    source = _write(tmp_path)

    compile_outdated(tmp_path)

    with source.with_suffix(".mo").open("rb") as compiled:
        spanish = gettext.GNUTranslations(compiled)
    assert spanish.gettext("Cart") == "Carrito"
    assert spanish.gettext("Order") == "Order"
    assert spanish.ngettext("%(count)d item", "%(count)d items", 2) == "%(count)d artículos"


def _write(folder: Path) -> Path:
    source = folder / "es" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)
    return source
