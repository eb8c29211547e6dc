IF EXISTS (
    SELECT 1 FROM catalog_family f
    WHERE f.id = OLD.family_id AND f.is_active AND NOT EXISTS (
        SELECT 1 FROM catalog_category WHERE family_id = f.id
    )
) THEN
    RAISE EXCEPTION 'family % is active and would have no category left',
        OLD.family_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'family_has_category';
END IF;
RETURN NULL;
