"""What the best results have in common: by that the rest is told apart."""

from collections.abc import Sequence

from catalog.search.query_terms import Interpretation, Term, rarity
from core.database import prepared
from core.database.replica import read_alias

_BEST = 10
# What is like the best tells this much more than having more of the query's own words.
_TELLS_MORE = 4
_COMMON = """
WITH best AS (
    SELECT stems FROM catalog_searchentry WHERE product_id = ANY(%(best)s::uuid[])
)
SELECT stem, sum(amount::float8), coalesce(max(known.products), 0), (
    SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'catalog_searchentry'::regclass
)
FROM best CROSS JOIN jsonb_each(stems) AS said (stem, amount)
LEFT JOIN catalog_searchstem known USING (stem)
WHERE stem <> ALL(%(asked)s)
GROUP BY stem HAVING count(*) >= greatest((SELECT count(*) FROM best) / 2.0, 2)
"""
_MAX_TELLING = 10


def common(keys: Sequence[str], terms: Sequence[Term]) -> list[Term]:
    """
    What at least half of the first ten of these products say besides the words of the query.

    So "gaming mouse" finds mice that are like those called so before all other mice. 1 query.
    """
    asked = [
        stem for term in terms for reading in term.readings for s in reading.words for stem in s
    ]
    found = prepared.rows(_COMMON, {"best": list(keys[:_BEST]), "asked": asked}, read_alias())
    weighed = [
        (amount * rarity(products, int(out_of)), stem) for stem, amount, products, out_of in found
    ]
    telling = sorted(weighed, reverse=True)[:_MAX_TELLING]
    whole = sum(weight for weight, _stem in telling)
    scale = _TELLS_MORE * sum(term.weight for term in terms) / whole if whole else 0
    return [Term((Interpretation(1, ((stem,),)),), weight * scale) for weight, stem in telling]
