"""Staff's synonyms, compared without accents and plurals."""

from collections.abc import Sequence

from catalog.models import SynonymGroup
from catalog.search.texts import base, plain
from core.caching.ttl import TTLCache

# Words of a phrase → the other phrases of its group.
Synonyms = dict[tuple[str, ...], tuple[str, ...]]


def synonyms_of(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """
    Synonyms of each word of a query, in plain letters. At most 1 query.

    Each word of a phrase such as "aire acondicionado" gets the synonyms of the phrase. Changes take
    effect within a second.
    """
    known, sizes = _synonyms.get([""])[""]
    bases = [base(word) for word in words]
    found: dict[str, tuple[str, ...]] = {}
    for size in sizes:
        for start in range(len(words) - size + 1):
            others = known.get(tuple(bases[start : start + size]), ())
            for word in words[start : start + size] if others else ():
                found[word] = tuple(dict.fromkeys((*found.get(word, ()), *others)))
    return found


def _read(keys: list[str]) -> dict[str, tuple[Synonyms, list[int]]]:
    """All synonyms by phrase, and the lengths of phrases. 1 query."""
    known: Synonyms = {}
    for group in SynonymGroup.objects.order_by("pk").values_list("words", flat=True):
        phrases = [plain(word) for word in group]
        for phrase in phrases:
            key = tuple(base(word) for word in phrase.split())
            others = [other for other in phrases if other != phrase]
            known[key] = tuple(dict.fromkeys((*known.get(key, ()), *others)))
    return dict.fromkeys(keys, (known, sorted({len(phrase) for phrase in known})))


_synonyms = TTLCache(_read)
