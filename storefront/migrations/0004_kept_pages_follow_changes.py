from django.db import migrations

from pagecache.watching import watch

# A product's pages are those that show it, and the lists that it may come into or leave.
PRODUCT = (
    "name_es, name_en, slug, sku, description_es, description_en, category_id, seller_id, kind, "
    "base_price, attributes, specifications, tax_class, is_active, sales_paused, purchase_limit, "
    "published_at, rating_average, rating_count, price_from, list_price_from, availability"
)
VARIANT = (
    "product_id, brand_id, name_es, name_en, description_es, description_en, model, gtin, sku, slug, "
    "sale_price, list_price, price, weight_kg, length_cm, width_cm, height_cm, warranty_months, "
    "availability, is_featured, is_new, is_on_offer, is_active, position"
)
REVIEW = "product_id, rating, title, comment, status, is_verified, answer, answered_at, user_id"
OPTIONS = """
CREATE OR REPLACE FUNCTION catalog_note_options() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vitrina.page_changes', TRUE) IS DISTINCT FROM 'off' THEN
        INSERT INTO pagecache_change (parts)
        SELECT array_agg(DISTINCT 'product:' || right(product_id::text, 12)) FROM catalog_variant
        WHERE id IN (OLD.variant_id, NEW.variant_id) HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER change_pages
AFTER INSERT OR UPDATE OR DELETE ON catalog_variantoption FOR EACH ROW
EXECUTE FUNCTION catalog_note_options()
"""
NO_OPTIONS = """
DROP TRIGGER change_pages ON catalog_variantoption;
DROP FUNCTION catalog_note_options
"""
BRANDS = """
CREATE OR REPLACE FUNCTION catalog_note_brands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vitrina.page_changes', TRUE) IS DISTINCT FROM 'off' THEN
        INSERT INTO pagecache_change (parts)
        SELECT array_agg(DISTINCT 'brand:' || right(brand_id::text, 12)) FROM catalog_variant
        WHERE product_id = NEW.id AND brand_id IS NOT NULL HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER change_pages_of_brands
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
    "shipping_shippingmethod",
    "shipping_shippingrate",
    "constance_constance",
    "storefront_menuitem",
    "storefront_page",
    "storefront_logo",
]


class Migration(migrations.Migration):
    # One table after the other: each is locked for a moment only, and none while another is.
    atomic = False

    dependencies = [
        ("accounts", "0009_forget_devices_and_mask_reasons"),
        ("catalog", "0007_find_the_hidden_by_index"),
        ("constance", "0003_drop_pickle"),
        ("pagecache", "0001_note_changes"),
        ("promotions", "0001_tables"),
        ("reviews", "0001_tables"),
        ("shipping", "0001_tables"),
        ("storefront", "0003_show_a_logo"),
    ]

    operations = [
        watch(
            "catalog_product",
            *("product=id", "category=category_id", "seller=seller_id", "shelves"),
            columns=PRODUCT,
        ),
        migrations.RunSQL(BRANDS, NO_BRANDS),
        watch(
            "catalog_variant", "product=product_id", "brand=brand_id", "shelves", columns=VARIANT
        ),
        migrations.RunSQL(OPTIONS, NO_OPTIONS),
        watch("catalog_productimage", "product=product_id"),
        watch("catalog_kit", "kits"),
        watch("catalog_kititem", "kits"),
        watch("catalog_collection", "all"),
        watch("catalog_collectionproduct", "collections", "home"),
        watch("reviews_review", "product=product_id", columns=REVIEW),
        watch("reviews_reviewphoto", "reviews"),
        watch("promotions_promotion", "kits"),
        watch("storefront_banner", "home"),
        watch("storefront_homeblock", "home"),
        *(watch(table, "all") for table in EVERYWHERE),
    ]
