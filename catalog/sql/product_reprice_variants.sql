UPDATE catalog_variant SET price_modifier = price_modifier
WHERE product_id = NEW.id;
RETURN NULL;
