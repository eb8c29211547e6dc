"""Normalises text for search."""

import re
import unicodedata

MAX_WORDS = 12
MAX_WORD_LENGTH = 60
# Shorter words, such as "es", have no plural ending to remove.
_MIN_PLURAL_LENGTH = 4
IRREGULAR_PLURALS = {
    "mice": "mouse",
    "men": "man",
    "women": "woman",
    "children": "child",
    "feet": "foot",
    "lenses": "lens",
    "grises": "gris",
    "tvs": "tv",
    "pcs": "pc",
    "ties": "tie",
    "cds": "cd",
}
# As in battery and batteries, luz and luces, shelf and shelves.
_ENDINGS = {"y": "i", "z": "c", "f": "v"}
# Optional words of queries.
STOP_WORDS = frozenset({
    "a", "al", "and", "con", "de", "del", "e", "el", "en", "for", "in", "la", "las",
    "los", "o", "of", "or", "para", "por", "the", "to", "un", "una", "with", "y",
})  # fmt: skip


def plain(text: str) -> str:
    """Lower case, without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def split(text: str) -> list[str]:
    """The words of a query, each once."""
    found = (word[:MAX_WORD_LENGTH] for word in re.findall(r"[^\W_]+", plain(text)))
    return list(dict.fromkeys(found))[:MAX_WORDS]


def base(word: str) -> str:
    """
    The same text for singular and plural, without accents: "silla" for "sillas", "batteri" for
    "battery" and "batteries", "luc" for "luz" and "luces".
    """
    word = IRREGULAR_PLURALS.get(word, word)
    if word.endswith("sses"):
        return word.removesuffix("es")
    if len(word) >= _MIN_PLURAL_LENGTH and not word.endswith("ss") and word != "lens":
        word = word.removesuffix("s").removesuffix("e")
    return word[:-1] + _ENDINGS[word[-1]] if word[-1:] in _ENDINGS else word
