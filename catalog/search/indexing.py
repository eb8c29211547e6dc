"""Maintains search entries and facet rows of products."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from catalog.models.facet import rewrite_facets_sql
from pagecache.services import as_one_change

# The weight of a stem in a product follows BM25F: each field has a weight, long texts count less,
# and repetition has diminishing returns. A field without a usual length counts a stem once.
#
# Punctuation separates words, as in queries: "startech" finds "StarTech.com". Hyphens also join:
# "TN-2110" is found by "tn 2110" and by "tn2110". Parts of codes that have digits are words: "mb01"
# finds "luma:24-MB01".
#
# Marks: "/stem" is a word of the category's names, which all products in it share; "=stem" a word
# that says what the product is, not what it is for: "case" in "laptop case" and in "case for
# laptops"; "#…" the category, its ancestors and its family (`catalog.search.kinds.mark_of`).
# An English name says what it is at the end of a run of words, a Spanish one at its beginning.
_PATTERNS = {
    "ends_of_runs": (
        r"\m([[:alpha:]]{2,})\M(?=\s*$|\s*[^[:alpha:][:space:]'’]"
        r"|\s+([[:alpha:]]\M|[[:alpha:]]+[0-9]|(and|by|for|from|in|of|on|to|with|black|blue|brown"
        r"|gold|gray|green|grey|multicolor|orange|original|pink|purple|red|silver|transparent|white"
        r"|yellow)\M))"
    ),
    "before_capitals": r"\m([[:lower:]]{2,})\M(?=\s+[[:upper:]])",
    "what_for": r"\s(for|para|compatible)\s.*$",
}
_REFRESH = """
WITH RECURSIVE shelf AS (
    SELECT c.id, c.name_es, c.name_en, f.name_es::text AS above_es, f.name_en::text AS above_en,
        ARRAY[right(f.id::text, 12), right(c.id::text, 12)] AS path
    FROM catalog_category c JOIN catalog_family f ON f.id = c.family_id
    WHERE c.parent_id IS NULL
    UNION ALL
    SELECT c.id, c.name_es, c.name_en,
        concat_ws(' ', s.above_es, s.name_es), concat_ws(' ', s.above_en, s.name_en),
        s.path || right(c.id::text, 12)
    FROM catalog_category c JOIN shelf s ON s.id = c.parent_id
), product AS (
    SELECT p.id, p.name_es, p.name_en, p.sku, v.codes, v.brands, v.words, s.path,
        regexp_replace(p.name_es, %(what_for)s, '', 'i') AS what_es,
        regexp_replace(p.name_en, %(what_for)s, '', 'i') AS what_en,
        left(concat_ws(' ', p.sku, v.codes, p.attributes ->> 'mpn'), 4000) AS all_codes,
        concat_ws(' ', p.name_es, nullif(p.name_en, p.name_es)) AS names,
        concat_ws(' ', s.name_es, nullif(s.name_en, s.name_es)) AS shelves,
        s.name_es || ' ' || s.above_es AS shelves_es, s.name_en || ' ' || s.above_en AS shelves_en,
        left(p.description_es, 20000) AS text_es, left(p.description_en, 20000) AS text_en,
        left(a.words, 20000) AS attributes
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
    LEFT JOIN LATERAL (
        SELECT string_agg(value, ' ') AS words FROM jsonb_each_text(
            CASE jsonb_typeof(p.attributes) WHEN 'object' THEN p.attributes ELSE '{}' END)
    ) a ON TRUE
    WHERE p.id = ANY(%(keys)s)
), field AS (
    SELECT p.id, d.dictionary, f.weight, f.usual_length, f.mark,
        to_tsvector(d.dictionary, translate(f.text, '-/_.:@&', '       ')) AS vector
    FROM product p
    CROSS JOIN LATERAL (VALUES
        ('store_es'::regconfig, coalesce(nullif(name_es, ''), name_en), shelves_es,
            coalesce(nullif(text_es, ''), text_en)),
        ('store_en', coalesce(nullif(name_en, ''), name_es), shelves_en,
            coalesce(nullif(text_en, ''), text_es))
    ) d (dictionary, name, shelves, text)
    CROSS JOIN LATERAL (VALUES
        (2.0, 10, '', d.name),
        (1.5, 10, '', d.text),
        (1.0, 20, '', p.attributes),
        (1.0, NULL, '', left(p.words, 20000)),
        (0.3, NULL, '/', d.shelves)
    ) f (weight, usual_length, mark, text)
    UNION ALL
    SELECT p.id, 'simple', 1.0, NULL, '', to_tsvector('simple', array_to_string(ARRAY(
        SELECT part FROM regexp_split_to_table(p.all_codes, '[^[:alnum:]]+') AS part
        WHERE part ~ '[0-9]'
        UNION
        SELECT replace(joined[1], '-', '') FROM regexp_matches(
            plain_text(p.names), '[[:alnum:]]+(?:-[[:alnum:]]+)+', 'g') AS joined
    ), ' '))
    FROM product p
), said AS (
    SELECT id, dictionary, mark || lexeme AS lexeme, sum(CASE
        WHEN usual_length IS NULL THEN weight
        ELSE weight * cardinality(positions) / (0.25 + 0.75 * length(vector) / usual_length)
    END) AS amount
    FROM field CROSS JOIN unnest(vector) GROUP BY id, dictionary, mark || lexeme
), brand AS MATERIALIZED (
    SELECT plain_text(name) AS word FROM catalog_brand
), kind AS (
    SELECT id, 'store_en'::regconfig AS dictionary, word[1] AS word
    FROM product CROSS JOIN LATERAL (
        SELECT regexp_matches(what_en, %(ends_of_runs)s, 'gi')
        UNION ALL
        SELECT regexp_matches(what_en, %(before_capitals)s, 'g')
    ) AS end_of_run (word)
    UNION ALL
    SELECT id, 'store_es', beginning.word
    FROM product CROSS JOIN LATERAL (
        SELECT word[1] FROM regexp_matches(what_es, '([[:alpha:]]{3,})', 'g')
            WITH ORDINALITY AS found (word, place)
        WHERE plain_text(word[1]) NOT IN (SELECT word FROM brand)
        ORDER BY place LIMIT 1
    ) AS beginning (word)
    WHERE what_es <> coalesce(what_en, '')
), mark AS (
    SELECT id, '=' || lexeme AS lexeme
    FROM kind CROSS JOIN unnest(to_tsvector(dictionary, word))
    WHERE plain_text(word) NOT IN (SELECT word FROM brand)
    UNION
    SELECT id, '#' || unnest(path) FROM product
), stem AS (
    SELECT id, jsonb_object_agg(lexeme, amount) AS stems FROM (
        SELECT id, lexeme, round(1000 * max(amount / (amount + 1.2)))::int AS amount
        FROM said GROUP BY id, lexeme
        UNION ALL
        SELECT id, lexeme, 1000 FROM mark
    ) s GROUP BY id
)
INSERT INTO catalog_searchentry (product_id, stems, title, codes)
SELECT id, coalesce(stems, '{}'), plain_text(left(concat_ws(' ', names, brands, shelves), 1000)),
    plain_text(all_codes)
