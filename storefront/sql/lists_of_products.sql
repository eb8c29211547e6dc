-- The lists that a product may be on: of its shelf, of its seller and of all its brands. What they
-- count is cached for itself (catalog.selectors.facets), whether or not a page shows the product.
CREATE FUNCTION catalog_lists_of(products uuid[]) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT unnest(ARRAY[
        'category:' || right(category_id::text, 12), 'seller:' || right(seller_id::text, 12)
    ]) FROM catalog_product WHERE id = ANY(products)
    UNION
    SELECT 'brand:' || right(brand_id::text, 12) FROM catalog_variant
    WHERE product_id = ANY(products) AND brand_id IS NOT NULL
$$;

-- A brand that a variant had is told by the trigger that tells all pages of the variant.
CREATE FUNCTION catalog_note_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vitrina.page_changes', TRUE) = 'off'
        OR TG_OP = 'UPDATE' AND ROW(OLD.product_id, OLD.brand_id, OLD.is_active)
            IS NOT DISTINCT FROM ROW(NEW.product_id, NEW.brand_id, NEW.is_active) THEN
        RETURN NULL;
    END IF;
    INSERT INTO pagecache_change (parts)
    SELECT array_agg(part) FROM catalog_lists_of(ARRAY[OLD.product_id, NEW.product_id]) AS part
    HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER change_figures
AFTER INSERT OR DELETE OR UPDATE OF product_id, brand_id, is_active
ON catalog_variant FOR EACH ROW EXECUTE FUNCTION catalog_note_figures();

CREATE FUNCTION catalog_note_options() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products uuid[] = ARRAY(
        SELECT product_id FROM catalog_variant WHERE id IN (OLD.variant_id, NEW.variant_id)
    );
BEGIN
    IF current_setting('vitrina.page_changes', TRUE) IS DISTINCT FROM 'off' THEN
        INSERT INTO pagecache_change (parts)
        SELECT array_agg(part) FROM (
            SELECT 'product:' || right(id::text, 12) FROM unnest(products) AS id
            UNION
            SELECT * FROM catalog_lists_of(products)
        ) AS told (part) HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER change_pages
AFTER INSERT OR UPDATE OR DELETE ON catalog_variantoption FOR EACH ROW
EXECUTE FUNCTION catalog_note_options();
