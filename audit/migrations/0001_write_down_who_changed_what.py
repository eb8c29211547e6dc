from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

import audit.values
import core.db
from audit.watching import watch

TABLE = """
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
"""

# The smallest key of that moment: keys begin with the milliseconds.
FLOOR = """
CREATE FUNCTION audit_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0')
            || repeat('0', 20))::uuid
$$;
"""

KEEP = """
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('shop.erasing', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'append_only: the audit log is neither changed nor deleted';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_keep();
"""

# Its arguments are those of audit_watch.
WRITE = """
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
"""

# label, parent: a column, or a query with the row as $1. only_columns: no others are looked at, and
# updates of others do not even call the trigger. secret: that it changed is written, never what.
# bare: a new row is written down without its values, which are in the row itself.
WATCH = """
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
"""

MONTHS = """
CREATE FUNCTION audit_make_room(months int) RETURNS void LANGUAGE plpgsql
SET lock_timeout = '3s' AS $$
DECLARE
    month timestamp;
BEGIN
    FOR month IN SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)
                 FROM generate_series(0, months) AS ahead LOOP
        BEGIN
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF audit_entry FOR VALUES FROM (%L) TO (%L)',
                'audit_entry_' || to_char(month, 'YYYYMM'),
                audit_floor(month AT TIME ZONE 'UTC'),
                audit_floor((month + interval '1 month') AT TIME ZONE 'UTC'));
        EXCEPTION WHEN check_violation THEN
            -- The month has begun without room of its own: it stays where it is.
            RAISE WARNING 'audit_entry_default holds the month of %', month;
        END;
    END LOOP;
END $$;
SELECT audit_make_room(3);

CREATE FUNCTION audit_let_go(kept_months int) RETURNS int LANGUAGE plpgsql
SET lock_timeout = '3s' SET shop.erasing = 'on' AS $$
DECLARE
    before CONSTANT timestamptz := now() - make_interval(months => kept_months);
    old text;
    dropped int := 0;
BEGIN
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
"""

ERASE = """
CREATE FUNCTION audit_erase(person uuid, about text[], personal text[]) RETURNS int LANGUAGE plpgsql
SET shop.erasing = 'on' AS $$
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
"""

UNDO = """
DROP FUNCTION audit_write() CASCADE;
DROP TABLE audit_entry;
DROP FUNCTION audit_keep(), audit_watch, audit_make_room, audit_let_go, audit_erase, audit_floor;
"""

ORDER_OF_PAYMENT = "SELECT order_id FROM payments_payment WHERE id = ($1 ->> 'payment_id')::uuid"
SKU = "SELECT sku FROM catalog_variant WHERE id = ($1 ->> 'variant_id')::uuid"
SELLER = "SELECT name FROM accounts_seller WHERE id = ($1 ->> 'seller_id')::uuid"
EMAIL = "SELECT email FROM accounts_user WHERE id = ($1 ->> 'user_id')::uuid"
STOCK = """SELECT variant.sku || ' @ ' || warehouse.code FROM catalog_variant variant,
 inventory_warehouse warehouse WHERE variant.id = ($1 ->> 'variant_id')::uuid
 AND warehouse.id = ($1 ->> 'warehouse_id')::uuid"""
MEMBERSHIP = """SELECT account.email || ': ' || role.name FROM accounts_user account, auth_group role
 WHERE account.id = ($1 ->> 'user_id')::uuid AND role.id = ($1 ->> 'group_id')::int"""
RIGHT = """SELECT account.email || ': ' || codename FROM accounts_user account, auth_permission
 WHERE account.id = ($1 ->> 'user_id')::uuid
 AND auth_permission.id = ($1 ->> 'permission_id')::int"""
ROLE_RIGHT = """SELECT auth_group.name || ': ' || codename FROM auth_group, auth_permission
 WHERE auth_group.id = ($1 ->> 'group_id')::int
 AND auth_permission.id = ($1 ->> 'permission_id')::int"""
METHOD = "SELECT code FROM shipping_shippingmethod WHERE id = ($1 ->> 'method_id')::uuid"
PROMOTION = "SELECT name FROM promotions_promotion WHERE id = ($1 ->> 'promotion_id')::uuid"
PAYMENT_METHOD = "SELECT code FROM payments_paymentmethod WHERE id = ($1 ->> 'paymentmethod_id')::uuid"

