from decimal import Decimal

import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import DateTimeRangeField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.functions.datetime import Now
from django.db.models.functions.text import Upper
from django_countries.fields import CountryField
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import catalog.gtin
import catalog.models.sheet
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import MoneyField
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("core", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="SlugRedirect",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
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
                    "indexes": [models.Index(fields=["kind", "target_slug"], name="slug_redirect_target")],
                    "constraints": [
                        models.UniqueConstraint(fields=("kind", "slug"), name="slug_redirect_once"),
                        models.CheckConstraint(condition=models.Q(("slug", models.F("target_slug")), _negated=True), name="slug_redirect_leads_elsewhere"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_slugredirect",
                                pgid="pgtrigger_touch_1c5bd",
                                hash="32c91c638b2bc03372b6a97c949158125b4ad258",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="StaleSearchEntry",
                fields=[("product_id", models.UUIDField(primary_key=True, serialize=False)), ("queued_at", models.DateTimeField(db_default=Now()))],
                options={"verbose_name_plural": "stale search entries"},
            ),
            migrations.CreateModel(
                name="StaleDocument",
                fields=[("product_id", models.UUIDField(primary_key=True, serialize=False)), ("queued_at", models.DateTimeField(db_default=Now()))],
            ),
            migrations.CreateModel(
                name="Brand",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=150, unique=True, verbose_name="name")),
                    ("slug", models.SlugField(max_length=160, unique=True, verbose_name="slug")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("logo", models.ImageField(blank=True, upload_to="brands/", verbose_name="logo")),
                    ("country", CountryField(blank=True, max_length=2, verbose_name="country of origin")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "brand",
                    "verbose_name_plural": "brands",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_brand",
                                pgid="pgtrigger_touch_343aa",
                                hash="ab6f2be7361e04e52e9101f34db8ad3e9449516f",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="brand"),
                                table="catalog_brand",
                                pgid="pgtrigger_free_slug_3ffd9",
                                hash="ce760f4d3e3f156cce1e717c7f16333bcb03ab00",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="brand"),
                                table="catalog_brand",
                                pgid="pgtrigger_keep_old_slug_388b3",
                                hash="2fb73c3e81d853bfbc119db0461f0725392067e3",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="brand"),
                                table="catalog_brand",
                                pgid="pgtrigger_forget_old_slugs_55dcd",
                                hash="edfc6f1743953b002b8aff76eb076b033b81bd87",
                            ),
                        ),
                        Trigger(
                            name="mark_search_stale",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "name"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                func=read_sql("catalog", "mark_search_stale", products="SELECT product_id FROM catalog_variant WHERE brand_id = NEW.id"),
                                table="catalog_brand",
                                pgid="pgtrigger_mark_search_stale_0f38b",
                                hash="a14fa32b89966c24309607741fe61a179aff9180",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Family",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=150, unique=True, verbose_name="name")),
                    ("name_es", models.CharField(max_length=150, null=True, unique=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=150, null=True, unique=True, verbose_name="name")),
                    ("slug", models.SlugField(max_length=160, unique=True, verbose_name="slug")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("icon", models.CharField(blank=True, max_length=50, verbose_name="icon")),
                    ("picture", models.ImageField(blank=True, upload_to="families/", verbose_name="picture")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    ("is_active", models.BooleanField(default=False, verbose_name="active")),
                ],
                options={
                    "verbose_name": "family",
                    "verbose_name_plural": "families",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_family",
                                pgid="pgtrigger_touch_20194",
                                hash="2ad0bbb7457ae6123a729f563152c97d0a53136d",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="family"),
                                table="catalog_family",
                                pgid="pgtrigger_free_slug_ac97b",
                                hash="34a5def6fd0e859609a5609d8b805a300a01d667",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="family"),
                                table="catalog_family",
                                pgid="pgtrigger_keep_old_slug_b4f76",
                                hash="f0f75033e67d388dd7a09334c7da1731517420c8",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="family"),
                                table="catalog_family",
                                pgid="pgtrigger_forget_old_slugs_f6e38",
                                hash="1ffb82eacf47c83a5dc5d28de97e254ae02b5555",
                            ),
                        ),
                        Trigger(
                            name="mark_search_stale",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "name_es", "name_en"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                func=read_sql("catalog", "mark_search_stale", products=read_sql("catalog", "products_of_family")),
                                table="catalog_family",
                                pgid="pgtrigger_mark_search_stale_1e3a5",
                                hash="de7df6c326369765c89e180e682e3f1f0b360dcf",
                            ),
                        ),
                        Trigger(
                            name="active_has_category",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE",
                                constraint="CONSTRAINT",
                                timing="DEFERRABLE INITIALLY DEFERRED",
                                condition="WHEN (NEW.is_active)",
                                func=read_sql("catalog", "family_active_has_category"),
                                table="catalog_family",
                                pgid="pgtrigger_active_has_category_d4eab",
                                hash="0b172a3698946f53a0c303fef1845f6e8f638ef4",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Category",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("family", models.ForeignKey(on_delete=models.PROTECT, related_name="categories", to="catalog.family", verbose_name="family")),
                    (
                        "parent",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="children", to="catalog.category", verbose_name="parent category"
                        ),
                    ),
                    ("name", models.CharField(max_length=150, verbose_name="name")),
                    ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                    ("slug", models.SlugField(max_length=200, unique=True, verbose_name="slug")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("icon", models.CharField(blank=True, max_length=50, verbose_name="icon")),
                    ("picture", models.ImageField(blank=True, upload_to="categories/", verbose_name="picture")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "category",
                    "verbose_name_plural": "categories",
                    "indexes": [models.Index(fields=["family", "position"], name="category_family_order")],
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
                        models.CheckConstraint(condition=models.Q(("parent", models.F("id")), _negated=True), name="category_not_its_own_parent"),
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
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_category",
                                pgid="pgtrigger_touch_c44f9",
                                hash="879a599042cc382da8c268aae759ef0585de39fc",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="category"),
                                table="catalog_category",
                                pgid="pgtrigger_free_slug_36e46",
                                hash="538d271e2cfdbbc453863051f4f66162ea55fac3",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="category"),
                                table="catalog_category",
                                pgid="pgtrigger_keep_old_slug_35e64",
                                hash="a0fe4e2efb2308cb4bba2856a2cd412af2475e98",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="category"),
                                table="catalog_category",
                                pgid="pgtrigger_forget_old_slugs_60065",
                                hash="48a4c1f4930556016feaaeec6cb7cbd7e8c42650",
                            ),
                        ),
                        Trigger(
                            name="mark_search_stale",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "name_es", "name_en", "parent_id", "family_id"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                func=read_sql("catalog", "mark_search_stale", products=read_sql("catalog", "products_below_category")),
                                table="catalog_category",
                                pgid="pgtrigger_mark_search_stale_42941",
                                hash="3f2d8a99f0622be9d9d07a285e05e5ab8f45cc46",
                            ),
                        ),
                        Trigger(
                            name="no_cycle",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='INSERT OR UPDATE OF "parent_id", "family_id"',
                                condition="WHEN (NEW.parent_id IS NOT NULL)",
                                func=read_sql("catalog", "category_no_cycle"),
                                table="catalog_category",
                                pgid="pgtrigger_no_cycle_c07e8",
                                hash="d6fcd6878a35bd1c6dfac0a31948fbd24d2c03b7",
                            ),
                        ),
                        Trigger(
                            name="take_those_below_along",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "family_id"',
                                condition="WHEN (OLD.family_id IS DISTINCT FROM NEW.family_id)",
                                func=read_sql("catalog", "category_moves_with_its_tree"),
                                table="catalog_category",
                                pgid="pgtrigger_take_those_below_along_6b3c4",
                                hash="383c9fbb28aeed1a1dc1ac04f230e5bfb3c45c22",
                            ),
                        ),
                        Trigger(
                            name="active_family_keeps_one",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='DELETE OR UPDATE OF "family_id"',
                                constraint="CONSTRAINT",
                                timing="DEFERRABLE INITIALLY DEFERRED",
                                func=read_sql("catalog", "category_active_family_keeps_one"),
                                table="catalog_category",
                                pgid="pgtrigger_active_family_keeps_one_4abc9",
                                hash="4ff96d18f6c05fa085b54c4457e0cd048d0b036d",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProductFacet",
                fields=[
                    ("pk", models.CompositePrimaryKey("product_id", "key", "value_key", blank=True, editable=False, primary_key=True, serialize=False)),
                    ("product_id", models.UUIDField()),
                    ("category_id", models.UUIDField()),
                    ("key", models.CharField(max_length=60)),
                    ("value_key", models.CharField(max_length=120)),
                ],
                options={"indexes": [models.Index(fields=["category_id", "key", "value_key", "product_id"], name="product_facet_counts")]},
            ),
            migrations.CreateModel(
                name="Product",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("external_id", models.CharField(editable=False, max_length=255, null=True, unique=True, verbose_name="id in the file")),
                    ("name", models.CharField(max_length=255, verbose_name="name")),
                    ("name_es", models.CharField(max_length=255, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=255, null=True, verbose_name="name")),
                    ("slug", models.SlugField(max_length=255, unique=True, verbose_name="slug")),
                    ("sku", models.CharField(max_length=100, unique=True, verbose_name="SKU")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("category", models.ForeignKey(on_delete=models.PROTECT, related_name="products", to="catalog.category", verbose_name="category")),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="products", to="accounts.seller", verbose_name="seller")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("physical", "physical"), ("bundle", "bundle"), ("template", "kit")],
                            default="physical",
                            max_length=10,
                            verbose_name="kind",
                        ),
                    ),
                    ("base_price", MoneyField(decimal_places=2, max_digits=12, verbose_name="base price")),
                    ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                    ("specifications", models.JSONField(blank=True, default=dict, verbose_name="base specifications")),
                    ("tax_class", models.SlugField(default="standard", max_length=30, verbose_name="tax class")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ("waits_for_seller", models.BooleanField(db_default=False, default=False, editable=False)),
                    ("sales_paused", models.BooleanField(default=False, verbose_name="sales paused")),
                    ("purchase_limit", models.PositiveIntegerField(blank=True, null=True, verbose_name="units per customer")),
                    ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published from")),
                    ("language", models.CharField(blank=True, max_length=10, verbose_name="language of the texts")),
                    ("rating_average", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=3, verbose_name="rating")),
                    ("rating_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="ratings")),
                    ("price_from", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="price from")),
                    ("list_price_from", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="list price from")),
                    (
                        "availability",
                        models.CharField(
                            choices=[("in_stock", "in stock"), ("last_few", "last few"), ("sold_out", "sold out")],
                            default="sold_out",
                            editable=False,
                            max_length=10,
                            verbose_name="availability",
                        ),
                    ),
                    ("units_sold", models.PositiveIntegerField(default=0, editable=False, verbose_name="units sold")),
                    ("is_new", models.BooleanField(db_default=False, default=False, editable=False, verbose_name="new")),
                    ("is_on_offer", models.BooleanField(db_default=False, default=False, editable=False, verbose_name="on offer")),
                ],
                options={
                    "verbose_name": "product",
                    "verbose_name_plural": "products",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("is_active", True)),
                            fields=["category"],
                            include=("id", "published_at", "price_from", "availability", "rating_average"),
                            name="product_counts",
                        ),
                        models.Index(fields=["id"], include=("price_from", "availability", "rating_average"), name="product_figures"),
                        models.Index(condition=models.Q(("is_active", False)), fields=["id"], name="product_hidden"),
                        models.Index(condition=models.Q(("published_at__isnull", False)), fields=["published_at"], name="product_to_come"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["category", "-units_sold", "id"], name="product_category_popular"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["category", "price_from", "id"], name="product_category_price"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["-created_at", "id"], name="product_newest"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["-units_sold", "id"], name="product_popular"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["price_from", "id"], name="product_price"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["-rating_average", "-rating_count", "id"], name="product_rated"),
                        models.Index(
                            condition=models.Q(("is_active", True), ("is_new", True), models.Q(("availability", "sold_out"), _negated=True)),
                            fields=["category", "-created_at", "id"],
                            name="product_news",
                        ),
                        models.Index(
                            condition=models.Q(("is_active", True), ("is_on_offer", True), models.Q(("availability", "sold_out"), _negated=True)),
                            fields=["category", "-units_sold", "id"],
                            name="product_offers",
                        ),
                        GinIndex(
                            OpClass(Upper("name_es"), name="gin_trgm_ops"),
                            OpClass(Upper("name_en"), name="gin_trgm_ops"),
                            OpClass(Upper("sku"), name="gin_trgm_ops"),
                            OpClass(Upper("slug"), name="gin_trgm_ops"),
                            name="product_searched",
                        ),
                        models.Index(fields=["name_es", "-id"], name="product_name_es"),
                        models.Index(fields=["name_en", "-id"], name="product_name_en"),
                    ],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("kind__in", ["physical", "bundle", "template"])), name="product_kind_known"),
                        models.CheckConstraint(
                            condition=models.Q(("availability__in", ["in_stock", "last_few", "sold_out"])), name="product_availability_known"
                        ),
                        models.CheckConstraint(condition=models.Q(("base_price__gte", 0)), name="product_price_not_negative"),
                        models.CheckConstraint(condition=models.Q(("rating_average__range", (0, 5))), name="product_rating_range"),
                        models.CheckConstraint(
                            condition=models.Q(("purchase_limit", None), ("purchase_limit__gt", 0), _connector="OR"), name="product_limit_positive"
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_product",
                                pgid="pgtrigger_touch_b3d08",
                                hash="a5c22b86d08ae81f0821b449dcdb859b99d4d041",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="product"),
                                table="catalog_product",
                                pgid="pgtrigger_free_slug_68065",
                                hash="d0b89358e829a0cd6f1641ca00f5bc8a4788eba9",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="product"),
                                table="catalog_product",
                                pgid="pgtrigger_keep_old_slug_49c42",
                                hash="36fe44fff2d2b923e4bfe679ab9d9beb3c264b0d",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="product"),
                                table="catalog_product",
                                pgid="pgtrigger_forget_old_slugs_810e6",
                                hash="50a8bb836f6125278a1575e811b7fbf1cbda1257",
                            ),
                        ),
                        Trigger(
                            name="mark_search_stale",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation=('INSERT OR UPDATE OF "name_es", "name_en", "description_es", "description_en", "sku", "category_id", "attributes"'),
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                func=read_sql("catalog", "mark_search_stale", products="SELECT NEW.id"),
                                table="catalog_product",
                                pgid="pgtrigger_mark_search_stale_d05e2",
                                hash="3160b3b474b100d0ecc8bdd5eef18ca289546129",
                            ),
                        ),
                        Trigger(
                            name="keep_facets",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "category_id", "is_active", "seller_id"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                declare="DECLARE changed uuid; written uuid[] = '{}';",
                                func=read_sql(
                                    "catalog",
                                    "keep_facets",
                                    before="OLD.category_id, OLD.is_active",
                                    after="NEW.category_id, NEW.is_active",
                                    products="SELECT NEW.id",
                                    write=read_sql("catalog", "write_facets", products="= changed"),
                                ),
                                table="catalog_product",
                                pgid="pgtrigger_keep_facets_ca659",
                                hash="1b5e380202f4fbca00378ffa934ed776c55823d0",
                            ),
                        ),
                        Trigger(
                            name="hide_with_seller",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='INSERT OR UPDATE OF "is_active", "seller_id"',
                                condition="WHEN (NEW.is_active)",
                                func=read_sql("catalog", "product_hide_with_seller"),
                                table="catalog_product",
                                pgid="pgtrigger_hide_with_seller_5c44d",
                                hash="ff39ba6399da3adf4eaaf96f1f2aecafe5096fd0",
                            ),
                        ),
                        Trigger(
                            name="reprice_variants",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "base_price"',
                                condition="WHEN (OLD.base_price IS DISTINCT FROM NEW.base_price)",
                                func=read_sql("catalog", "product_reprice_variants"),
                                table="catalog_product",
                                pgid="pgtrigger_reprice_variants_29fc0",
                                hash="f5f08846ca2a9df918182cbf44915038bac72dfc",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Collection",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=100, verbose_name="name")),
                    ("name_es", models.CharField(max_length=100, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=100, null=True, verbose_name="name")),
                    ("slug", models.SlugField(max_length=120, unique=True, verbose_name="slug")),
                    (
                        "type",
                        models.CharField(
                            choices=[("drop", "drop"), ("seasonal", "seasonal"), ("collab", "collaboration")],
                            default="seasonal",
                            max_length=10,
                            verbose_name="type",
                        ),
                    ),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("hero_image", models.ImageField(blank=True, upload_to="collections/", verbose_name="picture")),
                    ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                    ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                    ("hold_minutes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes in the cart")),
                    (
                        "payment_methods",
                        ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name="payment methods"),
                    ),
                    ("shows_exact_stock", models.BooleanField(default=False, verbose_name="shows how many are left")),
                    ("is_active", models.BooleanField(default=False, verbose_name="active")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ],
                options={
                    "verbose_name": "collection",
                    "verbose_name_plural": "collections and drops",
                    "indexes": [models.Index(fields=["type", "starts_at"], name="collection_drops")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("type__in", ["drop", "seasonal", "collab"])), name="collection_type_known"),
                        models.CheckConstraint(
                            condition=models.Q(("ends_at", None), ("starts_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                            name="collection_ends_after_start",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("type", "drop"), _negated=True), ("starts_at__isnull", False), _connector="OR"),
                            name="collection_drop_has_start",
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_collection",
                                pgid="pgtrigger_touch_df002",
                                hash="a0a0882fe64f799b8c1a6b4802ca26ebf32e1fed",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="drop"),
                                table="catalog_collection",
                                pgid="pgtrigger_free_slug_0fa14",
                                hash="347f671a11a1f25871cde2fc6e586414a75b0861",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="drop"),
                                table="catalog_collection",
                                pgid="pgtrigger_keep_old_slug_a3856",
                                hash="aba2dfdf4af56ae249358083ec39c94590a2d778",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="drop"),
                                table="catalog_collection",
                                pgid="pgtrigger_forget_old_slugs_38c3e",
                                hash="a1135ac0967daa59fedb8bcd328de4a6269e44b1",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CollectionProduct",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("collection", models.ForeignKey(on_delete=models.CASCADE, related_name="entries", to="catalog.collection", verbose_name="collection")),
                    ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="collection_entries", to="catalog.product", verbose_name="product")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ],
                options={
                    "verbose_name": "product of the collection",
                    "verbose_name_plural": "products of the collection",
                    "constraints": [models.UniqueConstraint(fields=("collection", "product"), name="collection_product_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_collectionproduct",
                                pgid="pgtrigger_touch_b8281",
                                hash="2d20bc003025d228508d364c0692636f96515bb7",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Variant",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="variants", to="catalog.product", verbose_name="product")),
                    (
                        "brand",
                        models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="variants", to="catalog.brand", verbose_name="brand"),
                    ),
                    (
                        "category",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="variants",
                            to="catalog.category",
                            verbose_name="category, if another than the product's",
                        ),
                    ),
                    ("name", models.CharField(max_length=255, verbose_name="full name")),
                    ("name_es", models.CharField(max_length=255, null=True, verbose_name="full name")),
                    ("name_en", models.CharField(max_length=255, null=True, verbose_name="full name")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("model", models.CharField(blank=True, max_length=150, verbose_name="manufacturer's model")),
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
                    ("sku_suffix", models.CharField(blank=True, max_length=100, verbose_name="SKU suffix")),
                    ("slug", models.SlugField(max_length=255, unique=True, verbose_name="slug")),
                    ("price_modifier", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="price modifier")),
                    ("sale_price", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="sale price")),
                    ("list_price", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="list price")),
                    ("price", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="current price")),
                    ("cost", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="cost")),
                    ("weight_kg", models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True, verbose_name="weight, kg")),
                    ("length_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True, verbose_name="length, cm")),
                    ("width_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True, verbose_name="width, cm")),
                    ("height_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True, verbose_name="height, cm")),
                    ("warranty_months", models.PositiveSmallIntegerField(default=0, verbose_name="warranty, months")),
                    ("units_sold", models.PositiveIntegerField(default=0, editable=False, verbose_name="units sold")),
                    (
                        "availability",
                        models.CharField(
                            choices=[("in_stock", "in stock"), ("last_few", "last few"), ("sold_out", "sold out")],
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
                ],
                options={
                    "verbose_name": "variant",
                    "verbose_name_plural": "variants",
                    "indexes": [
                        models.Index(condition=models.Q(("is_active", True)), fields=["product", "position"], include=("id",), name="variant_product"),
                        models.Index(condition=models.Q(("is_active", True)), fields=["brand", "product"], name="variant_brand"),
                        models.Index(Upper("model"), name="variant_model"),
                        GinIndex(
                            OpClass(Upper("name_es"), name="gin_trgm_ops"),
                            OpClass(Upper("name_en"), name="gin_trgm_ops"),
                            OpClass(Upper("sku"), name="gin_trgm_ops"),
                            OpClass(Upper("model"), name="gin_trgm_ops"),
                            OpClass(Upper("gtin"), name="gin_trgm_ops"),
                            name="variant_searched",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("product", "sku_suffix"), name="variant_suffix_once"),
                        models.CheckConstraint(
                            condition=models.Q(("gtin", ""), ("gtin__regex", "^([0-9]{8}|[0-9]{12,14})$"), _connector="OR"), name="variant_gtin_of_digits"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("gtin", ""), _negated=True),
                            fields=("gtin",),
                            name="variant_gtin_once",
                            violation_error_message="Another variant has this GTIN.",
                        ),
                        models.CheckConstraint(condition=models.Q(("list_price__gte", 0)), name="variant_price_not_negative"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("sale_price", None), models.Q(("sale_price__gte", 0), ("sale_price__lte", models.F("list_price"))), _connector="OR"
                            ),
                            name="variant_sale_not_above_list",
                            violation_error_message="The sale price is above the list price.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("weight_kg", None), ("weight_kg__gte", 0), _connector="OR"), name="variant_weight_not_negative"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("availability__in", ["in_stock", "last_few", "sold_out"])), name="variant_availability_known"
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_variant",
                                pgid="pgtrigger_touch_78824",
                                hash="37fadd4d52fdf9dc97cb3399ab80e71cc75ebd8e",
                            ),
                        ),
                        Trigger(
                            name="mark_search_stale",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR DELETE OR UPDATE OF "product_id", "brand_id", "model", "sku", "is_active"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                func=read_sql("catalog", "mark_search_stale", products="SELECT unnest(ARRAY[OLD.product_id, NEW.product_id])"),
                                table="catalog_variant",
                                pgid="pgtrigger_mark_search_stale_b55ea",
                                hash="8e1eb8ad4849bad01480d5c995f6d92336c08ae8",
                            ),
                        ),
                        Trigger(
                            name="keep_facets",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR DELETE OR UPDATE OF "product_id", "brand_id", "is_active"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                declare="DECLARE changed uuid; written uuid[] = '{}';",
                                func=read_sql(
                                    "catalog",
                                    "keep_facets",
                                    before="OLD.product_id, OLD.brand_id, OLD.is_active",
                                    after="NEW.product_id, NEW.brand_id, NEW.is_active",
                                    products="SELECT unnest(ARRAY[OLD.product_id, NEW.product_id])",
                                    write=read_sql("catalog", "write_facets", products="= changed"),
                                ),
                                table="catalog_variant",
                                pgid="pgtrigger_keep_facets_323b8",
                                hash="7f753c11aa5007e1167d0affee714da438046a8e",
                            ),
                        ),
                        Trigger(
                            name="compute_price",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='INSERT OR UPDATE OF "product_id", "price_modifier", "sale_price", "list_price", "price"',
                                func=read_sql("catalog", "variant_compute_price"),
                                table="catalog_variant",
                                pgid="pgtrigger_compute_price_0fefb",
                                hash="ad1d7110b9a7ca0565f4812fa4d8b10e70a75a00",
                            ),
                        ),
                        Trigger(
                            name="record_price",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE",
                                declare="DECLARE now_at timestamptz;",
                                func=read_sql("catalog", "variant_record_price"),
                                table="catalog_variant",
                                pgid="pgtrigger_record_price_8bd42",
                                hash="e1c7546d87bdabec03ef152fc440582f798361e1",
                            ),
                        ),
                        Trigger(
                            name="product_prices",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE OR DELETE",
                                declare="DECLARE changed uuid;",
                                func=read_sql("catalog", "variant_product_prices"),
                                table="catalog_variant",
                                pgid="pgtrigger_product_prices_9bf48",
                                hash="0fd82ff98ad734f79dfcd73e011f2281b748c7f4",
                            ),
                        ),
                        Trigger(
                            name="product_flags",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR DELETE OR UPDATE OF "product_id", "is_active", "is_new", "is_on_offer"',
                                declare="DECLARE changed uuid;",
                                func=read_sql("catalog", "variant_product_flags"),
                                table="catalog_variant",
                                pgid="pgtrigger_product_flags_68976",
                                hash="dde9a7828e4b8b1ac09c3ab97e1d65124520d3e6",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="VariantOption",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("variant", models.ForeignKey(on_delete=models.CASCADE, related_name="options", to="catalog.variant", verbose_name="variant")),
                    ("name", models.CharField(max_length=50, verbose_name="option")),
                    ("name_es", models.CharField(max_length=50, null=True, verbose_name="option")),
                    ("name_en", models.CharField(max_length=50, null=True, verbose_name="option")),
                    ("value", models.CharField(max_length=100, verbose_name="value")),
                    ("value_es", models.CharField(max_length=100, null=True, verbose_name="value")),
                    ("value_en", models.CharField(max_length=100, null=True, verbose_name="value")),
                    ("key", models.SlugField(max_length=60)),
                    ("value_key", models.SlugField(max_length=120)),
                    ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ],
                options={
                    "verbose_name": "option",
                    "verbose_name_plural": "options",
                    "indexes": [models.Index(fields=["key", "value_key", "variant"], name="variant_option_facet")],
                    "constraints": [models.UniqueConstraint(fields=("variant", "key"), name="variant_option_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_variantoption",
                                pgid="pgtrigger_touch_a37a6",
                                hash="374b81136e08d8e27924938765c555be9aaf0733",
                            ),
                        ),
                        Trigger(
                            name="mark_search_stale",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE OR DELETE",
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                func=read_sql(
                                    "catalog",
                                    "mark_search_stale",
                                    products="SELECT product_id FROM catalog_variant WHERE id IN (OLD.variant_id, NEW.variant_id)",
                                ),
                                table="catalog_variantoption",
                                pgid="pgtrigger_mark_search_stale_d0179",
                                hash="9c7cbf7cd839fcbc8ae4fd8afc4b372a8ba202f2",
                            ),
                        ),
                        Trigger(
                            name="keep_facets",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR DELETE OR UPDATE OF "variant_id", "key", "value_key"',
                                condition="WHEN (current_setting('vitrina.search_queue', TRUE) IS DISTINCT FROM 'off')",
                                declare="DECLARE changed uuid; written uuid[] = '{}';",
                                func=read_sql(
                                    "catalog",
                                    "keep_facets",
                                    before="OLD.variant_id, OLD.key, OLD.value_key",
                                    after="NEW.variant_id, NEW.key, NEW.value_key",
                                    products="SELECT product_id FROM catalog_variant WHERE id IN (OLD.variant_id, NEW.variant_id)",
                                    write=read_sql("catalog", "write_facets", products="= changed"),
                                ),
                                table="catalog_variantoption",
                                pgid="pgtrigger_keep_facets_d7e60",
                                hash="18326322295a62c9bc8f4bd8d6feb4107f891858",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProductImage",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="images", to="catalog.product", verbose_name="product")),
                    (
                        "variant",
                        models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, related_name="images", to="catalog.variant", verbose_name="variant"),
                    ),
                    ("option_key", models.SlugField(blank=True, db_default="", db_index=False, default="", max_length=60, verbose_name="option")),
                    ("value_key", models.SlugField(blank=True, db_default="", db_index=False, default="", max_length=120, verbose_name="value of the option")),
                    ("picture", models.ImageField(height_field="height", upload_to="products/%Y/%m/", verbose_name="picture", width_field="width")),
                    ("alt", models.CharField(blank=True, max_length=255, verbose_name="what it shows")),
                    ("alt_es", models.CharField(blank=True, max_length=255, null=True, verbose_name="what it shows")),
                    ("alt_en", models.CharField(blank=True, max_length=255, null=True, verbose_name="what it shows")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    ("width", models.PositiveIntegerField(default=0, editable=False)),
                    ("height", models.PositiveIntegerField(default=0, editable=False)),
                    ("rendition_widths", ArrayField(base_field=models.PositiveIntegerField(), blank=True, default=list, editable=False, size=None)),
                    ("copied_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "verbose_name": "picture",
                    "verbose_name_plural": "pictures",
                    "indexes": [
                        models.Index(fields=["product", "position"], name="product_image_order"),
                        models.Index(condition=models.Q(("copied_at", None)), fields=["created_at"], name="product_image_new"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("option_key", ""), ("value_key", "")),
                                models.Q(models.Q(("option_key", ""), _negated=True), models.Q(("value_key", ""), _negated=True), ("variant", None)),
                                _connector="OR",
                            ),
                            name="product_image_one_owner",
                        )
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_productimage",
                                pgid="pgtrigger_touch_11b78",
                                hash="36eb34118862dc158a01b977958c257d62635caf",
                            ),
                        ),
                        Trigger(
                            name="forget_copies",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='UPDATE OF "picture"',
                                condition="WHEN (OLD.picture IS DISTINCT FROM NEW.picture)",
                                func="NEW.rendition_widths = '{}'; NEW.copied_at = NULL; RETURN NEW;",
                                table="catalog_productimage",
                                pgid="pgtrigger_forget_copies_20dc6",
                                hash="f4696ebf52e46a959ba88400c261097084b84478",
                            ),
                        ),
                        Trigger(
                            name="own_variant",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='INSERT OR UPDATE OF "variant_id", "product_id"',
                                condition="WHEN (NEW.variant_id IS NOT NULL)",
                                func=read_sql("catalog", "image_own_variant"),
                                table="catalog_productimage",
                                pgid="pgtrigger_own_variant_15554",
                                hash="76dcbcf5ac8ba165d6624e5778371e79cbec1593",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Kit",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=255, verbose_name="name")),
                    ("name_es", models.CharField(max_length=255, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=255, null=True, verbose_name="name")),
                    ("slug", models.SlugField(max_length=255, unique=True, verbose_name="slug")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("cover", models.ImageField(blank=True, upload_to="kits/", verbose_name="cover picture")),
                    ("discount_percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="discount, %")),
                    ("room_type", models.CharField(blank=True, max_length=50, verbose_name="room")),
                    ("style_tags", models.JSONField(blank=True, default=list, verbose_name="style tags")),
                    (
                        "product",
                        models.OneToOneField(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="kit", to="catalog.product", verbose_name="product that lists it"
                        ),
                    ),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ],
                options={
                    "verbose_name": "kit",
                    "verbose_name_plural": "kits",
                    "constraints": [models.CheckConstraint(condition=models.Q(("discount_percent__range", (0, 100))), name="kit_discount_range")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_kit",
                                pgid="pgtrigger_touch_a3dc1",
                                hash="56619a279f44e978dd3e4d0271916f4993f3d9af",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="kit"),
                                table="catalog_kit",
                                pgid="pgtrigger_free_slug_9be5e",
                                hash="c40ebf8ab6f6c04050e5049a55bbae4c9708ff92",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="kit"),
                                table="catalog_kit",
                                pgid="pgtrigger_keep_old_slug_4190f",
                                hash="488423a0b8b86650c09cd34acdb9e22784b1cda4",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="kit"),
                                table="catalog_kit",
                                pgid="pgtrigger_forget_old_slugs_fd731",
                                hash="e66d592d5f3095d11d399a54531413186510eb57",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="KitItem",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("kit", models.ForeignKey(on_delete=models.CASCADE, related_name="items", to="catalog.kit", verbose_name="kit")),
                    ("product", models.ForeignKey(on_delete=models.PROTECT, related_name="kit_items", to="catalog.product", verbose_name="product")),
                    ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                    ("is_optional", models.BooleanField(default=False, verbose_name="optional")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ],
                options={
                    "verbose_name": "kit item",
                    "verbose_name_plural": "kit items",
                    "constraints": [
                        models.UniqueConstraint(fields=("kit", "product"), name="kit_item_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="kit_item_not_empty"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_kititem",
                                pgid="pgtrigger_touch_32534",
                                hash="2b299a6e995b6eac924a8973d7d10dad945273da",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BundleComponent",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("bundle", models.ForeignKey(on_delete=models.CASCADE, related_name="components", to="catalog.product", verbose_name="bundle")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="bundled_in", to="catalog.variant", verbose_name="variant")),
                    ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                ],
                options={
                    "verbose_name": "bundle component",
                    "verbose_name_plural": "bundle components",
                    "constraints": [
                        models.UniqueConstraint(fields=("bundle", "variant"), name="bundle_component_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="bundle_component_not_empty"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_bundlecomponent",
                                pgid="pgtrigger_touch_e1f62",
                                hash="33345219f70f443872ee1af891e19e8025cd14a9",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriceHistory",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("variant", models.ForeignKey(on_delete=models.CASCADE, related_name="price_history", to="catalog.variant", verbose_name="variant")),
                    ("price", MoneyField(decimal_places=2, max_digits=12, verbose_name="price")),
                    ("list_price", MoneyField(decimal_places=2, max_digits=12, verbose_name="list price")),
                    ("period", DateTimeRangeField(verbose_name="period")),
                ],
                options={
                    "verbose_name": "price period",
                    "verbose_name_plural": "price history",
                    "constraints": [ExclusionConstraint(expressions=[("variant", "="), ("period", "&&")], name="price_history_no_overlap")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_pricehistory",
                                pgid="pgtrigger_touch_e71ec",
                                hash="c40c79a4cbfce5ad233946ba41cbb461c92c9df0",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ScheduledPrice",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("variant", models.ForeignKey(on_delete=models.CASCADE, related_name="scheduled_prices", to="catalog.variant", verbose_name="variant")),
                    (
                        "kind",
                        models.CharField(choices=[("list", "list price"), ("sale", "sale price")], default="sale", max_length=10, verbose_name="which price"),
                    ),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="price")),
                    ("starts_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="from")),
                    ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                    (
                        "status",
                        models.CharField(
                            choices=[("planned", "planned"), ("running", "running"), ("over", "over"), ("refused", "refused")],
                            default="planned",
                            editable=False,
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("amount_before", MoneyField(decimal_places=2, editable=False, max_digits=12, null=True, verbose_name="price before")),
                    ("note", models.CharField(blank=True, editable=False, max_length=255, verbose_name="what happened")),
                ],
                options={
                    "verbose_name": "scheduled price",
                    "verbose_name_plural": "scheduled prices",
                    "indexes": [
                        models.Index(condition=models.Q(("status__in", ["planned", "running"])), fields=["starts_at"], name="scheduled_price_to_do"),
                        models.Index(fields=["-starts_at"], name="scheduled_price_latest"),
                    ],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("kind__in", ["list", "sale"])), name="scheduled_price_kind_known"),
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["planned", "running", "over", "refused"])), name="scheduled_price_status_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 0)), name="scheduled_price_not_negative", violation_error_message="A price is 0 or more."
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                            name="scheduled_price_ends_after_start",
                            violation_error_message="It ends before it begins.",
                        ),
                        ExclusionConstraint(
                            condition=models.Q(("status__in", ["planned", "running"])),
                            expressions=[
                                ("variant", "="),
                                ("kind", "="),
                                (models.Func(models.F("starts_at"), models.F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                            ],
                            name="scheduled_price_no_overlap",
                            violation_error_message="Another price is planned for some of that time.",
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_scheduledprice",
                                pgid="pgtrigger_touch_6aa1c",
                                hash="c9eed2627ab15823dbb75d6b0c38e9e1d3c56b81",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SearchEntry",
                fields=[
                    (
                        "product",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
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
                        GinIndex(fields=["stems"], name="search_stems"),
                        GinIndex(OpClass("title", name="gin_trgm_ops"), name="search_title_trigrams"),
                        GinIndex(OpClass("codes", name="gin_trgm_ops"), name="search_codes_trigrams"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SearchStem", fields=[("stem", models.TextField(primary_key=True, serialize=False)), ("products", models.PositiveIntegerField())]
            ),
            migrations.CreateModel(
                name="SearchWord", fields=[("word", models.TextField(primary_key=True, serialize=False)), ("products", models.PositiveIntegerField())]
            ),
            migrations.CreateModel(
                name="SearchCount",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("day", models.DateField(verbose_name="day")),
                    ("language", models.CharField(max_length=5, verbose_name="language")),
                    ("words", models.CharField(max_length=100, verbose_name="words")),
                    ("times", models.PositiveIntegerField(verbose_name="times")),
                    ("results", models.PositiveIntegerField(verbose_name="results")),
                ],
                options={
                    "verbose_name": "search",
                    "verbose_name_plural": "searches",
                    "constraints": [models.UniqueConstraint(fields=("day", "language", "words"), name="search_count_once_a_day")],
                },
            ),
            migrations.CreateModel(
                name="SynonymGroup",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "words",
                        ArrayField(
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
                        models.CheckConstraint(condition=models.Q(("words__len__range", (2, 20))), name="synonym_group_has_others"),
                        models.UniqueConstraint(fields=("words",), name="synonym_group_unique"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SearchBoost",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "query",
                        models.CharField(
                            blank=True,
                            help_text="In searches with these words; empty: in all. A pinned product needs them.",
                            max_length=100,
                            verbose_name="search",
                        ),
                    ),
                    ("product", models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, to="catalog.product", verbose_name="product")),
                    ("category", models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, to="catalog.category", verbose_name="category")),
                    ("brand", models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, to="catalog.brand", verbose_name="brand")),
                    (
                        "factor",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="2 halves the place in the results, 0.5 doubles it; from 0.1 to 10.",
                            max_digits=4,
                            null=True,
                            validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal("10"))],
                            verbose_name="factor",
                        ),
                    ),
                    (
                        "position",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            help_text="The place of a product for exactly this search: 1 is the first, up to 24.",
                            null=True,
                            validators=[MinValueValidator(1), MaxValueValidator(24)],
                            verbose_name="fixed place",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "search boost",
                    "verbose_name_plural": "search boosts",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("brand", None), ("category", None), ("product__isnull", False)),
                                models.Q(("brand", None), ("category__isnull", False), ("product", None)),
                                models.Q(("brand__isnull", False), ("category", None), ("product", None)),
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
                            condition=models.Q(("factor", None), ("factor__range", (Decimal("0.1"), Decimal("10"))), _connector="OR"),
                            name="search_boost_factor_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("position", None),
                                models.Q(("position__range", (1, 24)), ("product__isnull", False), models.Q(("query", ""), _negated=True)),
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
                name="SheetImport",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("claimed_until", models.DateTimeField(null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
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
                    ("file", models.FileField(storage=catalog.models.sheet._private, upload_to="imports/%Y/%m/")),
                    ("pictures", models.FileField(blank=True, storage=catalog.models.sheet._private, upload_to="imports/%Y/%m/")),
                    (
                        "kind",
                        models.CharField(
                            blank=True,
                            choices=[("own", "Vitrina"), ("shopify", "Shopify"), ("woocommerce", "WooCommerce")],
                            max_length=15,
                            verbose_name="columns of",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="sheet_imports", to="accounts.seller", verbose_name="seller"
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="uploaded by"),
                    ),
                    ("language", models.CharField(max_length=10)),
                    ("text_language", models.CharField(max_length=10, verbose_name="language of the texts")),
                    ("columns", models.JSONField(default=list)),
                    ("has_decimal_commas", models.BooleanField(default=False)),
                    ("remarks", models.JSONField(default=list)),
                    ("new_shelves", models.JSONField(default=list)),
                    ("refusal", models.TextField(blank=True)),
                    ("takes_doubtful", models.BooleanField(default=False)),
                    ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ],
                options={
                    "verbose_name": "import of products",
                    "verbose_name_plural": "import and export",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("status__in", ["uploaded", "checking", "approved"])), fields=["created_at"], name="sheet_import_waiting"
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["uploaded", "checking", "checked", "approved", "done", "refused", "dropped"])),
                            name="sheet_import_status_known",
                        )
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_sheetimport",
                                pgid="pgtrigger_touch_fc80b",
                                hash="ea8542b6f6e9da4a0d747525a6ddf17d57fd979e",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SheetRow",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("sheet", models.ForeignKey(on_delete=models.CASCADE, related_name="rows", to="catalog.sheetimport")),
                    ("line", models.PositiveIntegerField(verbose_name="line")),
                    ("product_key", models.CharField(max_length=255)),
                    ("sku", models.CharField(max_length=255, verbose_name="SKU")),
                    ("cells", models.JSONField()),
                    (
                        "outcome",
                        models.CharField(
                            blank=True,
                            choices=[("new", "new"), ("changed", "changed"), ("same", "unchanged"), ("doubtful", "price in doubt"), ("refused", "refused")],
                            max_length=10,
                        ),
                    ),
                    ("problems", models.JSONField(default=list)),
                    ("changes", models.JSONField(default=list)),
                    ("is_applied", models.BooleanField(default=False)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["sheet", "product_key", "line"], name="sheet_row_order"),
                        models.Index(fields=["sheet", "sku"], name="sheet_row_sku"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("sheet", "line"), name="sheet_row_once"),
                        models.CheckConstraint(
                            condition=models.Q(("outcome", ""), ("outcome__in", ["new", "changed", "same", "doubtful", "refused"]), _connector="OR"),
                            name="sheet_row_outcome_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PictureFetch",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="fetches", to="catalog.product", verbose_name="product")),
                    ("variant", models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, related_name="fetches", to="catalog.variant")),
                    ("option_key", models.CharField(blank=True, db_default="", default="", max_length=60)),
                    ("value_key", models.CharField(blank=True, db_default="", default="", max_length=120)),
                    ("sheet", models.ForeignKey(null=True, on_delete=models.CASCADE, related_name="fetches", to="catalog.sheetimport")),
                    ("source", models.CharField(max_length=2000, verbose_name="address or file")),
                    ("position", models.PositiveIntegerField(default=0)),
                    (
                        "status",
                        models.CharField(
                            choices=[("waiting", "waiting"), ("done", "there"), ("failed", "failed")], default="waiting", max_length=10, verbose_name="status"
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                    ("due_at", models.DateTimeField(db_default=Now())),
                    ("error", models.TextField(blank=True, verbose_name="reason")),
                    ("image", models.ForeignKey(blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="catalog.productimage")),
                ],
                options={
                    "verbose_name": "picture to fetch",
                    "verbose_name_plural": "pictures to fetch",
                    "indexes": [
                        models.Index(condition=models.Q(("status", "waiting")), fields=["due_at"], name="picture_fetch_due"),
                        models.Index(fields=["sheet", "status"], name="picture_fetch_of_sheet"),
                    ],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("status__in", ["waiting", "done", "failed"])), name="picture_fetch_status_known"),
                        models.UniqueConstraint(fields=("product", "source"), name="picture_fetch_once"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="catalog_picturefetch",
                                pgid="pgtrigger_touch_5e6a1",
                                hash="27d9a30c72ca4e88a446557dbfffc7dc73316c17",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
