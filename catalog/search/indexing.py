"""Keeps what search reads of products in step with the products."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

# A hyphen parts words: "TN-2110" is found by "tn 2110", and is no negative number. Of codes, what
# has digits is a word too: "mb01" finds "luma:24-MB01".
_REFRESH = """
WITH RECURSIVE shelf AS (
    SELECT c.id, c.name_es, c.name_en, f.name_es::text AS above_es, f.name_en::text AS above_en
    FROM catalog_category c JOIN catalog_family f ON f.id = c.family_id
    WHERE c.parent_id IS NULL
    UNION ALL
    SELECT c.id, c.name_es, c.name_en,
        concat_ws(' ', s.above_es, s.name_es), concat_ws(' ', s.above_en, s.name_en)
    FROM catalog_category c JOIN shelf s ON s.id = c.parent_id
), words AS (
    SELECT p.id, p.sku, p.attributes, v.codes, v.brands, s.above_es, s.above_en,
        coalesce(p.description_es, '') AS text_es, coalesce(p.description_en, '') AS text_en,
        translate(concat_ws(' ', p.name_es, p.name_en), '-/_', '   ') AS name_es,
        translate(concat_ws(' ', p.name_en, p.name_es), '-/_', '   ') AS name_en,
        concat_ws(' ', p.name_es, nullif(p.name_en, p.name_es)) AS names,
        concat_ws(' ', s.name_es, nullif(s.name_en, s.name_es)) AS shelves,
        translate(concat_ws(' ', v.words, s.name_es), '-/_', '   ') AS beside_es,
        translate(concat_ws(' ', v.words, s.name_en), '-/_', '   ') AS beside_en
    FROM catalog_product p
    JOIN shelf s ON s.id = p.category_id
    LEFT JOIN LATERAL (
        SELECT string_agg(DISTINCT concat_ws(' ', b.name, v.model, o.words), ' ') AS words,
            string_agg(DISTINCT b.name, ' ') AS brands,
            string_agg(DISTINCT concat_ws(' ', v.sku, v.model), ' ') AS codes
        FROM catalog_variant v
        LEFT JOIN catalog_brand b ON b.id = v.brand_id
        LEFT JOIN LATERAL (
            SELECT string_agg(concat_ws(' ', value_es, nullif(value_en, value_es)), ' ') AS words
            FROM catalog_variantoption WHERE variant_id = v.id
        ) o ON TRUE
        WHERE v.product_id = p.id AND v.is_active
    ) v ON TRUE
    WHERE p.id = ANY(%s)
)
INSERT INTO catalog_searchentry (product_id, vector, title, codes)
SELECT id,
    setweight(to_tsvector('store_es', name_es), 'A')
    || setweight(to_tsvector('store_en', name_en), 'A')
    || setweight(to_tsvector('simple', array_to_string(ARRAY(
        SELECT DISTINCT part
        FROM regexp_split_to_table(left(concat_ws(' ', sku, codes), 4000), '[^[:alnum:]]+') AS part
        WHERE part ~ '[0-9]'), ' ')), 'A')
    || setweight(to_tsvector('store_es', left(beside_es, 20000)), 'B')
    || setweight(to_tsvector('store_en', left(beside_en, 20000)), 'B')
    || setweight(to_tsvector('store_es', left(concat_ws(' ', above_es, text_es), 20000)), 'C')
    || setweight(to_tsvector('store_en', left(concat_ws(' ', above_en, text_en), 20000)), 'C')
    || setweight(jsonb_to_tsvector('store_en',
        CASE WHEN length(attributes::text) < 50000 THEN attributes ELSE '{}' END,
        '["string", "numeric"]'), 'D'),
    plain_text(left(concat_ws(' ', names, brands, shelves), 1000)),
    plain_text(left(concat_ws(' ', sku, codes, attributes ->> 'mpn'), 4000))
FROM words
ON CONFLICT (product_id) DO UPDATE
SET vector = EXCLUDED.vector, title = EXCLUDED.title, codes = EXCLUDED.codes
"""
_TAKE_STALE = """
DELETE FROM catalog_stalesearchentry WHERE product_id IN (
    SELECT product_id FROM catalog_stalesearchentry
    ORDER BY queued_at LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING product_id
"""
_COUNT_WORDS = """
INSERT INTO catalog_searchword (word, products)
SELECT word, ndoc FROM ts_stat(
    'SELECT to_tsvector(''simple'', translate(title, ''-/_'', ''   '')) FROM catalog_searchentry')
WHERE length(word) <= 60
"""


def refresh(product_ids: Sequence[UUID]) -> int:
    """Write the search entries of these products anew; returns how many there are. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(product_ids)])
        return int(cursor.rowcount)


@transaction.atomic
def refresh_stale(limit: int) -> int:
    """Write the entries that the database has marked, oldest first; returns how many it took."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_STALE, [limit])
        taken = [row[0] for row in cursor.fetchall()]
    if taken:
        refresh(taken)
    return len(taken)


@transaction.atomic
def count_words() -> int:
    """Note anew in how many products each word is; returns how many words there are."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_searchword")
        cursor.execute(_COUNT_WORDS)
        return int(cursor.rowcount)


@contextmanager
def unqueued() -> Iterator[None]:
    """Inside, changes are not marked as stale: who enters will refresh what he changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vitrina.search_queue', 'off', TRUE)")
        yield
        cursor.execute("SELECT set_config('vitrina.search_queue', 'on', TRUE)")
