import catalog.gtin
import catalog.models.sheet
import core.db
import core.fields
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import django_countries.fields
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0002_follow_changes_in_search"),
        ("catalog", "0003_read_variants_from_an_index"),
        ("catalog", "0004_let_staff_tune_search"),
        ("catalog", "0006_schedule_prices"),
        ("catalog", "0007_number_under_the_bars"),
        ("catalog", "0008_each_number_once"),
        ("catalog", "0009_keep_old_slugs"),
        ("catalog", "0010_name_shelves_once"),
        ("catalog", "0011_search_by_weighed_stems"),
        ("catalog", "0012_take_products_from_sheets"),
        ("catalog", "0013_hide_with_seller"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Brand",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=160, unique=True, verbose_name="slug")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                ("logo", models.ImageField(blank=True, upload_to="brands/", verbose_name="logo")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True, max_length=2, verbose_name="country of origin"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "brand",
                "verbose_name_plural": "brands",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="ab6f2be7361e04e52e9101f34db8ad3e9449516f",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_343aa",
                            table="catalog_brand",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="free_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="DELETE FROM catalog_slugredirect WHERE kind = 'brand' AND slug = NEW.slug; RETURN NULL;",
                            hash="40434cae701a8efe2f116eee3747081c4c599bfa",
                            operation="INSERT",
                            pgid="pgtrigger_free_slug_3ffd9",
                            table="catalog_brand",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keep_old_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                            func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'brand' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'brand' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('brand', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                            hash="54609f95ff9159ec60b680efea28ea7e34895803",
                            operation='UPDATE OF "slug"',
                            pgid="pgtrigger_keep_old_slug_388b3",
                            table="catalog_brand",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="forget_old_slugs",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'brand' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                            hash="55a40721f94cd78280292f12a20e0565d588fa40",
                            operation="DELETE",
                            pgid="pgtrigger_forget_old_slugs_55dcd",
                            table="catalog_brand",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="mark_search_stale",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                            func="\n            INSERT INTO catalog_stalesearchentry (product_id)\n            SELECT DISTINCT id FROM (SELECT product_id FROM catalog_variant WHERE brand_id = NEW.id) AS changed (id) WHERE id IS NOT NULL ORDER BY id\n            ON CONFLICT (product_id) DO UPDATE SET queued_at = now();\n            RETURN NULL;\n        ",
                            hash="590a6c9a9fd0268cd9927dc6c5430da2709a555d",
                            operation='UPDATE OF "name"',
                            pgid="pgtrigger_mark_search_stale_0f38b",
                            table="catalog_brand",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Family",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="name")),
                (
                    "name_es",
                    models.CharField(max_length=150, null=True, unique=True, verbose_name="name"),
                ),
                (
                    "name_en",
                    models.CharField(max_length=150, null=True, unique=True, verbose_name="name"),
                ),
                ("slug", models.SlugField(max_length=160, unique=True, verbose_name="slug")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                ("icon", models.CharField(blank=True, max_length=50, verbose_name="icon")),
                (
                    "picture",
                    models.ImageField(blank=True, upload_to="families/", verbose_name="picture"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=False, verbose_name="active")),
            ],
            options={
                "verbose_name": "family",
                "verbose_name_plural": "families",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="2ad0bbb7457ae6123a729f563152c97d0a53136d",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_20194",
                            table="catalog_family",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="free_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="DELETE FROM catalog_slugredirect WHERE kind = 'family' AND slug = NEW.slug; RETURN NULL;",
                            hash="606d030c2365446bafb0d9538ea2f1e5984019c7",
                            operation="INSERT",
                            pgid="pgtrigger_free_slug_ac97b",
                            table="catalog_family",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keep_old_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                            func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'family' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'family' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('family', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                            hash="4c059f55ef4f16112cd15b00e6798b728d8fe373",
                            operation='UPDATE OF "slug"',
                            pgid="pgtrigger_keep_old_slug_b4f76",
                            table="catalog_family",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="forget_old_slugs",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'family' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                            hash="a46980393ad2dadf836cace7de0e9ea067d4591b",
                            operation="DELETE",
                            pgid="pgtrigger_forget_old_slugs_f6e38",
                            table="catalog_family",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="mark_search_stale",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                            func="\n            INSERT INTO catalog_stalesearchentry (product_id)\n            SELECT DISTINCT id FROM (\n    SELECT p.id FROM catalog_product p JOIN catalog_category c ON c.id = p.category_id\n    WHERE c.family_id = NEW.id\n) AS changed (id) WHERE id IS NOT NULL ORDER BY id\n            ON CONFLICT (product_id) DO UPDATE SET queued_at = now();\n            RETURN NULL;\n        ",
                            hash="f3f469aaa484e28e7e590abd8b0d7006a146b1c0",
                            operation='UPDATE OF "name_es", "name_en"',
                            pgid="pgtrigger_mark_search_stale_1e3a5",
                            table="catalog_family",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="active_has_category",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.is_active)",
                            constraint="CONSTRAINT",
                            func="\n                    IF NOT EXISTS (SELECT 1 FROM catalog_category WHERE family_id = NEW.id) THEN\n                        RAISE EXCEPTION 'family % needs a category before it is active', NEW.slug\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'family_has_category';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="b32264a041df74e55f1cac076e59408a781a8cd9",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_active_has_category_d4eab",
                            table="catalog_family",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kit",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("name_es", models.CharField(max_length=255, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=255, null=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=255, unique=True, verbose_name="slug")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "cover",
                    models.ImageField(blank=True, upload_to="kits/", verbose_name="cover picture"),
                ),
                (
                    "discount_percent",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="discount, %"),
                ),
                ("room_type", models.CharField(blank=True, max_length=50, verbose_name="room")),
                (
                    "style_tags",
                    models.JSONField(blank=True, default=list, verbose_name="style tags"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "kit",
                "verbose_name_plural": "kits",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Product",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(
                        editable=False,
                        max_length=255,
                        null=True,
                        unique=True,
                        verbose_name="id in the file",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("name_es", models.CharField(max_length=255, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=255, null=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=255, unique=True, verbose_name="slug")),
                ("sku", models.CharField(max_length=100, unique=True, verbose_name="SKU")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("physical", "physical"),
                            ("bundle", "bundle"),
                            ("template", "kit"),
                        ],
                        default="physical",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "base_price",
                    core.fields.MoneyField(
                        decimal_places=2, max_digits=12, verbose_name="base price"
                    ),
                ),
                (
                    "attributes",
                    models.JSONField(blank=True, default=dict, verbose_name="attributes"),
                ),
                (
                    "specifications",
                    models.JSONField(blank=True, default=dict, verbose_name="base specifications"),
                ),
                (
                    "tax_class",
                    models.SlugField(default="standard", max_length=30, verbose_name="tax class"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "waits_for_seller",
                    models.BooleanField(db_default=False, default=False, editable=False),
                ),
                ("sales_paused", models.BooleanField(default=False, verbose_name="sales paused")),
                (
                    "purchase_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="units per customer"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published from"),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="language of the texts"
                    ),
                ),
                (
                    "rating_average",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=3,
                        verbose_name="rating",
                    ),
                ),
                (
                    "rating_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="ratings"),
                ),
                (
                    "price_from",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="price from",
                    ),
                ),
                (
                    "list_price_from",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="list price from",
                    ),
                ),
                (
                    "availability",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("last_few", "last few"),
                            ("sold_out", "sold out"),
                        ],
                        default="sold_out",
                        editable=False,
                        max_length=10,
                        verbose_name="availability",
                    ),
                ),
                (
                    "units_sold",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="units sold"
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SearchStem",
            fields=[
                ("stem", models.TextField(primary_key=True, serialize=False)),
                ("products", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False)),
                ("products", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StaleDocument",
            fields=[
                ("product_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "queued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StaleSearchEntry",
            fields=[
                ("product_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "queued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "verbose_name_plural": "stale search entries",
            },
        ),
        migrations.CreateModel(
            name="Collection",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_es", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="slug")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("drop", "drop"),
                            ("seasonal", "seasonal"),
                            ("collab", "collaboration"),
                        ],
                        default="seasonal",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "hero_image",
                    models.ImageField(blank=True, upload_to="collections/", verbose_name="picture"),
                ),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "hold_minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="minutes in the cart"
                    ),
                ),
                (
                    "payment_methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="payment methods",
                    ),
                ),
                (
                    "shows_exact_stock",
                    models.BooleanField(default=False, verbose_name="shows how many are left"),
                ),
                ("is_active", models.BooleanField(default=False, verbose_name="active")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "collection",
                "verbose_name_plural": "collections and drops",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="a0a0882fe64f799b8c1a6b4802ca26ebf32e1fed",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_df002",
                            table="catalog_collection",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="free_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="DELETE FROM catalog_slugredirect WHERE kind = 'drop' AND slug = NEW.slug; RETURN NULL;",
                            hash="2a097288d2dc6774498566367be1a74bc07632e6",
                            operation="INSERT",
                            pgid="pgtrigger_free_slug_0fa14",
                            table="catalog_collection",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keep_old_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                            func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'drop' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'drop' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('drop', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                            hash="38421a3dd42d6b1bb4f7c96f614af4af11efb684",
                            operation='UPDATE OF "slug"',
                            pgid="pgtrigger_keep_old_slug_a3856",
                            table="catalog_collection",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="forget_old_slugs",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'drop' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                            hash="b154ce3514b83e4d01b9e4f336e263a57b7b3a66",
                            operation="DELETE",
                            pgid="pgtrigger_forget_old_slugs_38c3e",
                            table="catalog_collection",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["type", "starts_at"], name="collection_drops")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["drop", "seasonal", "collab"])),
                        name="collection_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("starts_at", None),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="collection_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("type", "drop"), _negated=True),
                            ("starts_at__isnull", False),
                            _connector="OR",
                        ),
                        name="collection_drop_has_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Category",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=200, unique=True, verbose_name="slug")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                ("icon", models.CharField(blank=True, max_length=50, verbose_name="icon")),
                (
                    "picture",
                    models.ImageField(blank=True, upload_to="categories/", verbose_name="picture"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="catalog.category",
                        verbose_name="parent category",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="categories",
                        to="catalog.family",
                        verbose_name="family",
                    ),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="879a599042cc382da8c268aae759ef0585de39fc",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_c44f9",
                            table="catalog_category",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="free_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="DELETE FROM catalog_slugredirect WHERE kind = 'category' AND slug = NEW.slug; RETURN NULL;",
                            hash="f49546ed5f2484c9160014cb91f739780b972313",
                            operation="INSERT",
                            pgid="pgtrigger_free_slug_36e46",
                            table="catalog_category",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keep_old_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                            func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'category' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'category' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('category', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                            hash="61dbc9a8ba2506962f75959d0dca25b6180d6be8",
                            operation='UPDATE OF "slug"',
                            pgid="pgtrigger_keep_old_slug_35e64",
                            table="catalog_category",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="forget_old_slugs",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'category' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                            hash="b38e525be76eac344609c268845585dfd7ad03a7",
                            operation="DELETE",
                            pgid="pgtrigger_forget_old_slugs_60065",
                            table="catalog_category",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="mark_search_stale",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                            func="\n            INSERT INTO catalog_stalesearchentry (product_id)\n            SELECT DISTINCT id FROM (\n    WITH RECURSIVE below (id) AS (\n        SELECT NEW.id\n        UNION\n        SELECT c.id FROM catalog_category c JOIN below b ON c.parent_id = b.id\n    )\n    SELECT p.id FROM catalog_product p JOIN below b ON b.id = p.category_id\n) AS changed (id) WHERE id IS NOT NULL ORDER BY id\n            ON CONFLICT (product_id) DO UPDATE SET queued_at = now();\n            RETURN NULL;\n        ",
                            hash="6fe5b3c12e891ca2f79a8d345eba1e7c83e16cd1",
                            operation='UPDATE OF "name_es", "name_en", "parent_id", "family_id"',
                            pgid="pgtrigger_mark_search_stale_42941",
                            table="catalog_category",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_cycle",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.parent_id IS NOT NULL)",
                            func="\n                    IF TG_OP = 'UPDATE' THEN\n                        -- Of two moves at once, each might put its shelf below the other's.\n                        PERFORM pg_advisory_xact_lock(hashtext('catalog_category'));\n                    END IF;\n                    IF EXISTS (\n                        WITH RECURSIVE above(id, parent_id) AS (\n                            SELECT id, parent_id FROM catalog_category WHERE id = NEW.parent_id\n                            UNION\n                            SELECT c.id, c.parent_id\n                            FROM catalog_category c JOIN above a ON c.id = a.parent_id\n                        )\n                        SELECT 1 FROM above WHERE id = NEW.id\n                    ) THEN\n                        RAISE EXCEPTION 'category % would be its own ancestor', NEW.slug\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_no_cycle';\n                    END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM catalog_category\n                        WHERE id = NEW.parent_id AND family_id <> NEW.family_id\n                    ) THEN\n                        RAISE EXCEPTION 'category % lies in another family than its parent', NEW.slug\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_one_family';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="6e2c0e546f018a775bef2aed7e9f42825c7d35bd",
                            operation='INSERT OR UPDATE OF "parent_id", "family_id"',
                            pgid="pgtrigger_no_cycle_c07e8",
                            table="catalog_category",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="take_those_below_along",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.family_id IS DISTINCT FROM NEW.family_id)",
                            func="\n                    UPDATE catalog_category SET family_id = NEW.family_id WHERE parent_id = NEW.id;\n                    RETURN NULL;\n                ",
                            hash="0ad17aa0639664a6f44f589f3393a1b683f00ff6",
                            operation='UPDATE OF "family_id"',
                            pgid="pgtrigger_take_those_below_along_6b3c4",
                            table="catalog_category",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="active_family_keeps_one",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM catalog_family f\n                        WHERE f.id = OLD.family_id AND f.is_active AND NOT EXISTS (\n                            SELECT 1 FROM catalog_category WHERE family_id = f.id\n                        )\n                    ) THEN\n                        RAISE EXCEPTION 'family % is active and would have no category left',\n                            OLD.family_id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'family_has_category';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="cf60bfc3cee8f67fcda9061e240a050edcea69dc",
                            operation='DELETE OR UPDATE OF "family_id"',
                            pgid="pgtrigger_active_family_keeps_one_4abc9",
                            table="catalog_category",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["family", "position"], name="category_family_order")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", False)),
                        fields=("parent", "name"),
                        name="category_name_once",
                        violation_error_message="There is a category with this name here already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent", None)),
                        fields=("family", "name"),
                        name="category_name_once_on_top",
                        violation_error_message="There is a category with this name here already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="category_not_its_own_parent",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", False)),
                        fields=("parent", "name_es"),
                        name="category_name_once-es",
                        violation_error_message="There is a category with this name here already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", False)),
                        fields=("parent", "name_en"),
                        name="category_name_once-en",
                        violation_error_message="There is a category with this name here already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent", None)),
                        fields=("family", "name_es"),
                        name="category_name_once_on_top-es",
                        violation_error_message="There is a category with this name here already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent", None)),
                        fields=("family", "name_en"),
                        name="category_name_once_on_top-en",
                        violation_error_message="There is a category with this name here already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                ("stems", models.JSONField(db_default={})),
                ("title", models.TextField()),
                ("codes", models.TextField(blank=True)),
            ],
            options={
                "verbose_name_plural": "search entries",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["stems"], name="search_stems"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("title", name="gin_trgm_ops"),
                        name="search_title_trigrams",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("codes", name="gin_trgm_ops"),
                        name="search_codes_trigrams",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="products",
                to="catalog.category",
                verbose_name="category",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="products",
                to="accounts.seller",
                verbose_name="seller",
            ),
        ),
        migrations.CreateModel(
            name="KitItem",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                ("is_optional", models.BooleanField(default=False, verbose_name="optional")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "kit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="catalog.kit",
                        verbose_name="kit",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kit_items",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "kit item",
                "verbose_name_plural": "kit items",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="2b299a6e995b6eac924a8973d7d10dad945273da",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_32534",
                            table="catalog_kititem",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kit", "product"), name="kit_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="kit_item_not_empty"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="kit",
            name="product",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kit",
                to="catalog.product",
                verbose_name="product that lists it",
            ),
        ),
        migrations.CreateModel(
            name="CollectionProduct",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="catalog.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collection_entries",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "product of the collection",
                "verbose_name_plural": "products of the collection",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="2d20bc003025d228508d364c0692636f96515bb7",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_b8281",
                            table="catalog_collectionproduct",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("collection", "product"), name="collection_product_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchBoost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "query",
                    models.CharField(
                        blank=True,
                        help_text="In searches with these words; empty: in all. A pinned product needs them.",
                        max_length=100,
                        verbose_name="search",
                    ),
                ),
                (
                    "factor",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="2 halves the place in the results, 0.5 doubles it; from 0.1 to 10.",
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.1")),
                            django.core.validators.MaxValueValidator(Decimal("10")),
                        ],
                        verbose_name="factor",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The place of a product for exactly this search: 1 is the first, up to 24.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="fixed place",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="catalog.brand",
                        verbose_name="brand",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="catalog.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "search boost",
                "verbose_name_plural": "search boosts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("brand", None), ("category", None), ("product__isnull", False)
                            ),
                            models.Q(
                                ("brand", None), ("category__isnull", False), ("product", None)
                            ),
                            models.Q(
                                ("brand__isnull", False), ("category", None), ("product", None)
                            ),
                            _connector="OR",
                        ),
                        name="search_boost_one_target",
                        violation_error_message="Choose one: a product, a category or a brand.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("factor__isnull", False), ("position", None)),
                            models.Q(("factor", None), ("position__isnull", False)),
                            _connector="OR",
                        ),
                        name="search_boost_one_way",
                        violation_error_message="Give a factor or a fixed place, one of the two.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("factor", None),
                            ("factor__range", (Decimal("0.1"), Decimal("10"))),
                            _connector="OR",
                        ),
                        name="search_boost_factor_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("position", None),
                            models.Q(
                                ("position__range", (1, 24)),
                                ("product__isnull", False),
                                models.Q(("query", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="search_boost_pins_product",
                        violation_error_message="A fixed place is for a product, in a search you name.",
                    ),
                    models.UniqueConstraint(
                        fields=("query", "product", "category", "brand"),
                        name="search_boost_unique",
                        nulls_distinct=False,
                        violation_error_message="There is a boost of this for this search already.",
                    ),
                    models.UniqueConstraint(
                        fields=("query", "position"),
                        name="search_boost_place_unique",
                        violation_error_message="Another product has this place in this search.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("language", models.CharField(max_length=5, verbose_name="language")),
                ("words", models.CharField(max_length=100, verbose_name="words")),
                ("times", models.PositiveIntegerField(verbose_name="times")),
                ("results", models.PositiveIntegerField(verbose_name="results")),
            ],
            options={
                "verbose_name": "search",
                "verbose_name_plural": "searches",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "language", "words"), name="search_count_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetImport",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "waiting"),
                            ("checking", "being checked"),
                            ("checked", "to be approved"),
                            ("approved", "being imported"),
                            ("done", "imported"),
                            ("refused", "refused"),
                            ("dropped", "dropped"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="file")),
                (
                    "file",
                    models.FileField(
                        storage=catalog.models.sheet._private, upload_to="imports/%Y/%m/"
                    ),
                ),
                (
                    "pictures",
                    models.FileField(
                        blank=True,
                        storage=catalog.models.sheet._private,
                        upload_to="imports/%Y/%m/",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "Vitrina"),
                            ("shopify", "Shopify"),
                            ("woocommerce", "WooCommerce"),
                        ],
                        max_length=15,
                        verbose_name="columns of",
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "text_language",
                    models.CharField(max_length=10, verbose_name="language of the texts"),
                ),
                ("columns", models.JSONField(default=list)),
                ("has_decimal_commas", models.BooleanField(default=False)),
                ("remarks", models.JSONField(default=list)),
                ("new_shelves", models.JSONField(default=list)),
                ("refusal", models.TextField(blank=True)),
                ("takes_doubtful", models.BooleanField(default=False)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "seller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet_imports",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of products",
                "verbose_name_plural": "import and export",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="ea8542b6f6e9da4a0d747525a6ddf17d57fd979e",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_fc80b",
                            table="catalog_sheetimport",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["uploaded", "checking", "approved"])),
                        fields=["created_at"],
                        name="sheet_import_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "uploaded",
                                    "checking",
                                    "checked",
                                    "approved",
                                    "done",
                                    "refused",
                                    "dropped",
                                ],
                            )
                        ),
                        name="sheet_import_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetRow",
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
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("product_key", models.CharField(max_length=255)),
                ("sku", models.CharField(max_length=255, verbose_name="SKU")),
                ("cells", models.JSONField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("same", "unchanged"),
                            ("doubtful", "price in doubt"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("problems", models.JSONField(default=list)),
                ("changes", models.JSONField(default=list)),
                ("is_applied", models.BooleanField(default=False)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="catalog.sheetimport",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["sheet", "product_key", "line"], name="sheet_row_order"),
                    models.Index(fields=["sheet", "sku"], name="sheet_row_sku"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "line"), name="sheet_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", ""),
                            ("outcome__in", ["new", "changed", "same", "doubtful", "refused"]),
                            _connector="OR",
                        ),
                        name="sheet_row_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlugRedirect",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("family", "family"),
                            ("category", "category"),
                            ("brand", "brand"),
                            ("product", "product"),
                            ("drop", "collection"),
                            ("kit", "kit"),
                            ("page", "page"),
                        ],
                        max_length=10,
                    ),
                ),
                ("slug", models.SlugField(max_length=255)),
                ("target_slug", models.SlugField(max_length=255)),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="32c91c638b2bc03372b6a97c949158125b4ad258",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_1c5bd",
                            table="catalog_slugredirect",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(fields=["kind", "target_slug"], name="slug_redirect_target")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "slug"), name="slug_redirect_once"),
                    models.CheckConstraint(
                        condition=models.Q(("slug", models.F("target_slug")), _negated=True),
                        name="slug_redirect_leads_elsewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        help_text="Two to 20 words or short phrases, parted by commas: “laptop, notebook, computadora portátil”. Accents, capitals and plurals make no difference.",
                        size=None,
                        verbose_name="words",
                    ),
                ),
            ],
            options={
                "verbose_name": "synonyms",
                "verbose_name_plural": "synonyms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words__len__range", (2, 20))),
                        name="synonym_group_has_others",
                    ),
                    models.UniqueConstraint(fields=("words",), name="synonym_group_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Variant",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="full name")),
                ("name_es", models.CharField(max_length=255, null=True, verbose_name="full name")),
                ("name_en", models.CharField(max_length=255, null=True, verbose_name="full name")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "model",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="manufacturer's model"
                    ),
                ),
                (
                    "gtin",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="The number under the bars on the product. It is scanned when packing.",
                        max_length=14,
                        validators=[catalog.gtin.check_gtin],
                        verbose_name="GTIN (EAN, UPC)",
                    ),
                ),
                ("sku", models.CharField(max_length=120, unique=True, verbose_name="SKU")),
                (
                    "sku_suffix",
                    models.CharField(blank=True, max_length=100, verbose_name="SKU suffix"),
                ),
                ("slug", models.SlugField(max_length=255, unique=True, verbose_name="slug")),
                (
                    "price_modifier",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="price modifier"
                    ),
                ),
                (
                    "sale_price",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="sale price",
                    ),
                ),
                (
                    "list_price",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="list price",
                    ),
                ),
                (
                    "price",
                    core.fields.MoneyField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="current price",
                    ),
                ),
                (
                    "cost",
                    core.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="cost"
                    ),
                ),
                (
                    "weight_kg",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=8,
                        null=True,
                        verbose_name="weight, kg",
                    ),
                ),
                (
                    "length_cm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=8,
                        null=True,
                        verbose_name="length, cm",
                    ),
                ),
                (
                    "width_cm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=8,
                        null=True,
                        verbose_name="width, cm",
                    ),
                ),
                (
                    "height_cm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=8,
                        null=True,
                        verbose_name="height, cm",
                    ),
                ),
                (
                    "warranty_months",
                    models.PositiveSmallIntegerField(default=0, verbose_name="warranty, months"),
                ),
                (
                    "units_sold",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="units sold"
                    ),
                ),
                (
                    "availability",
                    models.CharField(
                        choices=[
                            ("in_stock", "in stock"),
                            ("last_few", "last few"),
                            ("sold_out", "sold out"),
                        ],
                        default="sold_out",
                        editable=False,
                        max_length=10,
                        verbose_name="availability",
                    ),
                ),
                ("is_featured", models.BooleanField(default=False, verbose_name="featured")),
                ("is_new", models.BooleanField(default=False, verbose_name="new")),
                ("is_on_offer", models.BooleanField(default=False, verbose_name="on offer")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="variants",
                        to="catalog.brand",
                        verbose_name="brand",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="variants",
                        to="catalog.category",
                        verbose_name="category, if another than the product's",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "variant",
                "verbose_name_plural": "variants",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="37fadd4d52fdf9dc97cb3399ab80e71cc75ebd8e",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_78824",
                            table="catalog_variant",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="mark_search_stale",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                            func="\n            INSERT INTO catalog_stalesearchentry (product_id)\n            SELECT DISTINCT id FROM (SELECT unnest(ARRAY[OLD.product_id, NEW.product_id])) AS changed (id) WHERE id IS NOT NULL ORDER BY id\n            ON CONFLICT (product_id) DO UPDATE SET queued_at = now();\n            RETURN NULL;\n        ",
                            hash="00e782a78be2fcf7e84f895aa6e47fad2bf19b4a",
                            operation='INSERT OR DELETE OR UPDATE OF "product_id", "brand_id", "model", "sku", "is_active"',
                            pgid="pgtrigger_mark_search_stale_b55ea",
                            table="catalog_variant",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="compute_price",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    SELECT base_price + NEW.price_modifier INTO NEW.list_price\n                    FROM catalog_product WHERE id = NEW.product_id;\n                    NEW.price = COALESCE(NEW.sale_price, NEW.list_price);\n                    RETURN NEW;\n                ",
                            hash="9e2f11523cf497360954fab58cb1b51da0e51c4d",
                            operation='INSERT OR UPDATE OF "product_id", "price_modifier", "sale_price", "list_price", "price"',
                            pgid="pgtrigger_compute_price_0fefb",
                            table="catalog_variant",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="record_price",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE now_at timestamptz;",
                            func="\n                    IF TG_OP = 'UPDATE' AND OLD.price = NEW.price\n                        AND OLD.list_price = NEW.list_price THEN\n                        RETURN NULL;\n                    END IF;\n                    SELECT GREATEST(clock_timestamp(), MAX(lower(period))) INTO now_at\n                    FROM catalog_pricehistory\n                    WHERE variant_id = NEW.id AND upper_inf(period);\n                    now_at = COALESCE(now_at, clock_timestamp());\n                    UPDATE catalog_pricehistory\n                    SET period = tstzrange(lower(period), now_at)\n                    WHERE variant_id = NEW.id AND upper_inf(period);\n                    INSERT INTO catalog_pricehistory (variant_id, price, list_price, period)\n                    VALUES (NEW.id, NEW.price, NEW.list_price, tstzrange(now_at, NULL));\n                    RETURN NULL;\n                ",
                            hash="362a8dcb849982bd0702dfdf6cdf9b77bf4a68da",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_record_price_8bd42",
                            table="catalog_variant",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="product_prices",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE changed uuid;",
                            func="\n                    IF TG_OP = 'UPDATE' AND OLD.price = NEW.price\n                        AND OLD.list_price = NEW.list_price AND OLD.is_active = NEW.is_active\n                        AND OLD.product_id = NEW.product_id THEN\n                        RETURN NULL;\n                    END IF;\n                    FOR changed IN SELECT DISTINCT id FROM unnest(\n                        CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.product_id]\n                            WHEN 'DELETE' THEN ARRAY[OLD.product_id]\n                            ELSE ARRAY[OLD.product_id, NEW.product_id] END) AS t(id)\n                    LOOP\n                        UPDATE catalog_product p\n                        SET price_from = cheapest.price, list_price_from = cheapest.list_price\n                        FROM (SELECT price, list_price FROM catalog_variant\n                              WHERE product_id = changed AND is_active\n                              ORDER BY price, list_price LIMIT 1) AS cheapest\n                        WHERE p.id = changed\n                          AND (p.price_from, p.list_price_from)\n                              IS DISTINCT FROM (cheapest.price, cheapest.list_price);\n                    END LOOP;\n                    RETURN NULL;\n                ",
                            hash="560c37a676dcfbc47116fd83d97525cd6850425d",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_product_prices_9bf48",
                            table="catalog_variant",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["product", "position"],
                        include=("id",),
                        name="variant_product",
                    ),
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["brand", "product"],
                        name="variant_brand",
                    ),
                    models.Index(
                        condition=models.Q(("is_active", True), ("is_featured", True)),
                        fields=["product"],
                        name="variant_featured",
                    ),
                    models.Index(
                        condition=models.Q(("is_active", True), ("is_new", True)),
                        fields=["product"],
                        name="variant_new",
                    ),
                    models.Index(
                        condition=models.Q(("is_active", True), ("is_on_offer", True)),
                        fields=["product"],
                        name="variant_offers",
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("model"), name="variant_model"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "sku_suffix"), name="variant_suffix_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gtin", ""),
                            ("gtin__regex", "^([0-9]{8}|[0-9]{12,14})$"),
                            _connector="OR",
                        ),
                        name="variant_gtin_of_digits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("gtin", ""), _negated=True),
                        fields=("gtin",),
                        name="variant_gtin_once",
                        violation_error_message="Another variant has this GTIN.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("list_price__gte", 0)),
                        name="variant_price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sale_price", None),
                            models.Q(
                                ("sale_price__gte", 0), ("sale_price__lte", models.F("list_price"))
                            ),
                            _connector="OR",
                        ),
                        name="variant_sale_not_above_list",
                        violation_error_message="The sale price is above the list price.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_kg", None), ("weight_kg__gte", 0), _connector="OR"
                        ),
                        name="variant_weight_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("availability__in", ["in_stock", "last_few", "sold_out"])
                        ),
                        name="variant_availability_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduledPrice",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("list", "list price"), ("sale", "sale price")],
                        default="sale",
                        max_length=10,
                        verbose_name="which price",
                    ),
                ),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="price"),
                ),
                (
                    "starts_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="from"),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("running", "running"),
                            ("over", "over"),
                            ("refused", "refused"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "amount_before",
                    core.fields.MoneyField(
                        decimal_places=2,
                        editable=False,
                        max_digits=12,
                        null=True,
                        verbose_name="price before",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, editable=False, max_length=255, verbose_name="what happened"
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scheduled_prices",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "scheduled price",
                "verbose_name_plural": "scheduled prices",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="c9eed2627ab15823dbb75d6b0c38e9e1d3c56b81",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_6aa1c",
                            table="catalog_scheduledprice",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["planned", "running"])),
                        fields=["starts_at"],
                        name="scheduled_price_to_do",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["list", "sale"])),
                        name="scheduled_price_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["planned", "running", "over", "refused"])
                        ),
                        name="scheduled_price_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="scheduled_price_not_negative",
                        violation_error_message="A price is 0 or more.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="scheduled_price_ends_after_start",
                        violation_error_message="It ends before it begins.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status__in", ["planned", "running"])),
                        expressions=[
                            ("variant", "="),
                            ("kind", "="),
                            (
                                models.Func(
                                    models.F("starts_at"),
                                    models.F("ends_at"),
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="scheduled_price_no_overlap",
                        violation_error_message="Another price is planned for some of that time.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductImage",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "picture",
                    models.ImageField(
                        height_field="height",
                        upload_to="products/%Y/%m/",
                        verbose_name="picture",
                        width_field="width",
                    ),
                ),
                ("alt", models.CharField(blank=True, max_length=255, verbose_name="what it shows")),
                (
                    "alt_es",
                    models.CharField(
                        blank=True, max_length=255, null=True, verbose_name="what it shows"
                    ),
                ),
                (
                    "alt_en",
                    models.CharField(
                        blank=True, max_length=255, null=True, verbose_name="what it shows"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("width", models.PositiveIntegerField(default=0, editable=False)),
                ("height", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "rendition_widths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        blank=True,
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("copied_at", models.DateTimeField(editable=False, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="images",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="images",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="36eb34118862dc158a01b977958c257d62635caf",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_11b78",
                            table="catalog_productimage",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="forget_copies",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.picture IS DISTINCT FROM NEW.picture)",
                            func="NEW.rendition_widths = '{}'; NEW.copied_at = NULL; RETURN NEW;",
                            hash="f4696ebf52e46a959ba88400c261097084b84478",
                            operation='UPDATE OF "picture"',
                            pgid="pgtrigger_forget_copies_20dc6",
                            table="catalog_productimage",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="own_variant",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.variant_id IS NOT NULL)",
                            func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM catalog_variant\n                        WHERE id = NEW.variant_id AND product_id = NEW.product_id\n                    ) THEN\n                        RAISE EXCEPTION 'the picture shows a variant of another product'\n                            USING ERRCODE = 'check_violation',\n                                CONSTRAINT = 'product_image_own_variant';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="ae04324dfc019aeb4cd10d24134d3eacd8d4f681",
                            operation='INSERT OR UPDATE OF "variant_id", "product_id"',
                            pgid="pgtrigger_own_variant_15554",
                            table="catalog_productimage",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["product", "position"], name="product_image_order"),
                    models.Index(
                        condition=models.Q(("copied_at", None)),
                        fields=["created_at"],
                        name="product_image_new",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceHistory",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "price",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="price"),
                ),
                (
                    "list_price",
                    core.fields.MoneyField(
                        decimal_places=2, max_digits=12, verbose_name="list price"
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="period"),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="price_history",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "price period",
                "verbose_name_plural": "price history",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="c40c79a4cbfce5ad233946ba41cbb461c92c9df0",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_e71ec",
                            table="catalog_pricehistory",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("variant", "="), ("period", "&&")],
                        name="price_history_no_overlap",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PictureFetch",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("source", models.CharField(max_length=2000, verbose_name="address or file")),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "there"), ("failed", "failed")],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("error", models.TextField(blank=True, verbose_name="reason")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fetches",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.productimage",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fetches",
                        to="catalog.sheetimport",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fetches",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture to fetch",
                "verbose_name_plural": "pictures to fetch",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="27d9a30c72ca4e88a446557dbfffc7dc73316c17",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_5e6a1",
                            table="catalog_picturefetch",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["due_at"],
                        name="picture_fetch_due",
                    ),
                    models.Index(fields=["sheet", "status"], name="picture_fetch_of_sheet"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "done", "failed"])),
                        name="picture_fetch_status_known",
                    ),
                    models.UniqueConstraint(
                        fields=("product", "source"), name="picture_fetch_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BundleComponent",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
                        to="catalog.product",
                        verbose_name="bundle",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundled_in",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "bundle component",
                "verbose_name_plural": "bundle components",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="33345219f70f443872ee1af891e19e8025cd14a9",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_e1f62",
                            table="catalog_bundlecomponent",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bundle", "variant"), name="bundle_component_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="bundle_component_not_empty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VariantOption",
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
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="option")),
                ("name_es", models.CharField(max_length=50, null=True, verbose_name="option")),
                ("name_en", models.CharField(max_length=50, null=True, verbose_name="option")),
                ("value", models.CharField(max_length=100, verbose_name="value")),
                ("value_es", models.CharField(max_length=100, null=True, verbose_name="value")),
                ("value_en", models.CharField(max_length=100, null=True, verbose_name="value")),
                ("key", models.SlugField(max_length=60)),
                ("value_key", models.SlugField(max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "option",
                "verbose_name_plural": "options",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="374b81136e08d8e27924938765c555be9aaf0733",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_a37a6",
                            table="catalog_variantoption",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="mark_search_stale",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                            func="\n            INSERT INTO catalog_stalesearchentry (product_id)\n            SELECT DISTINCT id FROM (SELECT product_id FROM catalog_variant WHERE id IN (OLD.variant_id, NEW.variant_id)) AS changed (id) WHERE id IS NOT NULL ORDER BY id\n            ON CONFLICT (product_id) DO UPDATE SET queued_at = now();\n            RETURN NULL;\n        ",
                            hash="f981862b0b91bb96a9ae18548f556cca2282bcec",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_mark_search_stale_d0179",
                            table="catalog_variantoption",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["key", "value_key", "variant"], name="variant_option_facet"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "key"), name="variant_option_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["category"],
                include=("id", "published_at", "price_from", "availability", "rating_average"),
                name="product_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["category", "-units_sold", "id"],
                name="product_category_popular",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["category", "price_from", "id"],
                name="product_category_price",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["-created_at", "id"],
                name="product_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["-units_sold", "id"],
                name="product_popular",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["price_from", "id"],
                name="product_price",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["-rating_average", "-rating_count", "id"],
                name="product_rated",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["physical", "bundle", "template"])),
                name="product_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("availability__in", ["in_stock", "last_few", "sold_out"])),
                name="product_availability_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("base_price__gte", 0)), name="product_price_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating_average__range", (0, 5))), name="product_rating_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purchase_limit", None), ("purchase_limit__gt", 0), _connector="OR"
                ),
                name="product_limit_positive",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.updated_at = now(); RETURN NEW;",
                    hash="a5c22b86d08ae81f0821b449dcdb859b99d4d041",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_b3d08",
                    table="catalog_product",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="free_slug",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="DELETE FROM catalog_slugredirect WHERE kind = 'product' AND slug = NEW.slug; RETURN NULL;",
                    hash="5780cc632c5ee70a30f52515142eee3081b3967c",
                    operation="INSERT",
                    pgid="pgtrigger_free_slug_68065",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_old_slug",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                    func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'product' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'product' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('product', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                    hash="0744715f3295881f4dd9a9e05f6dd564e1efeecd",
                    operation='UPDATE OF "slug"',
                    pgid="pgtrigger_keep_old_slug_49c42",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="forget_old_slugs",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'product' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                    hash="72ec309ec885038c635f7357ed971fbc39e1091a",
                    operation="DELETE",
                    pgid="pgtrigger_forget_old_slugs_810e6",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="mark_search_stale",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                    func="\n            INSERT INTO catalog_stalesearchentry (product_id)\n            SELECT DISTINCT id FROM (SELECT NEW.id) AS changed (id) WHERE id IS NOT NULL ORDER BY id\n            ON CONFLICT (product_id) DO UPDATE SET queued_at = now();\n            RETURN NULL;\n        ",
                    hash="8602e860473d9e0118b890217d26d396a060ec13",
                    operation='INSERT OR UPDATE OF "name_es", "name_en", "description_es", "description_en", "sku", "category_id", "attributes"',
                    pgid="pgtrigger_mark_search_stale_d05e2",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="hide_with_seller",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.is_active)",
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM accounts_seller\n                        WHERE id = NEW.seller_id AND status = 'suspended'\n                    ) THEN\n                        NEW.is_active = FALSE;\n                        NEW.waits_for_seller = TRUE;\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="b07e26d5fb582c8135b00cab63128e8204418adf",
                    operation='INSERT OR UPDATE OF "is_active", "seller_id"',
                    pgid="pgtrigger_hide_with_seller_5c44d",
                    table="catalog_product",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="reprice_variants",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.base_price IS DISTINCT FROM NEW.base_price)",
                    func="\n                    UPDATE catalog_variant SET price_modifier = price_modifier\n                    WHERE product_id = NEW.id;\n                    RETURN NULL;\n                ",
                    hash="296ec93216807b7ace26c2c6a03eee997cf2ba69",
                    operation='UPDATE OF "base_price"',
                    pgid="pgtrigger_reprice_variants_29fc0",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="kit",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_percent__range", (0, 100))), name="kit_discount_range"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kit",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.updated_at = now(); RETURN NEW;",
                    hash="56619a279f44e978dd3e4d0271916f4993f3d9af",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_a3dc1",
                    table="catalog_kit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kit",
            trigger=pgtrigger.compiler.Trigger(
                name="free_slug",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="DELETE FROM catalog_slugredirect WHERE kind = 'kit' AND slug = NEW.slug; RETURN NULL;",
                    hash="2882e71044e4043307efac0539de2d3df5b8dcd2",
                    operation="INSERT",
                    pgid="pgtrigger_free_slug_9be5e",
                    table="catalog_kit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kit",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_old_slug",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                    func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'kit' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'kit' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('kit', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                    hash="6967d2f25361a276efc9c26cb8d968c0e9bcee3e",
                    operation='UPDATE OF "slug"',
                    pgid="pgtrigger_keep_old_slug_4190f",
                    table="catalog_kit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kit",
            trigger=pgtrigger.compiler.Trigger(
                name="forget_old_slugs",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'kit' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                    hash="8bbafdec1ce2fe0f22e9780deb2ee41d4739e072",
                    operation="DELETE",
                    pgid="pgtrigger_forget_old_slugs_fd731",
                    table="catalog_kit",
                    when="AFTER",
                ),
            ),
        ),
    ]
