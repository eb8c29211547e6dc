from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from django.db.models.functions.text import Upper
from django_countries.fields import CountryField
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import promotions.models
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import MoneyField
from promotions.models import HasSteps


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("orders", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Promotion",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=150, verbose_name="name")),
                    ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                    ("description", models.TextField(blank=True, db_default="", max_length=1000, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, db_default="", max_length=1000, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, db_default="", max_length=1000, null=True, verbose_name="description")),
                    (
                        "trigger",
                        models.CharField(
                            choices=[("automatic", "automatic"), ("coupon", "coupon code")], default="automatic", max_length=10, verbose_name="trigger"
                        ),
                    ),
                    ("effect", models.CharField(choices=promotions.models.effects, default="percentage", max_length=15, verbose_name="effect")),
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
                    ("value", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="value: percent or amount")),
                    ("buy_quantity", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="buy")),
                    ("free_quantity", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="get free")),
                    ("tiers", models.JSONField(blank=True, default=list, verbose_name="tiers")),
                    ("minimum_purchase", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="minimum purchase")),
                    ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                    ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                    ("max_uses", models.PositiveIntegerField(blank=True, null=True, verbose_name="uses in all")),
                    ("max_uses_per_customer", models.PositiveIntegerField(blank=True, null=True, verbose_name="uses per customer")),
                    ("uses", models.PositiveIntegerField(default=0, editable=False, verbose_name="used")),
                    ("priority", models.SmallIntegerField(default=0, verbose_name="priority")),
                    ("exclusive_group", models.CharField(blank=True, max_length=50, verbose_name="exclusive group")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ("products", models.ManyToManyField(blank=True, related_name="promotions", to="catalog.product", verbose_name="products")),
                    ("categories", models.ManyToManyField(blank=True, related_name="promotions", to="catalog.category", verbose_name="categories")),
                    ("brands", models.ManyToManyField(blank=True, related_name="promotions", to="catalog.brand", verbose_name="brands")),
                    ("sellers", models.ManyToManyField(blank=True, related_name="promotions", to="accounts.seller", verbose_name="sellers")),
                    ("collections", models.ManyToManyField(blank=True, related_name="promotions", to="catalog.collection", verbose_name="collections")),
                ],
                options={
                    "verbose_name": "promotion",
                    "verbose_name_plural": "promotions",
                    "indexes": [models.Index(condition=models.Q(("is_active", True)), fields=["trigger", "starts_at"], name="promotion_running")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("trigger__in", ["automatic", "coupon"])), name="promotion_trigger_known"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("effect__in", ["percentage", "fixed", "free_shipping", "buy_x_get_y", "tiers"]),
                                ("effect__regex", "^[a-z0-9_]+\\.[a-z0-9_]+$"),
                                _connector="OR",
                            ),
                            name="promotion_effect_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("scope__in", ["order", "product", "category", "brand", "seller", "collection"])), name="promotion_scope_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("effect__in", ["percentage", "fixed"]), _negated=True),
                                models.Q(("value__gt", 0), ("value__isnull", False)),
                                _connector="OR",
                            ),
                            name="promotion_value_positive",
                            violation_error_message="The value is not above 0.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("effect", "percentage"), _negated=True), ("value__lte", 100), _connector="OR"),
                            name="promotion_percentage_range",
                            violation_error_message="A percentage is 100 at the most.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("effect", "buy_x_get_y"), _negated=True),
                                models.Q(("buy_quantity__gt", 0), ("buy_quantity__isnull", False), ("free_quantity__gt", 0), ("free_quantity__isnull", False)),
                                _connector="OR",
                            ),
                            name="promotion_buy_x_get_y",
                            violation_error_message="Write how many units, 1 at the least.",
                        ),
                        models.CheckConstraint(
                            condition=HasSteps(models.F("tiers")),
                            name="promotion_tiers_are_steps",
                            violation_error_message="A step has units and a percentage up to 100.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("starts_at", None), ("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                            name="promotion_ends_after_start",
                            violation_error_message="The end is not after the start.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("minimum_purchase__gte", 0)),
                            name="promotion_minimum_not_negative",
                            violation_error_message="The minimum purchase cannot be below 0.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"), name="promotion_not_overused"
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
                                table="promotions_promotion",
                                pgid="pgtrigger_touch_74e93",
                                hash="d43762a63730005126ce46976520974466a204b5",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Coupon",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("promotion", models.ForeignKey(on_delete=models.CASCADE, related_name="coupons", to="promotions.promotion", verbose_name="promotion")),
                    ("code", models.CharField(max_length=50, verbose_name="code")),
                    ("batch", models.CharField(blank=True, max_length=50, verbose_name="batch")),
                    ("max_uses", models.PositiveIntegerField(blank=True, null=True, verbose_name="uses")),
                    ("uses", models.PositiveIntegerField(default=0, editable=False, verbose_name="used")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "coupon",
                    "verbose_name_plural": "coupons",
                    "indexes": [models.Index(fields=["-created_at", "code"], name="coupon_newest")],
                    "constraints": [
                        models.UniqueConstraint(Upper("code"), name="coupon_code_once", violation_error_message="There is a coupon with this code already."),
                        models.CheckConstraint(
                            condition=models.Q(("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"), name="coupon_not_overused"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("code__regex", "^[A-Za-z0-9_-]{3,50}$")),
                            name="coupon_code_shape",
                            violation_error_message="A code has 3 to 50 letters without accents, digits, - and _.",
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
                                table="promotions_coupon",
                                pgid="pgtrigger_touch_fd57e",
                                hash="9644e2de67996a5a492ef6c90e1037db6de2b8db",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Redemption",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("promotion", models.ForeignKey(on_delete=models.PROTECT, related_name="redemptions", to="promotions.promotion", verbose_name="promotion")),
                    (
                        "coupon",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="redemptions", to="promotions.coupon", verbose_name="coupon"
                        ),
                    ),
                    ("order", models.ForeignKey(on_delete=models.PROTECT, related_name="redemptions", to="orders.order", verbose_name="order")),
                    (
                        "user",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="redemptions", to=settings.AUTH_USER_MODEL, verbose_name="user"
                        ),
                    ),
                    ("identity", models.CharField(blank=True, max_length=255, verbose_name="identity")),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("freed_at", models.DateTimeField(blank=True, null=True, verbose_name="given back")),
                ],
                options={
                    "verbose_name": "redemption",
                    "verbose_name_plural": "redemptions",
                    "indexes": [models.Index(fields=["promotion", "identity"], name="redemption_identity")],
                    "constraints": [
                        models.UniqueConstraint(condition=models.Q(("freed_at", None)), fields=("promotion", "order"), name="redemption_once_per_order"),
                        models.UniqueConstraint(
                            condition=models.Q(("coupon__isnull", False), ("freed_at", None)), fields=("order",), name="redemption_one_coupon_per_order"
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
                                table="promotions_redemption",
                                pgid="pgtrigger_touch_ece47",
                                hash="f5148ded68ccd202873deed2ed164f9ea79fe1fd",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="promotions_redemption",
                                pgid="pgtrigger_undeletable_69f38",
                                hash="5c13cf8d0528412bdc921977d1918b3b7e0d7754",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="promotions_redemption",
                                pgid="pgtrigger_untruncatable_c30ec",
                                hash="c76151a1e11af41b974d91333eab49cb90cf1bae",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TaxRate",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=50, verbose_name="name")),
                    ("country", CountryField(max_length=2, verbose_name="country")),
                    ("region", models.CharField(blank=True, max_length=100, verbose_name="state or region")),
                    ("tax_class", models.SlugField(default="standard", max_length=30, verbose_name="tax class")),
                    ("rate", models.DecimalField(decimal_places=4, max_digits=6, verbose_name="rate (0.18 is 18 %)")),
                ],
                options={
                    "verbose_name": "tax rate",
                    "verbose_name_plural": "tax rates",
                    "constraints": [
                        models.UniqueConstraint(fields=("country", "region", "tax_class"), name="tax_rate_once"),
                        models.CheckConstraint(condition=models.Q(("rate__gte", 0), ("rate__lt", 1)), name="tax_rate_range"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="promotions_taxrate",
                                pgid="pgtrigger_touch_29d6e",
                                hash="4cdbc424ffc577c953d17669c2b267c5f9f77306",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
