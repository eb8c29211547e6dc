-- The smallest key of that moment: keys begin with the milliseconds.
CREATE FUNCTION audit_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0')
            || repeat('0', 20))::uuid
$$;

-- The application's role owns no table: these run as the role that has migrated. Months get the rule
-- against TRUNCATE one by one, for a partition takes no such rule from its parent.
CREATE FUNCTION audit_create_ahead(months int) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET lock_timeout = '3s' SET search_path = public, pg_temp AS $$
DECLARE
    month timestamp;
    part text;
BEGIN
    FOR month IN SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)
                 FROM generate_series(0, months) AS ahead LOOP
        part := 'audit_entry_' || to_char(month, 'YYYYMM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        BEGIN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF audit_entry FOR VALUES FROM (%L) TO (%L)',
                part, audit_floor(month AT TIME ZONE 'UTC'),
                audit_floor((month + interval '1 month') AT TIME ZONE 'UTC'));
            EXECUTE format('CREATE TRIGGER untruncatable BEFORE TRUNCATE ON %I '
                           'FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_rows()', part);
        EXCEPTION WHEN check_violation THEN
            -- The month has begun without room of its own: it stays where it is.
            RAISE WARNING 'audit_entry_default holds the month of %', month;
        WHEN duplicate_table THEN
            NULL;  -- Another worker has just made it.
        END;
    END LOOP;
END $$;

CREATE FUNCTION audit_drop_before(kept_months int) RETURNS int LANGUAGE plpgsql
SECURITY DEFINER
SET lock_timeout = '3s' SET shop.erasing = 'on' SET search_path = public, pg_temp AS $$
DECLARE
    before CONSTANT timestamptz := now() - make_interval(months => kept_months);
    old text;
    dropped int := 0;
BEGIN
    IF kept_months < 1 THEN
        RAISE EXCEPTION 'audit_drop_before: the log of the last month is kept';
    END IF;
    FOR old IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
               WHERE inhparent = 'audit_entry'::regclass AND relname ~ '^audit_entry_[0-9]{6}$'
                 AND to_date(right(relname, 6), 'YYYYMM') + interval '1 month'
                     <= before AT TIME ZONE 'UTC' LOOP
        EXECUTE format('DROP TABLE %I', old);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM audit_entry_default WHERE id < audit_floor(before);
    RETURN dropped;
END $$;

SELECT audit_create_ahead(3);
