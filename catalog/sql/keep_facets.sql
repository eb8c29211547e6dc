IF TG_OP = 'UPDATE' AND ROW({before}) IS NOT DISTINCT FROM ROW({after}) THEN
    RETURN NULL;
END IF;
LOOP
    -- Asked each time: an option's variant may move while we wait for its product.
    SELECT id INTO changed FROM ({products}) AS t (id)
    WHERE id IS NOT NULL AND id <> ALL (written) ORDER BY id LIMIT 1;
    EXIT WHEN NOT FOUND;
    written = written || changed;
    -- Of two variants that change at once, the second reads what came of both.
    PERFORM FROM catalog_product WHERE id = changed FOR NO KEY UPDATE;
    {write};
END LOOP;
RETURN NULL;
