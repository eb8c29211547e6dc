"""Terms that the best results share, to rank the other results."""

from collections.abc import Sequence

from catalog.search.query_terms import Interpretation, Term, rarity
from core.database import prepared
from core.database.replica import read_alias

_BEST = 10
# The weight of these terms relative to words of the query.
_FACTOR = 4
_COMMON = """
WITH best AS (
    SELECT stems FROM catalog_searchentry WHERE product_id = ANY(%(best)s::uuid[])
)
SELECT stem, sum(amount::float8), coalesce(max(known.products), 0), (
    SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'catalog_searchentry'::regclass
)
FROM best CROSS JOIN jsonb_each(stems) AS said (stem, amount)
LEFT JOIN catalog_searchstem known USING (stem)
WHERE stem <> ALL(%(asked)s) AND left(stem, 1) NOT IN ('#', '=')
GROUP BY stem HAVING count(*) >= greatest((SELECT count(*) FROM best) / 2.0, 2)
"""
_MAX_TELLING = 10


def common(keys: Sequence[str], terms: Sequence[Term]) -> list[Term]:
    """
    Terms that half of the first ten products share, without those of the query. 1 query.

    "gaming mouse" thus ranks mice similar to gaming mice before other mice.
    """
    asked = [
        stem for term in terms for each in term.interpretations for s in each.words for stem in s
    ]
    found = prepared.rows(_COMMON, {"best": list(keys[:_BEST]), "asked": asked}, read_alias())
    weighed = [
        (amount * rarity(products, int(out_of)), stem) for stem, amount, products, out_of in found
    ]
    telling = sorted(weighed, reverse=True)[:_MAX_TELLING]
    whole = sum(weight for weight, _stem in telling)
    scale = _FACTOR * sum(term.weight for term in terms) / whole if whole else 0
    return [
        Term((Interpretation(1, ((stem,),)),), weight * scale, label=stem)
        for weight, stem in telling
    ]
