import core.db
import core.fields
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.math
import django_countries.fields
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("orders", "0001_initial"),
        ("orders", "0003_count_by_identity"),
        ("orders", "0004_how_to_pay"),
        ("orders", "0005_paid_with_credit"),
        ("orders", "0006_reopen_for_exchanges"),
        ("orders", "0007_count_what_is_bought_together"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("first_value", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Order",
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
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                (
                    "document_type",
                    models.CharField(blank=True, max_length=10, verbose_name="document"),
                ),
                (
                    "document_number",
                    models.CharField(blank=True, max_length=20, verbose_name="document number"),
                ),
                (
                    "marks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        db_default=[],
                        default=list,
                        editable=False,
                        size=None,
                        verbose_name="marks",
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("confirmed", "confirmed"),
                            ("processing", "processing"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                        ],
                        default="pending",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "payment_status",
                    models.CharField(
                        choices=[
                            ("unpaid", "unpaid"),
                            ("pending", "payment pending"),
                            ("authorized", "authorized"),
                            ("partially_paid", "partially paid"),
                            ("paid", "paid"),
                            ("overpaid", "overpaid"),
                            ("partially_refunded", "partially refunded"),
                            ("refunded", "refunded"),
                            ("disputed", "disputed"),
                            ("review", "under review"),
                        ],
                        default="unpaid",
                        max_length=20,
                        verbose_name="payment",
                    ),
                ),
                (
                    "fulfilment_status",
                    models.CharField(
                        choices=[
                            ("none", "not shipped"),
                            ("partial", "partly shipped"),
                            ("shipped", "shipped"),
                            ("delivered", "delivered"),
                            ("returned", "returned"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="fulfilment",
                    ),
                ),
                (
                    "currency",
                    core.fields.CurrencyField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="currency",
                    ),
                ),
                (
                    "subtotal",
                    core.fields.MoneyField(
                        decimal_places=2, max_digits=12, verbose_name="subtotal"
                    ),
                ),
                (
                    "discount_total",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="discount"
                    ),
                ),
                (
                    "shipping_total",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="shipping"
                    ),
                ),
                (
                    "tax_total",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="tax"
                    ),
                ),
                (
                    "prices_include_tax",
                    models.BooleanField(default=True, verbose_name="prices include tax"),
                ),
                (
                    "total",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="total"),
                ),
                (
                    "credit_total",
                    core.fields.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="paid with store credit",
                    ),
                ),
                (
                    "shipping_method_code",
                    models.CharField(
                        blank=True, max_length=50, verbose_name="shipping method code"
                    ),
                ),
                (
                    "shipping_method_name",
                    models.CharField(blank=True, max_length=150, verbose_name="shipping method"),
                ),
                (
                    "promised_from",
                    models.DateField(blank=True, null=True, verbose_name="promised from"),
                ),
                (
                    "promised_to",
                    models.DateField(blank=True, null=True, verbose_name="promised to"),
                ),
                (
                    "payment_method_code",
                    models.CharField(blank=True, max_length=50, verbose_name="payment method code"),
                ),
                (
                    "payment_method_name",
                    models.CharField(blank=True, max_length=150, verbose_name="payment method"),
                ),
                (
                    "payment_instructions",
                    models.TextField(blank=True, db_default="", verbose_name="how to pay"),
                ),
                (
                    "collects_on_delivery",
                    models.BooleanField(default=False, verbose_name="collects on delivery"),
                ),
                ("coupon_code", models.CharField(blank=True, max_length=50, verbose_name="coupon")),
                ("customer_note", models.TextField(blank=True, verbose_name="customer's note")),
                ("staff_note", models.TextField(blank=True, verbose_name="staff note")),
                ("pricing", models.JSONField(default=dict, editable=False, verbose_name="pricing")),
                (
                    "placed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="placed"
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="held until"),
                ),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="cancelled"),
                ),
                (
                    "completed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="completed"),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="540158b01f5942f701b7e27dac0745755b37706c",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_43750",
                            table="orders_order",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{cancelled:confirmed,completed:processing,confirmed:cancelled,confirmed:completed,confirmed:processing,expired:cancelled,expired:confirmed,pending:cancelled,pending:confirmed,pending:expired,processing:cancelled,processing:completed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="8af1046b317eeb913bcfe435eb063599bdd01676",
                            operation="UPDATE",
                            pgid="pgtrigger_status_steps_9d940",
                            table="orders_order",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="payment_status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."payment_status", \':\', NEW."payment_status") = ANY(\'{authorized:overpaid,authorized:paid,authorized:partially_paid,authorized:pending,authorized:review,authorized:unpaid,disputed:overpaid,disputed:paid,disputed:partially_refunded,disputed:refunded,disputed:review,overpaid:disputed,overpaid:paid,overpaid:partially_refunded,overpaid:refunded,overpaid:review,paid:disputed,paid:overpaid,paid:partially_paid,paid:partially_refunded,paid:refunded,paid:review,partially_paid:disputed,partially_paid:overpaid,partially_paid:paid,partially_paid:partially_refunded,partially_paid:refunded,partially_paid:review,partially_refunded:disputed,partially_refunded:overpaid,partially_refunded:paid,partially_refunded:refunded,partially_refunded:review,pending:authorized,pending:overpaid,pending:paid,pending:partially_paid,pending:review,pending:unpaid,refunded:disputed,refunded:overpaid,refunded:paid,refunded:partially_paid,refunded:partially_refunded,refunded:review,review:authorized,review:disputed,review:overpaid,review:paid,review:partially_paid,review:partially_refunded,review:pending,review:refunded,review:unpaid,unpaid:authorized,unpaid:overpaid,unpaid:paid,unpaid:partially_paid,unpaid:pending,unpaid:review}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."payment_status" IS DISTINCT FROM NEW."payment_status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "payment_status" from "%" to "%" on table %\', OLD."payment_status", NEW."payment_status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="e7591d3aacd3da28cd4370a3f4239511c7d604b9",
                            operation="UPDATE",
                            pgid="pgtrigger_payment_status_steps_6e380",
                            table="orders_order",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="fulfilment_status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."fulfilment_status", \':\', NEW."fulfilment_status") = ANY(\'{delivered:partial,delivered:returned,none:delivered,none:partial,none:shipped,partial:delivered,partial:returned,partial:shipped,returned:delivered,returned:partial,shipped:delivered,shipped:partial,shipped:returned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."fulfilment_status" IS DISTINCT FROM NEW."fulfilment_status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "fulfilment_status" from "%" to "%" on table %\', OLD."fulfilment_status", NEW."fulfilment_status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="29793ca38798b4e538d9f997f1ddd4553ef4565b",
                            operation="UPDATE",
                            pgid="pgtrigger_fulfilment_status_steps_53e3d",
                            table="orders_order",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["customer", "status"], name="order_customer_status"),
                    models.Index(fields=["status", "created_at"], name="order_status_time"),
                    models.Index(
                        fields=["payment_status", "created_at"], name="order_payment_time"
                    ),
                    models.Index(fields=["-placed_at", "-id"], name="order_newest"),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["expires_at"],
                        name="order_expiry",
                    ),
                    models.Index(fields=["email"], name="order_email"),
                    django.contrib.postgres.indexes.GinIndex(fields=["marks"], name="order_marks"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "pending",
                                    "confirmed",
                                    "processing",
                                    "completed",
                                    "cancelled",
                                    "expired",
                                ],
                            )
                        ),
                        name="order_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "payment_status__in",
                                [
                                    "unpaid",
                                    "pending",
                                    "authorized",
                                    "partially_paid",
                                    "paid",
                                    "overpaid",
                                    "partially_refunded",
                                    "refunded",
                                    "disputed",
                                    "review",
                                ],
                            )
                        ),
                        name="order_payment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "fulfilment_status__in",
                                ["none", "partial", "shipped", "delivered", "returned"],
                            )
                        ),
                        name="order_fulfilment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("prices_include_tax", True),
                                (
                                    "total",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("subtotal"), "-", models.F("discount_total")
                                        ),
                                        "+",
                                        models.F("shipping_total"),
                                    ),
                                ),
                            ),
                            models.Q(
                                ("prices_include_tax", False),
                                (
                                    "total",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("subtotal"),
                                                "-",
                                                models.F("discount_total"),
                                            ),
                                            "+",
                                            models.F("shipping_total"),
                                        ),
                                        "+",
                                        models.F("tax_total"),
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="order_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_total__gte", 0),
                            ("shipping_total__gte", 0),
                            ("subtotal__gte", 0),
                            ("tax_total__gte", 0),
                            ("total__gte", 0),
                        ),
                        name="order_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credit_total__gte", 0)),
                        name="order_credit_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^PED-[0-9]{8}-[0-9]{4,}$")),
                        name="order_number_shape",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "currency__in",
                                    [
                                        "BIF",
                                        "CLP",
                                        "DJF",
                                        "GNF",
                                        "JPY",
                                        "KMF",
                                        "KRW",
                                        "PYG",
                                        "RWF",
                                        "VND",
                                        "VUV",
                                        "XAF",
                                        "XOF",
                                        "XPF",
                                    ],
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "subtotal",
                                        django.db.models.functions.math.Round(models.F("subtotal")),
                                    ),
                                    ("subtotal__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "discount_total",
                                        django.db.models.functions.math.Round(
                                            models.F("discount_total")
                                        ),
                                    ),
                                    ("discount_total__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "shipping_total",
                                        django.db.models.functions.math.Round(
                                            models.F("shipping_total")
                                        ),
                                    ),
                                    ("shipping_total__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "tax_total",
                                        django.db.models.functions.math.Round(
                                            models.F("tax_total")
                                        ),
                                    ),
                                    ("tax_total__isnull", True),
                                    _connector="OR",
                                ),
                                models.Q(
                                    (
                                        "total",
                                        django.db.models.functions.math.Round(models.F("total")),
                                    ),
                                    ("total__isnull", True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="order_whole_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderAddress",
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
                        choices=[("shipping", "delivery"), ("billing", "billing")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("recipient", models.CharField(max_length=200, verbose_name="recipient")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("street", models.CharField(max_length=255, verbose_name="street and number")),
                ("district", models.CharField(blank=True, max_length=100, verbose_name="district")),
                ("city", models.CharField(max_length=100, verbose_name="city")),
                (
                    "region",
                    models.CharField(blank=True, max_length=100, verbose_name="state or region"),
                ),
                (
                    "postal_code",
                    models.CharField(blank=True, max_length=20, verbose_name="postal code"),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(max_length=2, verbose_name="country"),
                ),
                ("ubigeo", models.CharField(blank=True, max_length=6, verbose_name="ubigeo")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=255, verbose_name="reference"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "order address",
                "verbose_name_plural": "order addresses",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="6bd1ce9706d41eb7809fc225c8e8b42644042b2c",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_afe28",
                            table="orders_orderaddress",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "kind"), name="order_address_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["shipping", "billing"])),
                        name="order_address_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
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
                            ("placed", "order placed"),
                            ("confirmed", "order confirmed"),
                            ("payment_started", "payment started"),
                            ("payment_pending", "payment pending"),
                            ("proof_received", "proof of the transfer received"),
                            ("payment_failed", "payment failed"),
                            ("paid", "paid"),
                            ("paid_late", "paid after the hold ran out"),
                            ("overpaid", "overpaid"),
                            ("review", "put under review"),
                            ("processing", "being prepared"),
                            ("shipped", "shipped"),
                            ("delivered", "delivered"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                            ("refund_requested", "refund requested"),
                            ("refunded", "refunded"),
                            ("return_requested", "return requested"),
                            ("returned", "returned"),
                            ("disputed", "disputed"),
                            ("edited", "edited"),
                            ("mail_sent", "mail sent"),
                            ("note", "note"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                ("details", models.JSONField(blank=True, default=dict)),
                (
                    "is_public",
                    models.BooleanField(default=True, verbose_name="shown to the shopper"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "timeline entry",
                "verbose_name_plural": "timeline",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7d910be96f697ed8c0d24b8d8a9b6e268d3d09ae",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_39cdb",
                            table="orders_orderevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["order", "id"], name="order_event_timeline")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "placed",
                                    "confirmed",
                                    "payment_started",
                                    "payment_pending",
                                    "proof_received",
                                    "payment_failed",
                                    "paid",
                                    "paid_late",
                                    "overpaid",
                                    "review",
                                    "processing",
                                    "shipped",
                                    "delivered",
                                    "completed",
                                    "cancelled",
                                    "expired",
                                    "refund_requested",
                                    "refunded",
                                    "return_requested",
                                    "returned",
                                    "disputed",
                                    "edited",
                                    "mail_sent",
                                    "note",
                                ],
                            )
                        ),
                        name="order_event_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
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
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("sku", models.CharField(max_length=120, verbose_name="SKU")),
                ("options", models.JSONField(default=dict, verbose_name="options")),
                ("kit", models.CharField(blank=True, max_length=255, verbose_name="kit")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                (
                    "list_price",
                    core.fields.MoneyField(
                        decimal_places=2, max_digits=12, verbose_name="list price"
                    ),
                ),
                (
                    "unit_price",
                    core.fields.MoneyField(
                        decimal_places=2, max_digits=12, verbose_name="unit price"
                    ),
                ),
                (
                    "discount",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="discount"
                    ),
                ),
                (
                    "tax_rate",
                    models.DecimalField(
                        decimal_places=4, default=0, max_digits=6, verbose_name="tax rate"
                    ),
                ),
                (
                    "tax",
                    core.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="tax"
                    ),
                ),
                (
                    "total",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="total"),
                ),
                ("unit_allocations", models.JSONField(default=list, editable=False)),
                (
                    "cancelled_quantity",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="cancelled"
                    ),
                ),
                (
                    "shipped_quantity",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="shipped"),
                ),
                (
                    "delivered_quantity",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="delivered"
                    ),
                ),
                (
                    "returned_quantity",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="returned"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="75e988237420e3bf61fea043eba90e424bfcaee8",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_4e8d8",
                            table="orders_orderline",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(fields=["order", "position"], name="order_line_order"),
                    models.Index(fields=["seller", "order"], name="order_line_seller"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="order_line_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("unit_price"), "*", models.F("quantity")
                                    ),
                                    "-",
                                    models.F("discount"),
                                ),
                            )
                        ),
                        name="order_line_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount__gte", 0),
                            ("tax__gte", 0),
                            ("total__gte", 0),
                            ("unit_price__gte", 0),
                        ),
                        name="order_line_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cancelled_quantity"),
                                    "+",
                                    models.F("shipped_quantity"),
                                ),
                            )
                        ),
                        name="order_line_ships_what_was_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivered_quantity__lte", models.F("shipped_quantity"))
                        ),
                        name="order_line_delivers_what_was_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_quantity__lte", models.F("delivered_quantity"))
                        ),
                        name="order_line_returns_what_was_delivered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_rate__gte", 0), ("tax_rate__lt", 1)),
                        name="order_line_tax_rate_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderDiscount",
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
                ("promotion", models.UUIDField(blank=True, null=True, verbose_name="promotion")),
                ("code", models.CharField(blank=True, max_length=50, verbose_name="code")),
                ("reason", models.CharField(max_length=255, verbose_name="reason")),
                (
                    "amount",
                    core.fields.MoneyField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="orders.orderline",
                        verbose_name="line",
                    ),
                ),
            ],
            options={
                "verbose_name": "discount",
                "verbose_name_plural": "discounts",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="9b892c96789c1838ad9abb4608b083db3c13ebb4",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_527ae",
                            table="orders_orderdiscount",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="order_discount_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoughtTogether",
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
                ("orders", models.PositiveIntegerField()),
                ("score", models.FloatField()),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bought_with",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "other"), name="bought_together_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("product", models.F("other")), _negated=True),
                        name="bought_together_not_itself",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="a2bac764ddc4e5dec5faedb51d1e9a7ddcfd12a8",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_8c3a7",
                            table="orders_boughttogether",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