FROM product LEFT JOIN stem USING (id) ORDER BY id
ON CONFLICT (product_id) DO UPDATE
SET stems = EXCLUDED.stems, title = EXCLUDED.title, codes = EXCLUDED.codes
"""
# A worker pushes these to Elasticsearch.
_MARK_DOCUMENTS = """
INSERT INTO catalog_staledocument (product_id, queued_at)
SELECT id, clock_timestamp() FROM unnest(%s::uuid[]) AS id ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET queued_at = EXCLUDED.queued_at
"""
# Locked products wait for the next run; deleted ones are dropped.
_TAKE_STALE = """
WITH due AS MATERIALIZED (
    SELECT product_id FROM catalog_stalesearchentry ORDER BY queued_at LIMIT %s
), held AS MATERIALIZED (
    SELECT p.id FROM catalog_product p JOIN due ON due.product_id = p.id
    ORDER BY p.id FOR NO KEY UPDATE OF p SKIP LOCKED
)
DELETE FROM catalog_stalesearchentry WHERE product_id IN (
    SELECT s.product_id FROM catalog_stalesearchentry s JOIN due USING (product_id)
    WHERE s.product_id IN (SELECT id FROM held)
        OR NOT EXISTS (SELECT FROM catalog_product WHERE id = s.product_id)
    FOR UPDATE OF s SKIP LOCKED
) RETURNING product_id
"""
_LOCK = "SELECT FROM catalog_product WHERE id = ANY(%(keys)s) ORDER BY id FOR NO KEY UPDATE"
_WRITE_FACETS = rewrite_facets_sql("= ANY(%(keys)s)")
_COUNT_STEMS = """
INSERT INTO catalog_searchstem (stem, products)
SELECT stem, count(*) FROM catalog_searchentry, jsonb_object_keys(stems) AS stem GROUP BY stem
"""
_COUNT_WORDS = """
INSERT INTO catalog_searchword (word, products)
SELECT word, ndoc FROM ts_stat($$
    SELECT to_tsvector('simple', translate(title, '-/_.:@&', '       ')) FROM catalog_searchentry
$$)
WHERE length(word) <= 60
"""


def refresh(product_ids: Sequence[UUID]) -> int:
    """
    Rebuild search entries of these products; returns how many. At most 2 queries.

    Queues them for Elasticsearch, if used.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"keys": list(product_ids), **_PATTERNS})
        written = int(cursor.rowcount)
        if settings.SEARCH_URL:
            cursor.execute(_MARK_DOCUMENTS, [list(product_ids)])
        return written


@transaction.atomic
def refresh_whole(product_ids: Sequence[UUID]) -> int:
    """
    Rebuild facets and search entries of these products; returns how many. At most 4 queries.

    Locks the products first, in key order, as all changes of products do.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"keys": list(product_ids)})
        cursor.execute(_WRITE_FACETS, {"keys": list(product_ids)})
    return refresh(product_ids)


@transaction.atomic
def refresh_stale(limit: int) -> int:
    """
    Rebuild stale entries, oldest first; returns how many.

    Locks the products, so that no process writes an entry from older data.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_STALE, [limit])
        taken = [row[0] for row in cursor.fetchall()]
    if taken:
        refresh(taken)
    return len(taken)


@transaction.atomic
def count_words() -> int:
    """Recount the products of each word and stem; returns how many words."""
    with connection.cursor() as cursor:
        # Concurrent runs wait; searches read the old counts meanwhile.
        cursor.execute("LOCK TABLE catalog_searchstem, catalog_searchword IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM catalog_searchstem")
        cursor.execute(_COUNT_STEMS)
        cursor.execute("DELETE FROM catalog_searchword")
        cursor.execute(_COUNT_WORDS)
        return int(cursor.rowcount)


@contextmanager
def unqueued() -> Iterator[None]:
    """Suspends the triggers on products; the caller then calls `refresh_whole`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vitrina.search_queue', 'off', TRUE)")
        with as_one_change(cursor):
            yield
        cursor.execute("SELECT set_config('vitrina.search_queue', 'on', TRUE)")
