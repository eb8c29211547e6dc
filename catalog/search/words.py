"""What a query says: its words, how rare each is, and what a typo stood for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection

from catalog.search.synonyms import synonyms_of

# Of a word that no title has: whether it is known elsewhere, and the nearest word of the titles
# unless one begins with it. Words with digits are models, and those are not guessed.
_LOOK_UP = """
SELECT w.word, coalesce(k.products, 0), greatest(
        1, (SELECT reltuples FROM pg_class WHERE oid = 'catalog_searchentry'::regclass)
    ),
    k.word IS NOT NULL OR EXISTS (
        SELECT FROM catalog_searchentry
        WHERE vector @@ (plainto_tsquery('store_es', w.word) || plainto_tsquery('store_en', w.word))
    ),
    near.word, coalesce(near.products, 0)
FROM unnest(%(words)s::text[]) WITH ORDINALITY AS w(word, place)
LEFT JOIN catalog_searchword k ON k.word = w.word
LEFT JOIN LATERAL (
    SELECT s.word FROM catalog_searchword s
    WHERE k.word IS NULL AND w.word = %(last)s AND s.word LIKE w.word || '%%' LIMIT 1
) begun ON TRUE
LEFT JOIN LATERAL (
    SELECT s.word, s.products FROM catalog_searchword s
    WHERE k.word IS NULL AND begun.word IS NULL AND w.word ~ '^[a-z]{4,20}$'
        AND s.word ~ '^[a-z]+$' AND abs(length(s.word) - length(w.word)) <= 2
        AND levenshtein_less_equal(s.word, w.word, 2) <= least(2, length(w.word) - 3)
    ORDER BY levenshtein_less_equal(s.word, w.word, 2), abs(length(s.word) - length(w.word)),
        s.products DESC, s.word
    LIMIT 1
) near ON TRUE
ORDER BY w.place
"""


@dataclass(frozen=True, slots=True)
class Word:
    """One word to look for, and how many of the shop's products have it in their titles."""

    text: str
    products: int
    out_of: int
    may_go_on: bool = False
    others: tuple[str, ...] = ()

    @property
    def weight(self) -> float:
        """Higher the rarer the word is, as in BM25."""
        return math.log(1 + (max(self.out_of - self.products, 0) + 0.5) / (self.products + 0.5))

    @property
    def beginning(self) -> str:
        return f"{self.text}:*" if self.may_go_on else ""

    @property
    def synonyms(self) -> str:
        return " OR ".join(f'"{other}"' if " " in other else other for other in self.others)


def look_up(texts: Sequence[str], *, is_unfinished: bool) -> list[Word]:
    """
    The words as the shop knows them: a typo gives way to the nearest word. At most 2 queries.

    The last one may be a beginning, if nothing has it as it stands or the query is unfinished.
    """
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP, {"words": list(texts), "last": texts[-1]})
        rows = cursor.fetchall()
    words = []
    for place, (text, products, out_of, is_known, near, near_products) in enumerate(rows):
        is_last = place == len(rows) - 1
        if near and not is_known:
            words.append(Word(near, near_products, out_of))
        else:
            may_go_on = is_last and (is_unfinished or not is_known)
            words.append(Word(text, products, out_of, may_go_on))
    others = synonyms_of([word.text for word in words])
    return [replace(word, others=others.get(word.text, ())) for word in words]
