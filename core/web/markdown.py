"""Texts of staff, with the little Markdown that a page needs: nothing of theirs is HTML."""

import re

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

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
    html: str = _READER.render(text[:MAX_PROSE])
    return mark_safe(html)  # noqa: S308  # nosec B308 B703 - the reader escapes what it is given
