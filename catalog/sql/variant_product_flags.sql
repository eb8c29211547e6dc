IF TG_OP = 'INSERT' AND NOT (NEW.is_new OR NEW.is_on_offer) THEN
    RETURN NULL;
END IF;
IF TG_OP = 'UPDATE'
    AND (OLD.product_id, OLD.is_active, OLD.is_new, OLD.is_on_offer)
        = (NEW.product_id, NEW.is_active, NEW.is_new, NEW.is_on_offer) THEN
    RETURN NULL;
END IF;
FOR changed IN SELECT DISTINCT id
    FROM unnest(ARRAY[OLD.product_id, NEW.product_id]) AS t(id)
    WHERE id IS NOT NULL ORDER BY id
LOOP
    -- Of two variants that change at once, the second reads what came of both.
    PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;
    UPDATE catalog_product p
    SET is_new = found.is_new, is_on_offer = found.is_on_offer
    FROM (SELECT coalesce(bool_or(is_new), FALSE) AS is_new,
              coalesce(bool_or(is_on_offer), FALSE) AS is_on_offer
          FROM catalog_variant WHERE product_id = changed AND is_active
         ) AS found
    WHERE p.id = changed
      AND (p.is_new, p.is_on_offer)
          IS DISTINCT FROM (found.is_new, found.is_on_offer);
END LOOP;
RETURN NULL;
