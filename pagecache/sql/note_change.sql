-- A trigger's arguments are parts: a word, or a word and the column that has its key. Both keys
-- count when it changes. Who changes very much at once says so by a setting, and tells all.
CREATE FUNCTION pagecache_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    argument TEXT;
    part TEXT;
    old_row JSONB;
    new_row JSONB;
    changed TEXT[] = '{}';
BEGIN
    IF current_setting('vitrina.page_changes', TRUE) = 'off'
        OR TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    FOREACH argument IN ARRAY TG_ARGV LOOP
        part = split_part(argument, '=', 2);
        IF part = '' THEN
            changed = changed || argument;
        ELSE
            IF TG_OP <> 'INSERT' THEN
                old_row = coalesce(old_row, to_jsonb(OLD));
                changed = changed || (split_part(argument, '=', 1) || ':' || right(old_row ->> part, 12));
            END IF;
            IF TG_OP <> 'DELETE' THEN
                new_row = coalesce(new_row, to_jsonb(NEW));
                changed = changed || (split_part(argument, '=', 1) || ':' || right(new_row ->> part, 12));
            END IF;
        END IF;
    END LOOP;
    INSERT INTO pagecache_change (parts)
    SELECT array_agg(DISTINCT one) FROM unnest(changed) AS one WHERE one IS NOT NULL
    HAVING count(one) > 0;
    RETURN NULL;
END $$;
