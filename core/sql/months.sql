-- The smallest key of that moment: time-ordered keys begin with the milliseconds.
CREATE FUNCTION month_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0')
            || repeat('0', 20))::uuid
$$;

-- The application's role owns no table: these two run as the role that has migrated.
CREATE FUNCTION months_create_ahead(parent text, months int) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET lock_timeout = '3s' SET search_path = public, pg_temp AS $$
DECLARE
    month timestamp;
BEGIN
    FOR month IN SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)
                 FROM generate_series(0, months) AS ahead LOOP
        BEGIN
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                parent || '_' || to_char(month, 'YYYYMM'), parent,
                month_floor(month AT TIME ZONE 'UTC'),
                month_floor((month + interval '1 month') AT TIME ZONE 'UTC'));
        EXCEPTION WHEN check_violation THEN
            -- The month has begun without room of its own: its rows stay where they are.
            RAISE WARNING '%_default holds the month of %', parent, month;
        END;
    END LOOP;
END $$;

CREATE FUNCTION months_drop_before(parent text, before timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '3s' SET search_path = public, pg_temp AS $$
DECLARE
    old text;
    dropped int := 0;
BEGIN
    IF before > now() - interval '1 day' OR EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = parent::regclass AND tgname = 'append_only'
    ) THEN
        RAISE EXCEPTION 'months_drop_before: % keeps months this recent', parent;
    END IF;
    FOR old IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
               WHERE inhparent = parent::regclass AND relname ~ ('^' || parent || '_[0-9]{6}$')
                 AND to_date(right(relname, 6), 'YYYYMM') + interval '1 month'
                     <= before AT TIME ZONE 'UTC' LOOP
        EXECUTE format('DROP TABLE %I', old);
        dropped := dropped + 1;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE id < month_floor($1)', parent || '_default') USING before;
    RETURN dropped;
END $$;
