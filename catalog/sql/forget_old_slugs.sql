DELETE FROM catalog_slugredirect
WHERE kind = '{kind}' AND target_slug = OLD.slug;
RETURN NULL;
