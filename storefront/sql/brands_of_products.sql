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
EXECUTE FUNCTION catalog_note_brands();
