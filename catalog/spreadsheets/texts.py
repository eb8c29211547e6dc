"""Converts HTML descriptions to plain text with paragraphs and lists."""

import re
from html import unescape

_BREAKS = frozenset({"br", "tr", "li", "dt", "dd"})
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "dl"})
_UNREAD = frozenset({"script", "style", "head", "template", "noscript", "iframe"})
# A tag ends before the next one starts: linear time.
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][^\s<>/]*+)(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>|<[a-zA-Z!/?][^<>]*+>"""
)
# Longer than any character reference; Python refuses such numbers.
_NO_CHARACTER = re.compile(r"&#[0-9a-fA-FxX]{10,};?")


def plain_text(html: str) -> str:
    """The HTML as plain text; a text without tags keeps its line breaks."""
    if not re.search(r"<[a-zA-Z!/]|&\w+;|&#", html):
        return html.strip()
    parts: list[str] = []
    unread = last = 0
    html = _without_comments(html)
    for tag in _TAG.finditer(html):
        if not unread:
            parts.append(_words(html[last : tag.start()]))
        last = tag.end()
        name, is_end = (tag["name"] or "").lower(), bool(tag["end"])
        if name in _UNREAD:
            unread = max(0, unread + (-1 if is_end else 1))
        parts.append(_break(name, is_end=is_end))
    parts.append("" if unread else _words(html[last:]))
    text = "\n".join(line.strip(" \t\xa0") for line in "".join(parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(each.partition("-->")[2] for each in others)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(_NO_CHARACTER.sub("", text)))


def _break(name: str, *, is_end: bool) -> str:
    if name in _BLOCKS:
        return "\n\n"
    if name in _BREAKS and not is_end:
        return "\n- " if name == "li" else "\n"
    return ""
