from django.contrib.postgres.functions import TransactionNow
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models.functions.comparison import NullIf
from django.db.models.lookups import Exact
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import storefront.models
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import LinkField
from core.database.sql_files import read_sql, run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("constance", "0003_drop_pickle"),
        ("pagecache", "0001_initial"),
        ("promotions", "0001_initial"),
        ("reviews", "0001_initial"),
        ("shipping", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Banner",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("title", models.CharField(max_length=150, verbose_name="title")),
                    ("title_es", models.CharField(max_length=150, null=True, verbose_name="title")),
                    ("title_en", models.CharField(max_length=150, null=True, verbose_name="title")),
                    ("subtitle", models.CharField(blank=True, max_length=255, verbose_name="subtitle")),
                    ("subtitle_es", models.CharField(blank=True, max_length=255, null=True, verbose_name="subtitle")),
                    ("subtitle_en", models.CharField(blank=True, max_length=255, null=True, verbose_name="subtitle")),
                    ("button", models.CharField(blank=True, max_length=50, verbose_name="button")),
                    ("button_es", models.CharField(blank=True, max_length=50, null=True, verbose_name="button")),
                    ("button_en", models.CharField(blank=True, max_length=50, null=True, verbose_name="button")),
                    ("desktop_image", models.ImageField(upload_to="banners/", verbose_name="wide picture")),
                    ("mobile_image", models.ImageField(blank=True, upload_to="banners/", verbose_name="phone picture")),
                    (
                        "target_url",
                        LinkField(
                            blank=True,
                            max_length=500,
                            validators=[
                                RegexValidator(
                                    "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$",
                                    "Write a path such as /kits/, or an address that starts with https://.",
                                )
                            ],
                            verbose_name="leads to",
                        ),
                    ),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                    ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "banner",
                    "verbose_name_plural": "banners",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_at", None), ("starts_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                            name="banner_ends_after_start",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("target_url", ""), ("target_url__regex", "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$"), _connector="OR"
                            ),
                            name="banner_leads_to_link",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("is_active", False), models.Q(("desktop_image", ""), _negated=True), _connector="OR"),
                            name="banner_shows_a_picture",
                            violation_error_message="A banner that is shown needs its wide picture.",
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
                                table="storefront_banner",
                                pgid="pgtrigger_touch_6970d",
                                hash="dde462c481189eac927a2af491d33c050d5b42ec",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Page",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("title", models.CharField(max_length=150, verbose_name="title")),
                    ("title_es", models.CharField(max_length=150, null=True, verbose_name="title")),
                    ("title_en", models.CharField(max_length=150, null=True, verbose_name="title")),
                    ("slug", models.SlugField(max_length=150, unique=True, verbose_name="slug")),
                    ("body", models.TextField(blank=True, max_length=20000, verbose_name="text")),
                    ("body_es", models.TextField(blank=True, max_length=20000, null=True, verbose_name="text")),
                    ("body_en", models.TextField(blank=True, max_length=20000, null=True, verbose_name="text")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "page",
                    "verbose_name_plural": "pages",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="storefront_page",
                                pgid="pgtrigger_touch_645cf",
                                hash="8df9e557628f1d307574fb3b98e0861f56323ff6",
                            ),
                        ),
                        Trigger(
                            name="free_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("catalog", "free_slug", kind="page"),
                                table="storefront_page",
                                pgid="pgtrigger_free_slug_20e12",
                                hash="edd703a88fcc3d4af2bf3b9c9c560e0ec1433e75",
                            ),
                        ),
                        Trigger(
                            name="keep_old_slug",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='UPDATE OF "slug"',
                                condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                                func=read_sql("catalog", "keep_old_slug", kind="page"),
                                table="storefront_page",
                                pgid="pgtrigger_keep_old_slug_b7dad",
                                hash="c6025d18e6a8821a65795618fd342afacc10a371",
                            ),
                        ),
                        Trigger(
                            name="forget_old_slugs",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                func=read_sql("catalog", "forget_old_slugs", kind="page"),
                                table="storefront_page",
                                pgid="pgtrigger_forget_old_slugs_9e888",
                                hash="b55dbf247a7dd7738e915354c8339991d5c71e1a",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MenuItem",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("place", models.CharField(choices=[("header", "header"), ("footer", "footer")], max_length=10, verbose_name="place")),
                    ("label", models.CharField(max_length=80, verbose_name="label")),
                    ("label_es", models.CharField(max_length=80, null=True, verbose_name="label")),
                    ("label_en", models.CharField(max_length=80, null=True, verbose_name="label")),
                    (
                        "page",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="menu_items", to="storefront.page", verbose_name="page"
                        ),
                    ),
                    (
                        "category",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="menu_items", to="catalog.category", verbose_name="category"
                        ),
                    ),
                    (
                        "collection",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="menu_items", to="catalog.collection", verbose_name="collection"
                        ),
                    ),
                    (
                        "target_url",
                        LinkField(
                            blank=True,
                            max_length=500,
                            validators=[
                                RegexValidator(
                                    "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$",
                                    "Write a path such as /kits/, or an address that starts with https://.",
                                )
                            ],
                            verbose_name="address",
                        ),
                    ),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "menu item",
                    "verbose_name_plural": "menu items",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("place__in", ["header", "footer"])), name="menu_item_place_known"),
                        models.CheckConstraint(
                            condition=Exact(
                                models.Func(
                                    "page",
                                    "category",
                                    "collection",
                                    NullIf("target_url", models.Value("")),
                                    function="num_nonnulls",
                                    output_field=models.IntegerField(),
                                ),
                                1,
                            ),
                            name="menu_item_leads_to_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("target_url", ""), ("target_url__regex", "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$"), _connector="OR"
                            ),
                            name="menu_item_leads_to_link",
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
                                table="storefront_menuitem",
                                pgid="pgtrigger_touch_51134",
                                hash="9778a5870b4fb7e313c4dc4915c86042c1d33396",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HomeBlock",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("kind", models.CharField(choices=storefront.models.home_block_kinds, max_length=20, verbose_name="what it shows")),
                    (
                        "collection",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="home_blocks", to="catalog.collection", verbose_name="collection"
                        ),
                    ),
                    ("title", models.CharField(blank=True, help_text="Empty: the usual one.", max_length=80, verbose_name="heading")),
                    ("title_es", models.CharField(blank=True, help_text="Empty: the usual one.", max_length=80, null=True, verbose_name="heading")),
                    ("title_en", models.CharField(blank=True, help_text="Empty: the usual one.", max_length=80, null=True, verbose_name="heading")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "part of the home page",
                    "verbose_name_plural": "parts of the home page",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind__in", ["banners", "departments", "news", "drops", "offers", "kits", "popular", "collection"]),
                                ("kind__regex", "^[a-z0-9_]+\\.[a-z0-9_]+$"),
                                _connector="OR",
                            ),
                            name="home_block_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("collection__isnull", False), ("kind", "collection")),
                                models.Q(models.Q(("kind", "collection"), _negated=True), ("collection", None)),
                                _connector="OR",
                            ),
                            name="home_block_collection_fits",
                        ),
                        models.UniqueConstraint(
                            fields=("kind", "collection"),
                            name="home_block_once",
                            nulls_distinct=False,
                            violation_error_message="The home page has this part already.",
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
                                table="storefront_homeblock",
                                pgid="pgtrigger_touch_ac954",
                                hash="e90e72a0db91f8b04d6748d80e844bccdca96a46",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Logo",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "picture",
                        models.ImageField(help_text="PNG or WebP with a transparent ground, at least 72 pixels high.", upload_to="logo/", verbose_name="logo"),
                    ),
                    ("dark_picture", models.ImageField(blank=True, help_text="Empty: the same one.", upload_to="logo/", verbose_name="logo on dark ground")),
                    (
                        "icon",
                        models.ImageField(
                            blank=True,
                            db_default="",
                            help_text="Square, at least 192 pixels wide. Empty: Vitrina’s icon.",
                            upload_to="logo/",
                            verbose_name="icon of tabs and home screens",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "logo",
                    "verbose_name_plural": "logo",
                    "constraints": [
                        models.UniqueConstraint(models.Value(1), name="logo_only_one", violation_error_message="The shop has a logo: change that one.")
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="storefront_logo",
                                pgid="pgtrigger_touch_69b44",
                                hash="4700a912f3ebf386d2c72decc7189090f3f2ea6f",
                            ),
                        )
                    ],
                },
            ),
        ),
        run_sql("storefront", "page_changes"),
        run_sql("storefront", "brands_of_products", "DROP FUNCTION catalog_note_brands CASCADE"),
        run_sql(
            "storefront",
            "lists_of_products",
            "DROP FUNCTION catalog_note_options CASCADE; DROP FUNCTION catalog_note_figures CASCADE; DROP FUNCTION catalog_lists_of",
        ),
    ]
