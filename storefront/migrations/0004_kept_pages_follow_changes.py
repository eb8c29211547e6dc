from django.db import migrations

from pagecache.watching import watch

# A product's pages are those that show it, and the lists that it may come into or leave.
PRODUCT = (
    "name_es, name_en, slug, sku, description_es, description_en, category_id, seller_id, kind, "
    "base_price, attributes, specifications, tax_class, is_active, sales_paused, purchase_limit, "
    "published_at, rating_average, rating_count, price_from, list_price_from, availability"
)
BRANDS = """
CREATE FUNCTION catalog_note_brands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vitrina.page_changes', TRUE) IS DISTINCT FROM 'off' THEN
        INSERT INTO pagecache_change (parts)
        SELECT array_agg(DISTINCT 'brand:' || right(brand_id::text, 12)) FROM catalog_variant
        WHERE product_id = NEW.id AND brand_id IS NOT NULL HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER change_pages_of_brands
AFTER UPDATE OF is_active, price_from, availability ON catalog_product FOR EACH ROW
WHEN ((OLD.is_active, OLD.price_from, OLD.availability)
    IS DISTINCT FROM (NEW.is_active, NEW.price_from, NEW.availability))
EXECUTE FUNCTION catalog_note_brands()
"""
NO_BRANDS = """
DROP TRIGGER change_pages_of_brands ON catalog_product;
DROP FUNCTION catalog_note_brands
"""
EVERYWHERE = [
    "catalog_family",
    "catalog_category",
    "catalog_brand",
    "accounts_seller",
    "promotions_taxrate",
    "constance_constance",
    "storefront_menuitem",
    "storefront_page",
    "storefront_logo",
]


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0009_forget_devices_and_mask_reasons"),
        ("catalog", "0007_find_the_hidden_by_index"),
        ("constance", "0003_drop_pickle"),
        ("pagecache", "0001_note_changes"),
        ("promotions", "0001_tables"),
        ("reviews", "0001_tables"),
        ("storefront", "0003_show_a_logo"),
        ("waitingroom", "0001_tables"),
    ]

    operations = [
        watch(
            "catalog_product",
            *("product=id", "category=category_id", "seller=seller_id", "shelves"),
            columns=PRODUCT,
        ),
        migrations.RunSQL(BRANDS, NO_BRANDS),
        watch("catalog_variant", "product=product_id", "brand=brand_id"),
        watch("catalog_variantoption", "variant=variant_id"),
        watch("catalog_productimage", "product=product_id"),
        watch("catalog_kit", "kits"),
        watch("catalog_kititem", "kits"),
        watch("catalog_collection", "collections", "home"),
        watch("catalog_collectionproduct", "collections", "home"),
        watch("reviews_review", "product=product_id"),
        watch("reviews_reviewphoto", "reviews"),
        watch("promotions_promotion", "kits"),
        watch("storefront_banner", "home"),
        watch("storefront_homeblock", "home"),
        *(watch(table, "all") for table in EVERYWHERE),
    ]
