IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'on hand and committed change by movements alone'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_level_by_ledger';
END IF;
RETURN NEW;
