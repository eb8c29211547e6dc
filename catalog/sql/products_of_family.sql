SELECT p.id FROM catalog_product p JOIN catalog_category c ON c.id = p.category_id
WHERE c.family_id = NEW.id
