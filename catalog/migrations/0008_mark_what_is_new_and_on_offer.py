import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_forget_devices_and_mask_reasons"),
        ("catalog", "0007_find_the_hidden_by_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="is_new",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="new"
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="is_on_offer",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="on offer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='variant',
            trigger=pgtrigger.compiler.Trigger(name='product_flags', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE changed uuid;', func="\n                    IF TG_OP = 'INSERT' AND NOT (NEW.is_new OR NEW.is_on_offer) THEN\n                        RETURN NULL;\n                    END IF;\n                    IF TG_OP = 'UPDATE'\n                        AND (OLD.product_id, OLD.is_active, OLD.is_new, OLD.is_on_offer)\n                            = (NEW.product_id, NEW.is_active, NEW.is_new, NEW.is_on_offer) THEN\n                        RETURN NULL;\n                    END IF;\n                    FOR changed IN SELECT DISTINCT id\n                        FROM unnest(ARRAY[OLD.product_id, NEW.product_id]) AS t(id)\n                        WHERE id IS NOT NULL ORDER BY id\n                    LOOP\n                        -- Of two variants that change at once, the second reads what came of both.\n                        PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;\n                        UPDATE catalog_product p\n                        SET is_new = found.is_new, is_on_offer = found.is_on_offer\n                        FROM (SELECT coalesce(bool_or(is_new), FALSE) AS is_new,\n                                  coalesce(bool_or(is_on_offer), FALSE) AS is_on_offer\n                              FROM catalog_variant WHERE product_id = changed AND is_active\n                             ) AS found\n                        WHERE p.id = changed\n                          AND (p.is_new, p.is_on_offer)\n                              IS DISTINCT FROM (found.is_new, found.is_on_offer);\n                    END LOOP;\n                    RETURN NULL;\n                ", hash='6ced1d89a804fae98c2fdd146310822a37958941', operation='INSERT OR DELETE OR UPDATE OF "product_id", "is_active", "is_new", "is_on_offer"', pgid='pgtrigger_product_flags_68976', table='catalog_variant', when='AFTER')),
        ),
    ]
