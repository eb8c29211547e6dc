IF NOT EXISTS (
    SELECT 1 FROM catalog_variant
    WHERE id = NEW.variant_id AND product_id = NEW.product_id
) THEN
    RAISE EXCEPTION 'the picture shows a variant of another product'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'product_image_own_variant';
END IF;
RETURN NEW;
