-- A product's pages are those that show it, and the lists that it may come into or leave.
CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE OF
    name_es, name_en, slug, sku, description_es, description_en, category_id, seller_id, kind,
    base_price, attributes, specifications, tax_class, is_active, sales_paused, purchase_limit,
    published_at, rating_average, rating_count, price_from, list_price_from, availability
    ON catalog_product
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change(
        'product=id', 'category=category_id', 'seller=seller_id', 'shelves'
    );

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE OF
    product_id, brand_id, name_es, name_en, description_es, description_en, model, gtin, sku,
    slug, sale_price, list_price, price, weight_kg, length_cm, width_cm, height_cm,
    warranty_months, availability, is_featured, is_new, is_on_offer, is_active, position
    ON catalog_variant
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change(
        'product=product_id', 'brand=brand_id', 'shelves'
    );

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_productimage
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('product=product_id');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_kit
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('kits');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_kititem
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('kits');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_collection
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_collectionproduct
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('collections', 'home');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE OF
    product_id, rating, title, comment, status, is_verified, answer, answered_at, user_id
    ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change(
        'product=product_id', 'opinions=product_id'
    );

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON reviews_reviewphoto
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('reviews');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON promotions_promotion
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('kits');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_banner
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('home');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_homeblock
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('home');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_family
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON catalog_brand
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON accounts_seller
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON promotions_taxrate
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON shipping_shippingmethod
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON shipping_shippingrate
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON constance_constance
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_menuitem
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_page
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_logo
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('all');
