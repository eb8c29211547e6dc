DELETE FROM catalog_slugredirect WHERE kind = '{kind}' AND slug = NEW.slug;
RETURN NULL;
