IF TG_OP = 'UPDATE' AND OLD.price = NEW.price
    AND OLD.list_price = NEW.list_price AND OLD.is_active = NEW.is_active
    AND OLD.product_id = NEW.product_id THEN
    RETURN NULL;
END IF;
FOR changed IN SELECT DISTINCT id FROM unnest(
    CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.product_id]
        WHEN 'DELETE' THEN ARRAY[OLD.product_id]
        ELSE ARRAY[OLD.product_id, NEW.product_id] END) AS t(id)
    ORDER BY id
LOOP
    -- Of two variants that change at once, the second reads what came of both.
    PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;
    UPDATE catalog_product p
    SET price_from = cheapest.price, list_price_from = cheapest.list_price
    FROM (SELECT price, list_price FROM catalog_variant
          WHERE product_id = changed AND is_active
          ORDER BY price, list_price LIMIT 1) AS cheapest
    WHERE p.id = changed
      AND (p.price_from, p.list_price_from)
          IS DISTINCT FROM (cheapest.price, cheapest.list_price);
END LOOP;
RETURN NULL;
