"""What shoppers opened and bought after a search: counted without persons, forgotten by halves."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import Error, connection
from django.db.models import ExpressionWrapper, F, FloatField, Value
from django.db.models.functions import Extract, Now, Power

from catalog.models import SearchChoice
from catalog.search.log import is_personal
from catalog.search.texts import base, split
from core.caching.ttl import TTLCache

logger = logging.getLogger(__name__)

OPENED, BOUGHT = 1.0, 5.0
HALF_LIFE = timedelta(days=30)
MAX_LENGTH = 100
# A product of this weight gets half of the highest rise; less than the least changes nothing.
_HALF_WAY, _LEAST = 40.0, 3.0
# At most half off the place: what is opened most stays within sight of what is found best.
_MOST = 1.0
_GONE = 0.5
_WEIGHT_NOW = ExpressionWrapper(
    F("weight")
    * Power(Value(0.5), Extract(Now() - F("counted_at"), "epoch") / HALF_LIFE.total_seconds()),
    output_field=FloatField(),
)
_RECORD = """
INSERT INTO catalog_searchchoice AS old (words, product_id, weight, counted_at)
VALUES (%s, %s, %s, now())
ON CONFLICT (words, product_id) DO UPDATE SET
    weight = EXCLUDED.weight
        + old.weight * 0.5 ^ (extract(epoch FROM now() - old.counted_at) / %s),
    counted_at = now()
"""


def key_of(query: str) -> str:
    """The words of a query in any order, singular or plural."""
    return " ".join(sorted({base(word) for word in split(query)}))[:MAX_LENGTH]


def record_choice(query: str, product_id: UUID, weight: float = OPENED) -> None:
    """
    Count that a product was opened or bought. Never fails.

    Queries that may contain personal data are not counted.
    """
    words = key_of(query)
    if not words or is_personal(query):
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_RECORD, [words, product_id, weight, HALF_LIFE.total_seconds()])
    except Error as reason:
        logger.warning("A choice after a search is not counted: %s", reason)


def factors(keys: Sequence[str], query: str) -> dict[str, float]:
    """By how much the place of each result is divided: from 1 to 2. At most 1 query."""
    words = key_of(query)
    if not words:
        return {}
    weights = _weights.get([words]).get(words, {})
    found = set(keys) & weights.keys()
    return {key: 1 + _MOST * weights[key] / (weights[key] + _HALF_WAY) for key in found}


def forget_choices() -> int:
    """Delete choices of which next to nothing is left; returns how many."""
    return SearchChoice.objects.alias(now=_WEIGHT_NOW).filter(now__lt=_GONE).delete()[0]


def _read(words: list[str]) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = {each: {} for each in words}
    rows = SearchChoice.objects.annotate(now=_WEIGHT_NOW).filter(words__in=words, now__gte=_LEAST)
    for text, product, weight in rows.values_list("words", "product", "now"):
        found[text][str(product)] = weight
    return found


_weights = TTLCache(_read)
