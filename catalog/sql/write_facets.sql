WITH said AS (
    SELECT v.product_id, p.category_id, '' AS key, v.brand_id::text AS value_key
    FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id
    WHERE p.id {products} AND p.is_active AND v.is_active AND v.brand_id IS NOT NULL
    UNION
    SELECT v.product_id, p.category_id, o.key, o.value_key
    FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id
    JOIN catalog_variantoption o ON o.variant_id = v.id
    WHERE p.id {products} AND p.is_active AND v.is_active
), gone AS (
    DELETE FROM catalog_productfacet f WHERE f.product_id {products} AND NOT EXISTS (
        SELECT FROM said
        WHERE (product_id, key, value_key) = (f.product_id, f.key, f.value_key))
)
INSERT INTO catalog_productfacet AS f (product_id, category_id, key, value_key)
SELECT product_id, category_id, key, value_key FROM said
ON CONFLICT (product_id, key, value_key) DO UPDATE SET category_id = EXCLUDED.category_id
WHERE f.category_id <> EXCLUDED.category_id
