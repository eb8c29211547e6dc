"""Counts searches in Redis; a worker writes the counts to PostgreSQL."""

import logging
import re
from datetime import date, timedelta
from itertools import chain
from typing import cast

from django.db import connection
from django.utils import timezone
from redis import Redis, RedisError

from catalog.models import SearchCount
from catalog.search.texts import split
from core.connections.circuit_breaker import Circuit
from core.redis import client

logger = logging.getLogger(__name__)

_DAYS_KEPT = 400
_MAX = 100
# Protects memory from random words: further new ones are not counted in this minute.
_MAX_WORDS_A_MINUTE = 5_000
_SECONDS_ALONE = 30
_SECONDS_TO_DRAIN = 60
_circuit = Circuit(_SECONDS_ALONE)
# The braces put these keys into one slot of a cluster.
_TIMES, _RESULTS, _LOCK = "{searches}:times", "{searches}:results", "{searches}:lock"
_TAKEN = {_TIMES: "{searches}:times:taken", _RESULTS: "{searches}:results:taken"}
_PUT_ASIDE = """
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('RENAME', KEYS[3], KEYS[4])
"""
_NOTE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1
        or redis.call('HLEN', KEYS[1]) < tonumber(ARGV[3]) then
    redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
"""
# E-mail addresses, and numbers as long as phone and document numbers.
_PERSONAL = re.compile(r"@|(?:\d[\s().+-]*){8}")
_WRITE = """
INSERT INTO catalog_searchcount (day, language, words, times, results)
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::int[], %s::int[])
ON CONFLICT (day, language, words) DO UPDATE
SET times = catalog_searchcount.times + EXCLUDED.times, results = EXCLUDED.results
"""


def record_search(query: str, results: int, language: str) -> None:
    """
    Count a search of today. Never fails or waits, even without Redis.

    Queries that may contain personal data are not counted.
    """
    words = " ".join(split(query))[:_MAX]
    if not words or is_personal(query) or not _circuit.allows():
        return
    field = f"{timezone.localdate()}|{language}|{words}"
    try:
        client().eval(_NOTE, 2, _TIMES, _RESULTS, field, str(results), str(_MAX_WORDS_A_MINUTE))
    except RedisError:
        _circuit.failed()
    else:
        _circuit.worked()


def is_personal(text: str) -> bool:
    """Whether it may contain an e-mail address, phone number or document number."""
    return bool(_PERSONAL.search(text))


def store_counts() -> int:
    """
    Move the counts from Redis to PostgreSQL and delete old ones; returns how many words.

    A worker that crashes in between counts a minute twice; if Redis is lost, so are its counts.
    """
    server = client()
    if not server.set(_LOCK, "1", nx=True, ex=_SECONDS_TO_DRAIN):
        return 0
    written = 0
    if _take(server):
        times, results = (cast("dict[str, str]", server.hgetall(key)) for key in _TAKEN.values())
        _write({field: (int(times[field]), int(results.get(field, 0))) for field in times})
        server.delete(*_TAKEN.values())
        written = len(times)
    server.delete(_LOCK)
    oldest = timezone.localdate() - timedelta(days=_DAYS_KEPT)
    SearchCount.objects.filter(day__lt=oldest).delete()
    return written


def _take(server: "Redis") -> bool:
    """Rename the key, so that new counts start; False if there are none."""
    if server.exists(_TAKEN[_TIMES]):
        return True
    if not server.exists(_TIMES):
        return False
    server.eval(_PUT_ASIDE, 4, *chain.from_iterable(_TAKEN.items()))
    return True


def _write(counts: dict[str, tuple[int, int]]) -> None:
    days, languages, words = zip(*(field.split("|", 2) for field in counts), strict=True)
    times, results = zip(*counts.values(), strict=True)
    with connection.cursor() as cursor:
        columns = [[date.fromisoformat(day) for day in days], languages, words, times, results]
        cursor.execute(_WRITE, [list(column) for column in columns])
