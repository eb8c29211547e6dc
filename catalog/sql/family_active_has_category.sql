IF NOT EXISTS (SELECT 1 FROM catalog_category WHERE family_id = NEW.id) THEN
    RAISE EXCEPTION 'family % needs a category before it is active', NEW.slug
        USING ERRCODE = 'check_violation', CONSTRAINT = 'family_has_category';
END IF;
RETURN NULL;
