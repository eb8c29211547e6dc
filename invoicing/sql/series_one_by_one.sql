RAISE EXCEPTION 'a series counts one by one and keeps its code'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'series_one_by_one';
