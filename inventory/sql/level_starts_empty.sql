RAISE EXCEPTION 'a stock level starts empty; write a movement'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_level_by_ledger';
