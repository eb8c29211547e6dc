import core.db
import core.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.lookups
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("storefront", "0001_initial"), ("storefront", "0002_lead_menus_to_shelves")]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Page",
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
                ("title", models.CharField(max_length=150, verbose_name="title")),
                ("title_es", models.CharField(max_length=150, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=150, null=True, verbose_name="title")),
                ("slug", models.SlugField(max_length=150, unique=True, verbose_name="slug")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("body_es", models.TextField(blank=True, null=True, verbose_name="text")),
                ("body_en", models.TextField(blank=True, null=True, verbose_name="text")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "page",
                "verbose_name_plural": "pages",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="8df9e557628f1d307574fb3b98e0861f56323ff6",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_645cf",
                            table="storefront_page",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="free_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="DELETE FROM catalog_slugredirect WHERE kind = 'page' AND slug = NEW.slug; RETURN NULL;",
                            hash="55efdb46d03079644c3f8bb08bce1fe93ad33a3a",
                            operation="INSERT",
                            pgid="pgtrigger_free_slug_20e12",
                            table="storefront_page",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keep_old_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug)",
                            func="\n                DELETE FROM catalog_slugredirect WHERE kind = 'page' AND slug = NEW.slug;\n                UPDATE catalog_slugredirect SET target_slug = NEW.slug\n                WHERE kind = 'page' AND target_slug = OLD.slug;\n                INSERT INTO catalog_slugredirect (kind, slug, target_slug)\n                VALUES ('page', OLD.slug, NEW.slug);\n                RETURN NULL;\n            ",
                            hash="c94c4eb5bc50e4ff592fbfb0f786be31b5199fa5",
                            operation='UPDATE OF "slug"',
                            pgid="pgtrigger_keep_old_slug_b7dad",
                            table="storefront_page",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="forget_old_slugs",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                DELETE FROM catalog_slugredirect\n                WHERE kind = 'page' AND target_slug = OLD.slug;\n                RETURN NULL;\n            ",
                            hash="328ac685f0cee31af11a3db0cf1b1273dd3dbceb",
                            operation="DELETE",
                            pgid="pgtrigger_forget_old_slugs_9e888",
                            table="storefront_page",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Banner",
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
                ("title", models.CharField(max_length=150, verbose_name="title")),
                ("title_es", models.CharField(max_length=150, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=150, null=True, verbose_name="title")),
                ("subtitle", models.CharField(blank=True, max_length=255, verbose_name="subtitle")),
                (
                    "subtitle_es",
                    models.CharField(
                        blank=True, max_length=255, null=True, verbose_name="subtitle"
                    ),
                ),
                (
                    "subtitle_en",
                    models.CharField(
                        blank=True, max_length=255, null=True, verbose_name="subtitle"
                    ),
                ),
                ("button", models.CharField(blank=True, max_length=50, verbose_name="button")),
                (
                    "button_es",
                    models.CharField(blank=True, max_length=50, null=True, verbose_name="button"),
                ),
                (
                    "button_en",
                    models.CharField(blank=True, max_length=50, null=True, verbose_name="button"),
                ),
                (
                    "desktop_image",
                    models.ImageField(
                        blank=True, upload_to="banners/", verbose_name="wide picture"
                    ),
                ),
                (
                    "mobile_image",
                    models.ImageField(
                        blank=True, upload_to="banners/", verbose_name="phone picture"
                    ),
                ),
                (
                    "target_url",
                    core.fields.LinkField(
                        blank=True,
                        max_length=500,
                        validators=[
                            django.core.validators.RegexValidator(
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
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("starts_at", None),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="banner_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target_url", ""),
                            (
                                "target_url__regex",
                                "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$",
                            ),
                            _connector="OR",
                        ),
                        name="banner_leads_to_link",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="dde462c481189eac927a2af491d33c050d5b42ec",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_6970d",
                            table="storefront_banner",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MenuItem",
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
                    "place",
                    models.CharField(
                        choices=[("header", "header"), ("footer", "footer")],
                        max_length=10,
                        verbose_name="place",
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="label")),
                ("label_es", models.CharField(max_length=80, null=True, verbose_name="label")),
                ("label_en", models.CharField(max_length=80, null=True, verbose_name="label")),
                (
                    "target_url",
                    core.fields.LinkField(
                        blank=True,
                        max_length=500,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$",
                                "Write a path such as /kits/, or an address that starts with https://.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="menu_items",
                        to="catalog.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="menu_items",
                        to="catalog.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="menu_items",
                        to="storefront.page",
                        verbose_name="page",
                    ),
                ),
            ],
            options={
                "verbose_name": "menu item",
                "verbose_name_plural": "menu items",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="9778a5870b4fb7e313c4dc4915c86042c1d33396",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_51134",
                            table="storefront_menuitem",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["header", "footer"])),
                        name="menu_item_place_known",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                "page",
                                "category",
                                "collection",
                                django.db.models.functions.comparison.NullIf(
                                    "target_url", models.Value("")
                                ),
                                function="num_nonnulls",
                                output_field=models.IntegerField(),
                            ),
                            1,
                        ),
                        name="menu_item_leads_to_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target_url", ""),
                            (
                                "target_url__regex",
                                "^(/([^/\\\\\\s]\\S*)?|(https?://|mailto:|tel:)[^\\s/]\\S*)$",
                            ),
                            _connector="OR",
                        ),
                        name="menu_item_leads_to_link",
                    ),
                ],
            },
        ),
    ]