WATCHED = {
    # Orders and money. Of new orders and lines the rows themselves say everything.
    "orders_order": {"label": "number", "ignored": "pricing", "inserts": "bare"},
    "orders_orderline": {
        "label": "sku",
        "parent": "order_id",
        "ignored": "shipped_quantity delivered_quantity returned_quantity",
        "inserts": "bare",
    },
    "orders_orderaddress": {"label": "kind", "parent": "order_id", "inserts": "none"},
    "payments_payment": {
        "label": "number",
        "parent": "order_id",
        "ignored": "metadata redirect_url idempotency_key checked_at",
    },
    "payments_refund": {
        "label": "number",
        "parent": ORDER_OF_PAYMENT,
        "ignored": "idempotency_key",
    },
    "payments_dispute": {"label": "reference", "parent": ORDER_OF_PAYMENT},
    "payments_transferconfirmation": {"label": "bank_reference", "parent": ORDER_OF_PAYMENT},
    "payments_storecredit": {"label": "number", "parent": "user_id"},
    "payments_paymentmethod": {"label": "code"},
    "payments_paymentmethod_zones": {"label": PAYMENT_METHOD, "parent": "paymentmethod_id"},
    "returns_return": {"label": "number", "parent": "order_id", "ignored": "form_key"},
    "payouts_commission": {"label": SELLER, "parent": "seller_id"},
    "payouts_statement": {"label": "number", "parent": "seller_id", "ignored": "told_status"},
    "invoicing_series": {"label": "code", "only_columns": "code kind is_active"},
    # Stock: its numbers are audited by movements and reservations.
    "inventory_stocklevel": {
        "label": STOCK,
        "parent": "variant_id",
        "only_columns": "minimum maximum bin",
        "inserts": "none",
    },
    "inventory_warehouse": {"label": "code"},
    # Prices.
    "catalog_product": {
        "label": "sku",
        "only_columns": "base_price tax_class is_active sales_paused purchase_limit seller_id",
        "inserts": "none",
    },
    "catalog_variant": {
        "label": "sku",
        "parent": "product_id",
        "only_columns": "price_modifier sale_price cost is_active",
        "inserts": "none",
    },
    "catalog_scheduledprice": {"label": SKU, "parent": "variant_id"},
    "catalog_kit": {"label": "name", "only_columns": "discount_percent is_active"},
    "promotions_promotion": {"label": "name", "ignored": "uses name_es name_en"},
    "promotions_promotion_products": {"label": PROMOTION, "parent": "promotion_id"},
    "promotions_promotion_categories": {"label": PROMOTION, "parent": "promotion_id"},
    "promotions_promotion_brands": {"label": PROMOTION, "parent": "promotion_id"},
    "promotions_promotion_sellers": {"label": PROMOTION, "parent": "promotion_id"},
    "promotions_promotion_collections": {"label": PROMOTION, "parent": "promotion_id"},
    "promotions_coupon": {
        "label": "code",
        "parent": "promotion_id",
        "ignored": "uses",
        "inserts": "bare",
    },
    "promotions_taxrate": {"label": "name"},
    # Permissions.
    "accounts_user": {
        "label": "email",
        "only_columns": "email is_staff is_superuser is_active password",
        "secret": "password",
    },
    "accounts_user_groups": {"label": MEMBERSHIP, "parent": "user_id"},
    "accounts_user_user_permissions": {"label": RIGHT, "parent": "user_id"},
    "auth_group": {"label": "name"},
    "auth_group_permissions": {"label": ROLE_RIGHT, "parent": "group_id"},
    "mfa_authenticator": {"label": EMAIL, "parent": "user_id", "only_columns": "user_id type"},
    "accounts_seller": {
        "label": "name",
        "only_columns": "name slug email tax_id status is_house",
    },
    "accounts_sellermember": {
        "label": EMAIL,
        "parent": "seller_id",
        "only_columns": "seller_id user_id role",
    },
    # Settings, and what works like one.
    "constance_constance": {"label": "key", "ignored": "key"},
    "shipping_shippingmethod": {"label": "code"},
    "shipping_shippingrate": {"label": METHOD, "parent": "method_id"},
    "shipping_zone": {"label": "name"},
    "shipping_carrier": {"label": "code"},
    "storefront_page": {"label": "slug"},
    "storefront_banner": {"label": "title"},
    "storefront_menuitem": {"label": "label"},
}


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0001_tables"),
        ("constance", "0003_drop_pickle"),
        ("inventory", "0001_tables"),
        ("invoicing", "0001_tables"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("orders", "0001_tables"),
        ("payments", "0001_tables"),
        ("payouts", "0001_tables"),
        ("promotions", "0001_tables"),
        ("returns", "0001_tables"),
        ("shipping", "0001_tables"),
        ("storefront", "0001_tables"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    TABLE + FLOOR + KEEP + WRITE + WATCH + MONTHS + ERASE, UNDO
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                db_default=core.db.UUIDv7(),
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("created", "created"),
                                    ("changed", "changed"),
                                    ("deleted", "deleted"),
                                ],
                                max_length=10,
                                verbose_name="action",
                            ),
                        ),
                        ("table", models.TextField(verbose_name="table")),
                        ("object_id", models.TextField(verbose_name="key")),
                        ("parent_id", models.TextField(null=True, verbose_name="belongs to")),
                        ("label", models.TextField(verbose_name="name")),
                        (
                            "changes",
                            models.JSONField(
                                decoder=audit.values.ExactDecoder, verbose_name="changes"
                            ),
                        ),
                        ("actor_id", models.UUIDField(null=True, verbose_name="person")),
                        (
                            "impersonator_id",
                            models.UUIDField(null=True, verbose_name="acting for the person"),
                        ),
                        (
                            "ip",
                            models.GenericIPAddressField(null=True, verbose_name="IP address"),
                        ),
                        ("origin", models.TextField(verbose_name="from")),
                    ],
                    options={
                        "verbose_name": "audit entry",
                        "verbose_name_plural": "audit log",
                        "db_table": "audit_entry",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["object_id"], name="audit_object"),
                            models.Index(fields=["table", "id"], name="audit_table"),
                            models.Index(
                                fields=["id"],
                                condition=models.Q(("action", "deleted")),
                                name="audit_deleted",
                            ),
                            models.Index(
                                OpClass(Upper("label"), name="text_pattern_ops"),
                                name="audit_label",
                            ),
                            models.Index(
                                fields=["parent_id"],
                                condition=models.Q(("parent_id__isnull", False)),
                                name="audit_parent",
                            ),
                            models.Index(
                                fields=["actor_id", "id"],
                                condition=models.Q(("actor_id__isnull", False)),
                                name="audit_actor",
                            ),
                            models.Index(
                                fields=["ip", "id"],
                                condition=models.Q(("ip__isnull", False)),
                                name="audit_ip",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("action__in", ["created", "changed", "deleted"])
                                ),
                                name="audit_action_known",
                            )
                        ],
                    },
                ),
            ],
        ),
        *(watch(table, **options) for table, options in WATCHED.items()),
    ]
