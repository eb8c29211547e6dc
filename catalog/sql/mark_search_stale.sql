INSERT INTO catalog_stalesearchentry (product_id)
SELECT DISTINCT id FROM ({products}) AS changed (id) WHERE id IS NOT NULL ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET queued_at = now();
RETURN NULL;
