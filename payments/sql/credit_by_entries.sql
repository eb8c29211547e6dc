IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'a balance changes by entries alone'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'store_credit_by_entries';
END IF;
RETURN NEW;
