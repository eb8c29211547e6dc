CREATE TABLE audit_entry (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL,
    action varchar(10) NOT NULL,
    "table" text NOT NULL,
    object_id text NOT NULL,
    parent_id text,
    label text NOT NULL,
    changes jsonb NOT NULL,
    actor_id uuid,
    impersonator_id uuid,
    ip inet,
    origin text NOT NULL,
    CONSTRAINT audit_action_known CHECK (action IN ('created', 'changed', 'deleted'))
) PARTITION BY RANGE (id);
CREATE INDEX audit_object ON audit_entry (object_id);
CREATE INDEX audit_table ON audit_entry ("table", id);
CREATE INDEX audit_label ON audit_entry (upper(label) text_pattern_ops);
CREATE INDEX audit_deleted ON audit_entry (id) WHERE action = 'deleted';
CREATE INDEX audit_parent ON audit_entry (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX audit_actor ON audit_entry (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_ip ON audit_entry (ip, id) WHERE ip IS NOT NULL;
-- Takes what is written when nobody has made room for the month: nothing is refused for that.
CREATE TABLE audit_entry_default PARTITION OF audit_entry DEFAULT;

CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('shop.erasing', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'append_only: the audit log is neither changed nor deleted';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_keep();

CREATE FUNCTION audit_keep_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'untruncatable: the audit log is never emptied';
END $$;
CREATE TRIGGER untruncatable BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_rows();
-- A partition takes no such rule from its parent.
CREATE TRIGGER untruncatable BEFORE TRUNCATE ON audit_entry_default
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_rows();
