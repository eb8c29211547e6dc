"""Keeps what search reads of products in step with the products."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

_REFRESH = """
INSERT INTO catalog_searchentry (product_id, vector, title, codes)
SELECT p.id,
    setweight(to_tsvector('store_es', concat_ws(' ', p.name_es, p.name_en)), 'A')
    || setweight(to_tsvector('store_en', concat_ws(' ', p.name_en, p.name_es)), 'A')
    || setweight(to_tsvector('store_es', concat_ws(' ', v.words, c.name_es, f.name_es)), 'B')
    || setweight(to_tsvector('store_en', concat_ws(' ', v.words, c.name_en, f.name_en)), 'B')
    || setweight(to_tsvector('store_es', left(coalesce(p.description_es, ''), 20000)), 'C')
    || setweight(to_tsvector('store_en', left(coalesce(p.description_en, ''), 20000)), 'C')
    || setweight(jsonb_to_tsvector('store_en', p.attributes, '["string", "numeric"]'), 'D'),
    plain_text(left(concat_ws(' ', p.name_es, nullif(p.name_en, p.name_es), v.brands), 1000)),
    plain_text(left(concat_ws(' ', p.sku, v.codes, p.attributes ->> 'mpn'), 4000))
FROM catalog_product p
JOIN catalog_category c ON c.id = p.category_id
JOIN catalog_family f ON f.id = c.family_id
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
ON CONFLICT (product_id) DO UPDATE
SET vector = EXCLUDED.vector, title = EXCLUDED.title, codes = EXCLUDED.codes
"""


def refresh(product_ids: Sequence[UUID]) -> int:
    """Write the search entries of these products anew; returns how many there are. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(product_ids)])
        return int(cursor.rowcount)
