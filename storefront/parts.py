"""Parts of the home page that installed packages add to our own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django_stubs_ext import StrOrPromise

# Kinds of extensions have a dot in their name, which the database requires.
CODE = r"^[a-z0-9_]+\.[a-z0-9_]+$"
MAX_CODE_LENGTH = 20


@dataclass(frozen=True)
class Part:
    label: StrOrPromise
    template: str
    contents: Callable[[], Any] | str
    url: Callable[[], str]

    def ask(self) -> Any:
        if isinstance(self.contents, str):
            return import_string(self.contents)()
        return self.contents()


_parts: dict[str, Part] = {}


def register(
    code: str,
    label: StrOrPromise,
    template: str,
    contents: Callable[[], Any] | str,
    *,
    url: Callable[[], str] = str,
) -> None:
    """
    Make a part known, for staff to put onto the home page.

    Its template gets `title` (staff's heading, else the label), `url` and `contents`; what is empty
    is left out. The page is the same for everybody: `contents` knows no visitor, and names by
    `core.caching.page.tag` the tags that invalidate it. A dotted path is imported on first use.

    :raises ValueError: unless the code is `package.part`, of 20 characters at the most
    """
    if not re.match(CODE, code) or len(code) > MAX_CODE_LENGTH:
        raise ValueError(f"{code} is not of the form package.part, or too long.")
    _parts[code] = Part(label, template, contents, url)


def find(code: str) -> Part | None:
    """None where the package of the part is gone."""
    return _parts.get(code)


def choices() -> list[tuple[str, StrOrPromise]]:
    return [(code, _parts[code].label) for code in sorted(_parts)]
