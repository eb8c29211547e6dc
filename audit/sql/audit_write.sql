-- Its arguments are those of audit_watch.
CREATE FUNCTION audit_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    label text := TG_ARGV[0];
    parent text := TG_ARGV[1];
    only_columns CONSTANT text[] := string_to_array(TG_ARGV[2], ' ');
    ignored CONSTANT text[] := string_to_array('id created_at updated_at ' || TG_ARGV[3], ' ');
    secret CONSTANT text[] := string_to_array(TG_ARGV[4], ' ');
    is_bare CONSTANT boolean := TG_OP = 'INSERT' AND TG_ARGV[5] = 'bare';
    before CONSTANT jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after CONSTANT jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    seen CONSTANT jsonb := coalesce(after, before);
    trace CONSTANT jsonb := nullif(current_setting('shop.trace', true), '')::jsonb;
    changes jsonb := '{}';
BEGIN
    IF NOT is_bare THEN
        SELECT coalesce(jsonb_object_agg(key, CASE
            WHEN key = ANY (secret) THEN '[null, null]'
            ELSE jsonb_build_array(before -> key, after -> key) END), '{}')
        INTO changes
        FROM jsonb_object_keys(seen) AS columns(key)
        WHERE before -> key IS DISTINCT FROM after -> key
          AND (TG_ARGV[2] = '' OR key = ANY (only_columns))
          AND key <> ALL (ignored)
          AND (TG_OP = 'UPDATE' OR seen -> key NOT IN ('null', '""') AND key <> ALL (secret));
        IF TG_OP = 'UPDATE' AND changes = '{}' THEN
            RETURN NULL;
        END IF;
    END IF;
    IF label LIKE 'SELECT %' THEN
        EXECUTE label INTO label USING seen;
    ELSE
        label := seen ->> label;
    END IF;
    IF parent LIKE 'SELECT %' THEN
        EXECUTE parent INTO parent USING seen;
    ELSE
        parent := seen ->> parent;
    END IF;
    INSERT INTO audit_entry (at, action, "table", object_id, parent_id, label, changes,
                             actor_id, impersonator_id, ip, origin)
    VALUES (clock_timestamp(),
            CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END,
            TG_TABLE_NAME, seen ->> 'id', parent, coalesce(label, ''), changes,
            (trace ->> 'actor')::uuid, (trace ->> 'impersonator')::uuid, (trace ->> 'ip')::inet,
            coalesce(trace ->> 'origin',
                     nullif(current_setting('application_name'), ''), 'SQL as ' || session_user));
    RETURN NULL;
END $$;

-- label, parent: a column, or a query with the row as $1. only_columns: no others are looked at, and
-- updates of others do not even call the trigger. secret: that it changed is written, never what.
-- bare: a new row is written down without its values, which are in the row itself.
CREATE FUNCTION audit_watch(
    watched text, label text, parent text DEFAULT '', only_columns text DEFAULT '',
    ignored text DEFAULT '', secret text DEFAULT '', inserts text DEFAULT 'with values'
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER IF EXISTS audit ON %I', watched);
    EXECUTE format(
        'CREATE TRIGGER audit AFTER %s UPDATE %s OR DELETE ON %I FOR EACH ROW '
        'EXECUTE FUNCTION audit_write(%L, %L, %L, %L, %L, %L)',
        CASE inserts WHEN 'none' THEN '' ELSE 'INSERT OR' END,
        CASE only_columns WHEN '' THEN '' ELSE 'OF ' || replace(only_columns, ' ', ', ') END,
        watched, label, parent, only_columns, ignored, secret, inserts);
END $$;
