CREATE FUNCTION audit_erase(person uuid, about text[], personal text[]) RETURNS int LANGUAGE plpgsql
SECURITY DEFINER SET shop.erasing = 'on' SET search_path = public, pg_temp AS $$
DECLARE
    erased int;
BEGIN
    UPDATE audit_entry SET
        changes = coalesce((SELECT jsonb_object_agg(key, CASE WHEN key = ANY (personal)
                   THEN '[null, null]' ELSE value END) FROM jsonb_each(changes)), '{}'),
        label = CASE WHEN label LIKE '%@%' THEN '' ELSE label END,
        ip = CASE WHEN actor_id = person THEN NULL ELSE ip END
    WHERE object_id = ANY (about) OR parent_id = ANY (about) OR actor_id = person;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END $$;
