"""Texts of staff, with the little Markdown that a page needs: nothing of theirs is HTML."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from core.fields import LINK, MAX_PROSE


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Other links stay text: scripts, and `//host`, which looks like a path."""
        return url.startswith("#") or re.fullmatch(LINK, url) is not None


# HTML is shown as it was written.
_READER = _Reader("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")


def _below_the_title(state: StateCore) -> None:
    """A page's title is its only first heading."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"


_READER.core.ruler.push("below_the_title", _below_the_title)


def as_html(text: str) -> SafeString:
    """
    `# Heading`, `- list`, `**bold**`, `[link](/kits/)` and tables as HTML.

    What goes beyond MAX_PROSE is left out: forms refuse it.
    """
    return _html(_READER.parse(text[:MAX_PROSE]))


class Section(NamedTuple):
    """What stands below a heading, as HTML; before the first one the title is empty."""

    title: SafeString
    html: SafeString


def as_sections(text: str) -> list[Section]:
    """The text in parts, one for each heading."""
    tokens = _READER.parse(text[:MAX_PROSE])
    heads = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    sections = [Section(SafeString(), _html(tokens[: heads[0] if heads else None]))]
    for head, until in zip(heads, [*heads[1:], None], strict=True):
        # The heading is three tokens: its begin, its words, its end.
        sections.append(
            Section(_html(tokens[head + 1 : head + 2]), _html(tokens[head + 3 : until]))
        )
    return [section for section in sections if section.title or section.html]


def _html(tokens: Sequence[Token]) -> SafeString:
    html: str = _READER.renderer.render(tokens, _READER.options, {})
    return mark_safe(html)  # noqa: S308  # nosec B308 B703 - the reader escapes what it is given
