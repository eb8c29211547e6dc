"""
The kinds of things that a query names: families and categories, by their names and synonyms.

"Laptop" names the category Laptops; "laptop case" and "funda para laptop" do not, as a case is no
laptop. In English the last words say what is meant, in Spanish the first; what follows "for" or
"para" does not.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple
from uuid import UUID

from catalog.models import Category, Family
from catalog.search import synonyms
from catalog.search.texts import IRREGULAR_PLURALS, STOP_WORDS, base, plain
from core.caching.ttl import TTLCache

_WHAT_FOR = frozenset({"compatible", "con", "de", "del", "for", "of", "para", "sin", "with"})
# Before "of", they say how much there is of the kind: "bag of coffee", "juego de sábanas".
_MEASURES = frozenset(
    map(
        base,
        (
            "bag", "bottle", "box", "can", "jar", "kit", "pack", "packet", "pair", "roll", "set",
            "bolsa", "botella", "caja", "docena", "frasco", "juego", "lata", "paquete", "par",
            "rollo", "saco", "sobre", "tarro",
        ),
    )
)  # fmt: skip
_OR = re.compile(r"[,&/]|\b(?:and|or|y|e|o|u)\b")

# With its language.
Name = tuple[str, synonyms.Phrase]
# Marks of categories and families in the search index.
Kinds = frozenset[str]


def mark_of(key: UUID) -> str:
    """The word of the search index that all products of this category or family have."""
    return f"#{key.hex[-12:]}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    What a query is about: `head` is the word that says so, `words` are those that name `kinds`.

    Without kinds the head may still be a word that names of products use, such as "tripod".
    `measure` says how much of the kind there is: "bag" in "bag of coffee".
    """

    head: str | None
    kinds: Kinds = frozenset()
    words: Sequence[str] = ()
    measure: str | None = None


def meaning_of(words: Sequence[str], heads: Collection[str]) -> Meaning:
    """
    What these words are about. At most 2 queries a second.

    `heads` are the words that say in some product's name what it is. Behind them, brands and
    colours may follow.
    """
    names = _names.get([""])[""]
    told = [word for word in words if word not in STOP_WORDS]
    if not told:
        return Meaning(None)
    if found := _named(names, told, ("en", "es")):
        return Meaning(told[-1], found, told)
    if _has_measure(names, words):
        return replace(meaning_of(words[2:], heads), measure=words[0])
    before = list(takewhile(lambda word: word not in _WHAT_FOR, words))
    has_what_for = 0 < len(before) < len(words)
    told = [word for word in (before if has_what_for else words) if word not in STOP_WORDS]
    told = list(_without_details(names, told, heads))
    return _by_order(names, told, heads, has_what_for=has_what_for) if told else Meaning(None)


def _by_order(
    names: "_Names", told: Sequence[str], heads: Collection[str], *, has_what_for: bool
) -> Meaning:
    """By the last words if they are English, by the first if they are Spanish."""
    is_spanish = synonyms.is_spanish(told[0], told[-1])
    likely = told[0] if is_spanish else told[-1]
    is_noun = likely in heads or bool(synonyms.texts_of_phrase(likely))
    for size in range(len(told), 0, -1):
        readings = [("en", told[-size:], told[-1]), ("es", told[:size], told[0])]
        for language, part, head in reversed(readings) if is_spanish else readings:
            if is_noun and size < len(told) and (language == "es") != is_spanish:
                continue  # A "laptop case" is no laptop, even where no category is of cases.
            languages = ("en", "es") if size == len(told) else (language,)
            is_likely = (language == "es") == is_spanish or has_what_for
            if found := _named(names, part, languages, with_synonyms=is_likely):
                # A "micro SD card" may be any of the cards.
                longer = _of(names.ends, [(language, _bases(" ".join(part)))])
                return Meaning(head, found | longer if size < len(told) else found, part)
    return Meaning(likely)


