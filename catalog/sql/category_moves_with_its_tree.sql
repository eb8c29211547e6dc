UPDATE catalog_category SET family_id = NEW.family_id WHERE parent_id = NEW.id;
RETURN NULL;
