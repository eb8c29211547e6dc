import core.db
import core.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.text
import django_countries.fields
import pgtrigger.compiler
import promotions.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("promotions", "0001_initial"),
        ("promotions", "0002_hold_steps_and_quantities"),
        ("promotions", "0003_drop_the_kit_trigger"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
        ("orders", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Promotion",
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
                (
                    "trigger",
                    models.CharField(
                        choices=[("automatic", "automatic"), ("coupon", "coupon code")],
                        default="automatic",
                        max_length=10,
                        verbose_name="trigger",
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("percentage", "percentage off"),
                            ("fixed", "amount off"),
                            ("free_shipping", "free shipping"),
                            ("buy_x_get_y", "buy X, get Y free"),
                            ("tiers", "percentage by quantity"),
                        ],
                        default="percentage",
                        max_length=15,
                        verbose_name="effect",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("order", "whole order"),
                            ("product", "products"),
                            ("category", "categories with all below them"),
                            ("brand", "brands"),
                            ("seller", "sellers"),
                            ("collection", "collections"),
                        ],
                        default="order",
                        max_length=10,
                        verbose_name="applies to",
                    ),
                ),
                (
                    "value",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="value: percent or amount",
                    ),
                ),
                (
                    "buy_quantity",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="buy"),
                ),
                (
                    "free_quantity",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="get free"
                    ),
                ),
                ("tiers", models.JSONField(blank=True, default=list, verbose_name="tiers")),
                (
                    "minimum_purchase",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="minimum purchase"
                    ),
                ),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "max_uses",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="uses in all"),
                ),
                (
                    "max_uses_per_customer",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="uses per customer"
                    ),
                ),
                (
                    "uses",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="used"),
                ),
                ("priority", models.SmallIntegerField(default=0, verbose_name="priority")),
                (
                    "exclusive_group",
                    models.CharField(blank=True, max_length=50, verbose_name="exclusive group"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "brands",
                    models.ManyToManyField(
                        blank=True,
                        related_name="promotions",
                        to="catalog.brand",
                        verbose_name="brands",
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True,
                        related_name="promotions",
                        to="catalog.category",
                        verbose_name="categories",
                    ),
                ),
                (
                    "collections",
                    models.ManyToManyField(
                        blank=True,
                        related_name="promotions",
                        to="catalog.collection",
                        verbose_name="collections",
                    ),
                ),
                (
                    "products",
                    models.ManyToManyField(
                        blank=True,
                        related_name="promotions",
                        to="catalog.product",
                        verbose_name="products",
                    ),
                ),
                (
                    "sellers",
                    models.ManyToManyField(
                        blank=True,
                        related_name="promotions",
                        to="accounts.seller",
                        verbose_name="sellers",
                    ),
                ),
            ],
            options={
                "verbose_name": "promotion",
                "verbose_name_plural": "promotions",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="d43762a63730005126ce46976520974466a204b5",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_74e93",
                            table="promotions_promotion",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["trigger", "starts_at"],
                        name="promotion_running",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("trigger__in", ["automatic", "coupon"])),
                        name="promotion_trigger_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect__in",
                                ["percentage", "fixed", "free_shipping", "buy_x_get_y", "tiers"],
                            )
                        ),
                        name="promotion_effect_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scope__in",
                                ["order", "product", "category", "brand", "seller", "collection"],
                            )
                        ),
                        name="promotion_scope_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("effect__in", ["percentage", "fixed"]),
                                ("value__gt", 0),
                                ("value__isnull", False),
                            ),
                            ("effect__in", ["free_shipping", "tiers", "buy_x_get_y"]),
                            _connector="OR",
                        ),
                        name="promotion_value_positive",
                        violation_error_message="The value is not above 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("effect", "percentage"), _negated=True),
                            ("value__lte", 100),
                            _connector="OR",
                        ),
                        name="promotion_percentage_range",
                        violation_error_message="A percentage is 100 at the most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("effect", "buy_x_get_y"), _negated=True),
                            models.Q(
                                ("buy_quantity__gt", 0),
                                ("buy_quantity__isnull", False),
                                ("free_quantity__gt", 0),
                                ("free_quantity__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="promotion_buy_x_get_y",
                        violation_error_message="Write how many units, 1 at the least.",
                    ),
                    models.CheckConstraint(
                        condition=promotions.models.HasSteps(models.F("tiers")),
                        name="promotion_tiers_are_steps",
                        violation_error_message="A step has units and a percentage up to 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at", None),
                            ("ends_at", None),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="promotion_ends_after_start",
                        violation_error_message="The end is not after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_purchase__gte", 0)),
                        name="promotion_minimum_not_negative",
                        violation_error_message="The minimum purchase cannot be below 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"
                        ),
                        name="promotion_not_overused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Coupon",
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
                ("code", models.CharField(max_length=50, verbose_name="code")),
                ("batch", models.CharField(blank=True, max_length=50, verbose_name="batch")),
                (
                    "max_uses",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="uses"),
                ),
                (
                    "uses",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="used"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coupons",
                        to="promotions.promotion",
                        verbose_name="promotion",
                    ),
                ),
            ],
            options={
                "verbose_name": "coupon",
                "verbose_name_plural": "coupons",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="9644e2de67996a5a492ef6c90e1037db6de2b8db",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_fd57e",
                            table="promotions_coupon",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("code"),
                        name="coupon_code_once",
                        violation_error_message="There is a coupon with this code already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"
                        ),
                        name="coupon_not_overused",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Za-z0-9_-]{3,50}$")),
                        name="coupon_code_shape",
                        violation_error_message="A code has 3 to 50 letters without accents, digits, - and _.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Redemption",
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
                ("identity", models.CharField(blank=True, max_length=255, verbose_name="identity")),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                (
                    "freed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="given back"),
                ),
                (
                    "coupon",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="promotions.coupon",
                        verbose_name="coupon",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="promotions.promotion",
                        verbose_name="promotion",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "redemption",
                "verbose_name_plural": "redemptions",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="f5148ded68ccd202873deed2ed164f9ea79fe1fd",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_ece47",
                            table="promotions_redemption",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(fields=["promotion", "identity"], name="redemption_identity")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("freed_at", None)),
                        fields=("promotion", "order"),
                        name="redemption_once_per_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
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
                ("name", models.CharField(max_length=50, verbose_name="name")),
                (
                    "country",
                    django_countries.fields.CountryField(max_length=2, verbose_name="country"),
                ),
                (
                    "region",
                    models.CharField(blank=True, max_length=100, verbose_name="state or region"),
                ),
                (
                    "tax_class",
                    models.SlugField(default="standard", max_length=30, verbose_name="tax class"),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=4, max_digits=6, verbose_name="rate (0.18 is 18 %)"
                    ),
                ),
            ],
            options={
                "verbose_name": "tax rate",
                "verbose_name_plural": "tax rates",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "region", "tax_class"), name="tax_rate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gte", 0), ("rate__lt", 1)), name="tax_rate_range"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="4cdbc424ffc577c953d17669c2b267c5f9f77306",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_29d6e",
                            table="promotions_taxrate",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
