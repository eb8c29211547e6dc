
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0013_count_what_is_found_by_index'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='product',
            name='keep_facets',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='variant',
            name='keep_facets',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='variantoption',
            name='keep_facets',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='product',
            trigger=pgtrigger.compiler.Trigger(name='keep_facets', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')", declare='DECLARE changed uuid;', func="\n            IF TG_OP = 'UPDATE' AND ROW(OLD.category_id, OLD.is_active) IS NOT DISTINCT FROM ROW(NEW.category_id, NEW.is_active) THEN\n                RETURN NULL;\n            END IF;\n            FOR changed IN SELECT DISTINCT id FROM (SELECT NEW.id) AS t (id)\n                WHERE id IS NOT NULL ORDER BY id\n            LOOP\n                -- Of two variants that change at once, the second reads what came of both.\n                PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;\n                \n        WITH said AS (\n            SELECT v.product_id, p.category_id, '' AS key, v.brand_id::text AS value_key\n            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id\n            WHERE p.id = changed AND p.is_active AND v.is_active AND v.brand_id IS NOT NULL\n            UNION\n            SELECT v.product_id, p.category_id, o.key, o.value_key\n            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id\n            JOIN catalog_variantoption o ON o.variant_id = v.id\n            WHERE p.id = changed AND p.is_active AND v.is_active\n        ), gone AS (\n            DELETE FROM catalog_productfacet f WHERE f.product_id = changed AND NOT EXISTS (\n                SELECT FROM said\n                WHERE (product_id, key, value_key) = (f.product_id, f.key, f.value_key))\n        )\n        INSERT INTO catalog_productfacet AS f (product_id, category_id, key, value_key)\n        SELECT product_id, category_id, key, value_key FROM said\n        ON CONFLICT (product_id, key, value_key) DO UPDATE SET category_id = EXCLUDED.category_id\n        WHERE f.category_id <> EXCLUDED.category_id\n    ;\n            END LOOP;\n            RETURN NULL;\n        ", hash='72b9452de13b16dc09c97477895a8d1305be0dbb', operation='UPDATE OF "category_id", "is_active", "seller_id"', pgid='pgtrigger_keep_facets_ca659', table='catalog_product', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='variant',
            trigger=pgtrigger.compiler.Trigger(name='keep_facets', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')", declare='DECLARE changed uuid;', func="\n            IF TG_OP = 'UPDATE' AND ROW(OLD.product_id, OLD.brand_id, OLD.is_active) IS NOT DISTINCT FROM ROW(NEW.product_id, NEW.brand_id, NEW.is_active) THEN\n                RETURN NULL;\n            END IF;\n            FOR changed IN SELECT DISTINCT id FROM (SELECT unnest(ARRAY[OLD.product_id, NEW.product_id])) AS t (id)\n                WHERE id IS NOT NULL ORDER BY id\n            LOOP\n                -- Of two variants that change at once, the second reads what came of both.\n                PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;\n                \n        WITH said AS (\n            SELECT v.product_id, p.category_id, '' AS key, v.brand_id::text AS value_key\n            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id\n            WHERE p.id = changed AND p.is_active AND v.is_active AND v.brand_id IS NOT NULL\n            UNION\n            SELECT v.product_id, p.category_id, o.key, o.value_key\n            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id\n            JOIN catalog_variantoption o ON o.variant_id = v.id\n            WHERE p.id = changed AND p.is_active AND v.is_active\n        ), gone AS (\n            DELETE FROM catalog_productfacet f WHERE f.product_id = changed AND NOT EXISTS (\n                SELECT FROM said\n                WHERE (product_id, key, value_key) = (f.product_id, f.key, f.value_key))\n        )\n        INSERT INTO catalog_productfacet AS f (product_id, category_id, key, value_key)\n        SELECT product_id, category_id, key, value_key FROM said\n        ON CONFLICT (product_id, key, value_key) DO UPDATE SET category_id = EXCLUDED.category_id\n        WHERE f.category_id <> EXCLUDED.category_id\n    ;\n            END LOOP;\n            RETURN NULL;\n        ", hash='31bf5f5414e669bcaf6934851511d07f72ddaecf', operation='INSERT OR DELETE OR UPDATE OF "product_id", "brand_id", "is_active"', pgid='pgtrigger_keep_facets_323b8', table='catalog_variant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='variantoption',
            trigger=pgtrigger.compiler.Trigger(name='keep_facets', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')", declare='DECLARE changed uuid;', func="\n            IF TG_OP = 'UPDATE' AND ROW(OLD.variant_id, OLD.key, OLD.value_key) IS NOT DISTINCT FROM ROW(NEW.variant_id, NEW.key, NEW.value_key) THEN\n                RETURN NULL;\n            END IF;\n            FOR changed IN SELECT DISTINCT id FROM (SELECT product_id FROM catalog_variant WHERE id IN (OLD.variant_id, NEW.variant_id)) AS t (id)\n                WHERE id IS NOT NULL ORDER BY id\n            LOOP\n                -- Of two variants that change at once, the second reads what came of both.\n                PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;\n                \n        WITH said AS (\n            SELECT v.product_id, p.category_id, '' AS key, v.brand_id::text AS value_key\n            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id\n            WHERE p.id = changed AND p.is_active AND v.is_active AND v.brand_id IS NOT NULL\n            UNION\n            SELECT v.product_id, p.category_id, o.key, o.value_key\n            FROM catalog_product p JOIN catalog_variant v ON v.product_id = p.id\n            JOIN catalog_variantoption o ON o.variant_id = v.id\n            WHERE p.id = changed AND p.is_active AND v.is_active\n        ), gone AS (\n            DELETE FROM catalog_productfacet f WHERE f.product_id = changed AND NOT EXISTS (\n                SELECT FROM said\n                WHERE (product_id, key, value_key) = (f.product_id, f.key, f.value_key))\n        )\n        INSERT INTO catalog_productfacet AS f (product_id, category_id, key, value_key)\n        SELECT product_id, category_id, key, value_key FROM said\n        ON CONFLICT (product_id, key, value_key) DO UPDATE SET category_id = EXCLUDED.category_id\n        WHERE f.category_id <> EXCLUDED.category_id\n    ;\n            END LOOP;\n            RETURN NULL;\n        ", hash='14ccfd85d52755295743718d96b9579e554eb5d2', operation='INSERT OR DELETE OR UPDATE OF "variant_id", "key", "value_key"', pgid='pgtrigger_keep_facets_d7e60', table='catalog_variantoption', when='AFTER')),
        ),
    ]
