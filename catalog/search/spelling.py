"""Similar words for queries without results."""

from catalog.search.texts import base, split
from core.database import prepared
from core.database.replica import read_alias

_MAX_ASKED = 3
# Minimum trigram similarity of two words.
_MIN_SIMILARITY = 0.3
_NEAREST = """
SELECT near.word FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed (word, place)
CROSS JOIN LATERAL (
    SELECT known.word, similarity(known.word, typed.word) AS likeness
    FROM catalog_searchword known
    WHERE known.word ~ '^[a-z]{3,}$' AND abs(length(known.word) - length(typed.word)) <= 4
        AND similarity(known.word, typed.word) >= %(least)s
    ORDER BY likeness DESC, known.products DESC, known.word LIMIT %(most)s
) near
GROUP BY near.word ORDER BY max(likeness) DESC, near.word LIMIT %(most)s
"""


def similar_words(query: str, most: int = 3) -> list[str]:
    """The words of titles most similar to the longest word of the query. 1 query."""
    words = sorted(split(query), key=len, reverse=True)[:_MAX_ASKED]
    values = {"words": words, "least": _MIN_SIMILARITY, "most": 2 * most}
    rows = prepared.rows(_NEAREST, values, read_alias())
    found = {base(word): word for (word,) in reversed(rows)}
    return list(found.values())[::-1][:most]
