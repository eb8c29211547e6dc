"""Normalises text for search."""

import re
import unicodedata

MAX_WORDS = 12
MAX_WORD_LENGTH = 60
# Shorter words, such as "es", have no plural ending to remove.
_MIN_PLURAL_LENGTH = 4


def plain(text: str) -> str:
    """Lower case, without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def split(text: str) -> list[str]:
    """The words of a query, each once."""
    found = (word[:MAX_WORD_LENGTH] for word in re.findall(r"[^\W_]+", plain(text)))
    return list(dict.fromkeys(found))[:MAX_WORDS]


def base(word: str) -> str:
    """Without plural ending: "silla" for "sillas", "color" for "colores"."""
    is_long = len(word) >= _MIN_PLURAL_LENGTH
    return word.removesuffix("s").removesuffix("e") if is_long else word
