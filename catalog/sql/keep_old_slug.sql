DELETE FROM catalog_slugredirect WHERE kind = '{kind}' AND slug = NEW.slug;
UPDATE catalog_slugredirect SET target_slug = NEW.slug
WHERE kind = '{kind}' AND target_slug = OLD.slug;
INSERT INTO catalog_slugredirect (kind, slug, target_slug)
VALUES ('{kind}', OLD.slug, NEW.slug);
RETURN NULL;
