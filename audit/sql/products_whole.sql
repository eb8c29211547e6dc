-- Products with their texts, variants and pictures.
-- Ratings, sales and copies of pictures, which crowds and workers change, are not watched.
SELECT audit_watch(
    'catalog_product',
    'sku',
    only_columns => 'sku slug name_es name_en description_es description_en category_id'
        ' seller_id kind attributes specifications language base_price tax_class purchase_limit'
        ' published_at is_active sales_paused',
    inserts => 'none'
);
SELECT audit_watch(
    'catalog_variant',
    'sku',
    parent => 'product_id',
    only_columns => 'sku slug name_es name_en description_es description_en brand_id'
        ' category_id model gtin weight_kg length_cm width_cm height_cm warranty_months'
        ' price_modifier sale_price cost is_active',
    inserts => 'none'
);
SELECT audit_watch(
    'catalog_variantoption',
    'name',
    parent => $$SELECT product_id FROM catalog_variant WHERE id = ($1 ->> 'variant_id')::uuid$$,
    only_columns => 'name_es name_en value_es value_en value_key',
    inserts => 'none'
);
SELECT audit_watch(
    'catalog_productimage',
    'picture',
    parent => 'product_id',
    only_columns => 'picture alt_es alt_en position variant_id option_key value_key',
    inserts => 'none'
);

-- New rows that a person makes, but for options, which come with their variant. Programs make them by the ten thousand, and an entry costs as much
-- as a row.
CREATE TRIGGER audit_made AFTER INSERT ON catalog_product FOR EACH ROW
WHEN (nullif(current_setting('shop.trace', true), '')::jsonb ? 'actor')
EXECUTE FUNCTION audit_write('sku', '', '', '', '', 'bare');

CREATE TRIGGER audit_made AFTER INSERT ON catalog_variant FOR EACH ROW
WHEN (nullif(current_setting('shop.trace', true), '')::jsonb ? 'actor')
EXECUTE FUNCTION audit_write('sku', 'product_id', '', '', '', 'bare');

CREATE TRIGGER audit_made AFTER INSERT ON catalog_productimage FOR EACH ROW
WHEN (nullif(current_setting('shop.trace', true), '')::jsonb ? 'actor')
EXECUTE FUNCTION audit_write('picture', 'product_id', '', '', '', 'bare');
