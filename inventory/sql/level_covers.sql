RAISE EXCEPTION 'not enough units on hand'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_level_covers';
