IF TG_OP = 'UPDATE' THEN
    -- Of two moves at once, each might put its shelf below the other's.
    PERFORM pg_advisory_xact_lock(hashtext('catalog_category'));
END IF;
IF EXISTS (
    WITH RECURSIVE above(id, parent_id) AS (
        SELECT id, parent_id FROM catalog_category WHERE id = NEW.parent_id
        UNION
        SELECT c.id, c.parent_id
        FROM catalog_category c JOIN above a ON c.id = a.parent_id
    )
    SELECT 1 FROM above WHERE id = NEW.id
) THEN
    RAISE EXCEPTION 'category % would be its own ancestor', NEW.slug
        USING ERRCODE = 'check_violation', CONSTRAINT = 'category_no_cycle';
END IF;
IF EXISTS (
    SELECT 1 FROM catalog_category
    WHERE id = NEW.parent_id AND family_id <> NEW.family_id
) THEN
    RAISE EXCEPTION 'category % lies in another family than its parent', NEW.slug
        USING ERRCODE = 'check_violation', CONSTRAINT = 'category_one_family';
END IF;
RETURN NEW;
