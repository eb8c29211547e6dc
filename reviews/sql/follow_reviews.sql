FOR product IN SELECT DISTINCT product_id FROM ({changed}) AS changed ORDER BY 1 LOOP
    -- What they add up to, the trigger of the product itself counts.
    UPDATE catalog_product SET rating_average = 0, rating_count = 0 WHERE id = product;
END LOOP;
RETURN NULL;