def _has_measure(names: "_Names", words: Sequence[str]) -> bool:
    """Whether the words begin as "bag of", and what follows names a kind."""
    if base(words[0]) not in _MEASURES or words[1:2] not in (["of"], ["de"]):
        return False
    told = [word for word in words[2:] if word not in STOP_WORDS]
    return bool(told and (_named(names, told[:1], ("es",)) or _named(names, told[-1:], ("en",))))


def _without_details(names: "_Names", told: Sequence[str], heads: Collection[str]) -> Sequence[str]:
    """Without words at the end that neither name a kind nor a product, such as brands."""
    end = len(told)
    while end and told[end - 1] not in heads:
        if _named(names, told[end - 1 : end], ("en", "es"), with_synonyms=False):
            break
        end -= 1
    return told[:end] or told


def _named(
    names: "_Names", words: Sequence[str], languages: Sequence[str], *, with_synonyms: bool = True
) -> Kinds:
    """The kinds of this name, or of its synonyms, or else those whose name ends so."""
    phrase = tuple(base(word) for word in words)
    asked = [(language, phrase) for language in languages]
    others = synonyms.of_phrase(phrase) if with_synonyms else ()
    same = [(language, other) for other in others for language in ("en", "es")]
    return _of(names.whole, asked) or _of(names.whole, same) or _of(names.ends, asked)


def _of(names: Mapping[Name, Kinds], asked: Sequence[Name]) -> Kinds:
    return frozenset().union(*(names.get(each, ()) for each in asked))


class _Names(NamedTuple):
    """
    The kinds by language and phrase: of what is called so, and of what has a longer name that
    begins, or in English ends, so. "Cards" is the end of "memory cards".
    """

    whole: Mapping[Name, Kinds]
    ends: Mapping[Name, Kinds]


def _read(keys: list[str]) -> dict[str, _Names]:
    """All names. 1 query."""
    fields = ("pk", "name_en", "name_es")
    families = Family.objects.filter(is_active=True).order_by().values_list(*fields)
    categories = Category.objects.active().order_by().values_list(*fields)
    return dict.fromkeys(keys, _names_of(frozenset(families.union(categories, all=True))))


@lru_cache(maxsize=1)
def _names_of(rows: frozenset[tuple[UUID, str | None, str | None]]) -> _Names:
    whole: dict[Name, set[str]] = {}
    parts: dict[Name, set[str]] = {}
    ends: dict[Name, set[str]] = {}
    for key, english, spanish in rows:
        for language, text in (("en", english), ("es", spanish)):
            if not text:
                continue
            whole.setdefault((language, _bases(plain(text))), set()).add(mark_of(key))
            for part in map(_bases, parts_of(text, language)):
                parts.setdefault((language, part), set()).add(mark_of(key))
                for size in range(1, len(part)):
                    end = part[-size:] if language == "en" else part[:size]
                    ends.setdefault((language, end), set()).add(mark_of(key))
    # A category of that name comes before one of several kinds.
    return _Names(_frozen({**parts, **whole}), _frozen(ends))


def _frozen(names: Mapping[Name, set[str]]) -> dict[Name, Kinds]:
    return {name: frozenset(marks) for name, marks in names.items()}


def parts_of(name: str, language: str) -> Iterator[str]:
    """
    The kinds of which a category is: "Mice & trackballs" is of two.

    "Camera & video lenses" is of lenses alone, and "objetivos de cámaras y videocámaras" too.
    """
    parts = [part.strip() for part in _OR.split(plain(name)) if part.strip()]
    if language == "en":
        is_plural = bool(parts) and _is_plural(parts[-1])
        yield from (part for part in parts if _is_plural(part) == is_plural)
        return
    for part in parts:
        yield part
        if not _WHAT_FOR.isdisjoint(part.split()):
            return


def _is_plural(text: str) -> bool:
    return text.endswith("s") or text.rsplit(maxsplit=1)[-1] in IRREGULAR_PLURALS


def _bases(text: str) -> synonyms.Phrase:
    words = re.findall(r"[^\W_]+", text)
    return tuple(base(word) for word in words if word not in STOP_WORDS)


_names = TTLCache(_read)
