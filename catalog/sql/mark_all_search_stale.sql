INSERT INTO catalog_stalesearchentry (product_id)
SELECT id FROM catalog_product ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET queued_at = now();
