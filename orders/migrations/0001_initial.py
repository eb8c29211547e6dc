from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions.datetime import Now
from django.db.models.functions.math import Round
from django.db.models.functions.text import Upper
from django_countries.fields import CountryField
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import CurrencyField, MoneyField
from core.database.sql_files import read_sql, run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("core", "0001_initial")]

    operations = [
        run_sql("orders", "numbers", "DROP SEQUENCE order_number, payment_number"),
        CreateModels(
            migrations.CreateModel(
                name="Order",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                    (
                        "customer",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="orders", to=settings.AUTH_USER_MODEL, verbose_name="customer"
                        ),
                    ),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                    ("document_type", models.CharField(blank=True, max_length=10, verbose_name="document")),
                    ("document_number", models.CharField(blank=True, max_length=20, verbose_name="document number")),
                    ("marks", ArrayField(base_field=models.TextField(), db_default=[], default=list, editable=False, size=None, verbose_name="marks")),
                    ("by_guest", models.BooleanField(db_default=False, default=False, editable=False)),
                    ("placed_from", models.CharField(blank=True, db_default="", editable=False, max_length=32)),
                    ("language", models.CharField(max_length=10, verbose_name="language")),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("pending", "pending"),
                                ("confirmed", "confirmed"),
                                ("processing", "being prepared"),
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
                                ("lost", "lost"),
                            ],
                            default="none",
                            max_length=10,
                            verbose_name="fulfilment",
                        ),
                    ),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("subtotal", MoneyField(decimal_places=2, max_digits=12, verbose_name="subtotal")),
                    ("discount_total", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="discount")),
                    ("shipping_total", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="shipping")),
                    ("tax_total", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="tax")),
                    ("prices_include_tax", models.BooleanField(default=True, verbose_name="prices include tax")),
                    ("total", MoneyField(decimal_places=2, max_digits=12, verbose_name="total")),
                    ("credit_total", MoneyField(db_default=0, decimal_places=2, default=0, max_digits=12, verbose_name="paid with store credit")),
                    ("shipping_method_code", models.CharField(blank=True, max_length=50, verbose_name="shipping method code")),
                    ("shipping_method_name", models.CharField(blank=True, max_length=150, verbose_name="shipping method")),
                    ("promised_from", models.DateField(blank=True, null=True, verbose_name="promised from")),
                    ("promised_to", models.DateField(blank=True, null=True, verbose_name="promised to")),
                    ("payment_method_code", models.CharField(blank=True, max_length=50, verbose_name="payment method code")),
                    ("payment_method_name", models.CharField(blank=True, max_length=150, verbose_name="payment method")),
                    ("payment_instructions", models.TextField(blank=True, db_default="", verbose_name="how to pay")),
                    ("collects_on_delivery", models.BooleanField(default=False, verbose_name="collects on delivery")),
                    ("coupon_code", models.CharField(blank=True, max_length=50, verbose_name="coupon")),
                    ("customer_note", models.TextField(blank=True, verbose_name="customer's note")),
                    ("staff_note", models.TextField(blank=True, verbose_name="staff note")),
                    ("pricing", models.JSONField(default=dict, editable=False, verbose_name="pricing")),
                    ("placed_at", models.DateTimeField(db_default=Now(), verbose_name="placed")),
                    ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="held until")),
                    ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                    ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled")),
                    ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed")),
                ],
                options={
                    "verbose_name": "order",
                    "verbose_name_plural": "orders",
                    "indexes": [
                        models.Index(fields=["customer", "status"], name="order_customer_status"),
                        models.Index(fields=["status", "created_at"], name="order_status_time"),
                        models.Index(fields=["payment_status", "created_at"], name="order_payment_time"),
                        models.Index(fields=["-placed_at", "-id"], name="order_newest"),
                        models.Index(condition=models.Q(("status", "pending")), fields=["expires_at"], name="order_expiry"),
                        models.Index(fields=["email"], name="order_email"),
                        models.Index(
                            condition=models.Q(("status", "pending"), models.Q(("placed_from", ""), _negated=True)),
                            fields=["placed_from"],
                            name="order_open_place",
                        ),
                        GinIndex(fields=["marks"], name="order_marks"),
                        GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="order_number_searched"),
                        GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="order_email_searched"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["pending", "confirmed", "processing", "completed", "cancelled", "expired"])),
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
                            condition=models.Q(("fulfilment_status__in", ["none", "partial", "shipped", "delivered", "returned", "lost"])),
                            name="order_fulfilment_status_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("prices_include_tax", True),
                                    (
                                        "total",
                                        CombinedExpression(
                                            CombinedExpression(models.F("subtotal"), "-", models.F("discount_total")), "+", models.F("shipping_total")
                                        ),
                                    ),
                                ),
                                models.Q(
                                    ("prices_include_tax", False),
                                    (
                                        "total",
                                        CombinedExpression(
                                            CombinedExpression(
                                                CombinedExpression(models.F("subtotal"), "-", models.F("discount_total")), "+", models.F("shipping_total")
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
                                ("discount_total__gte", 0), ("shipping_total__gte", 0), ("subtotal__gte", 0), ("tax_total__gte", 0), ("total__gte", 0)
                            ),
                            name="order_not_negative",
                        ),
                        models.CheckConstraint(condition=models.Q(("credit_total__gte", 0)), name="order_credit_not_negative"),
                        models.CheckConstraint(condition=models.Q(("number__regex", "^PED-[0-9]{8}-[0-9]{4,}$")), name="order_number_shape"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                models.Q(
                                    models.Q(("subtotal", Round(models.F("subtotal"))), ("subtotal__isnull", True), _connector="OR"),
                                    models.Q(("discount_total", Round(models.F("discount_total"))), ("discount_total__isnull", True), _connector="OR"),
                                    models.Q(("shipping_total", Round(models.F("shipping_total"))), ("shipping_total__isnull", True), _connector="OR"),
                                    models.Q(("tax_total", Round(models.F("tax_total"))), ("tax_total__isnull", True), _connector="OR"),
                                    models.Q(("total", Round(models.F("total"))), ("total__isnull", True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="order_whole_amounts",
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
                                table="orders_order",
                                pgid="pgtrigger_touch_43750",
                                hash="540158b01f5942f701b7e27dac0745755b37706c",
                            ),
                        ),
                        Trigger(
                            name="status_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."status", \':\', NEW."status") = '
                                    "ANY('{completed:processing,confirmed:cancelled,confirmed:completed,"
                                    "confirmed:processing,expired:cancelled,expired:confirmed,"
                                    "pending:cancelled,pending:confirmed,pending:expired,processing:cancelled,"
                                    "processing:completed}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM '
                                    'NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "status" from "%" to "%" on table %\', OLD."status", NEW."status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="orders_order",
                                pgid="pgtrigger_status_steps_9d940",
                                hash="7f604f3427963b46ebf5eff43100bc37551a0f79",
                            ),
                        ),
                        Trigger(
                            name="payment_status_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."payment_status", \':\', NEW."payment_status") = '
                                    "ANY('{authorized:overpaid,authorized:paid,authorized:partially_paid,"
                                    "authorized:pending,authorized:review,authorized:unpaid,disputed:overpaid,"
                                    "disputed:paid,disputed:partially_refunded,disputed:refunded,"
                                    "disputed:review,overpaid:disputed,overpaid:paid,"
                                    "overpaid:partially_refunded,overpaid:refunded,overpaid:review,"
                                    "paid:disputed,paid:overpaid,paid:partially_paid,paid:partially_refunded,"
                                    "paid:refunded,paid:review,partially_paid:disputed,partially_paid:overpaid,"
                                    "partially_paid:paid,partially_paid:partially_refunded,"
                                    "partially_paid:refunded,partially_paid:review,partially_refunded:disputed,"
                                    "partially_refunded:overpaid,partially_refunded:paid,"
                                    "partially_refunded:refunded,partially_refunded:review,pending:authorized,"
                                    "pending:overpaid,pending:paid,pending:partially_paid,pending:review,"
                                    "pending:unpaid,refunded:disputed,refunded:overpaid,refunded:paid,"
                                    "refunded:partially_paid,refunded:partially_refunded,refunded:review,"
                                    "review:authorized,review:disputed,review:overpaid,review:paid,"
                                    "review:partially_paid,review:partially_refunded,review:pending,"
                                    "review:refunded,review:unpaid,unpaid:authorized,unpaid:overpaid,"
                                    "unpaid:paid,unpaid:partially_paid,unpaid:pending,unpaid:review}'::text[]) "
                                    "INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND "
                                    'OLD."payment_status" IS DISTINCT FROM NEW."payment_status") THEN RAISE '
                                    'EXCEPTION \'pgtrigger: Invalid transition of field "payment_status" from '
                                    '"%" to "%" on table %\', OLD."payment_status", NEW."payment_status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="orders_order",
                                pgid="pgtrigger_payment_status_steps_6e380",
                                hash="e7591d3aacd3da28cd4370a3f4239511c7d604b9",
                            ),
                        ),
                        Trigger(
                            name="fulfilment_status_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."fulfilment_status", \':\', NEW."fulfilment_status") = '
                                    "ANY('{delivered:partial,delivered:returned,lost:partial,none:delivered,"
                                    "none:partial,none:shipped,partial:delivered,partial:lost,partial:returned,"
                                    "partial:shipped,returned:delivered,returned:partial,shipped:delivered,"
                                    "shipped:lost,shipped:partial,shipped:returned}'::text[]) INTO "
                                    "_is_valid_transition; IF (_is_valid_transition IS FALSE AND "
                                    'OLD."fulfilment_status" IS DISTINCT FROM NEW."fulfilment_status") THEN '
                                    "RAISE EXCEPTION 'pgtrigger: Invalid transition of field "
                                    '"fulfilment_status" from "%" to "%" on table %\', '
                                    'OLD."fulfilment_status", NEW."fulfilment_status", TG_TABLE_NAME; ELSE '
                                    "RETURN NEW; END IF;"
                                ),
                                table="orders_order",
                                pgid="pgtrigger_fulfilment_status_steps_53e3d",
                                hash="342bfe7f2c7ca95f78b1f9a0ddf04a20533a2741",
                            ),
                        ),
                        Trigger(
                            name="order_has_a_line",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                constraint="CONSTRAINT",
                                timing="DEFERRABLE INITIALLY DEFERRED",
                                declare="DECLARE checked uuid;",
                                func=read_sql("orders", "order_has_a_line"),
                                table="orders_order",
                                pgid="pgtrigger_order_has_a_line_15ac2",
                                hash="c92ef84a003bdda56bb9eed55adde6993efbe687",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderDay", fields=[("day", models.DateField(primary_key=True, serialize=False)), ("first_value", models.BigIntegerField())]
            ),
            migrations.CreateModel(
                name="OrderAddress",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("order", models.ForeignKey(db_index=False, on_delete=models.CASCADE, related_name="addresses", to="orders.order", verbose_name="order")),
                    ("kind", models.CharField(choices=[("shipping", "delivery"), ("billing", "billing")], max_length=10, verbose_name="kind")),
                    ("recipient", models.CharField(max_length=200, verbose_name="recipient")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                    ("street", models.CharField(max_length=255, verbose_name="street and number")),
                    ("district", models.CharField(blank=True, max_length=100, verbose_name="district")),
                    ("city", models.CharField(max_length=100, verbose_name="city")),
                    ("region", models.CharField(blank=True, max_length=100, verbose_name="state or region")),
                    ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="postal code")),
                    ("country", CountryField(max_length=2, verbose_name="country")),
                    ("ubigeo", models.CharField(blank=True, max_length=6, verbose_name="ubigeo")),
                    ("reference", models.CharField(blank=True, max_length=255, verbose_name="reference")),
                ],
                options={
                    "verbose_name": "order address",
                    "verbose_name_plural": "order addresses",
                    "constraints": [
                        models.UniqueConstraint(fields=("order", "kind"), name="order_address_once"),
                        models.CheckConstraint(condition=models.Q(("kind__in", ["shipping", "billing"])), name="order_address_kind_known"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="orders_orderaddress",
                                pgid="pgtrigger_touch_afe28",
                                hash="6bd1ce9706d41eb7809fc225c8e8b42644042b2c",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderEvent",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("order", models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="events", to="orders.order", verbose_name="order")),
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
                    (
                        "actor",
                        models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"),
                    ),
                    ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    ("details", models.JSONField(blank=True, default=dict)),
                    ("is_public", models.BooleanField(default=True, verbose_name="shown to the shopper")),
                ],
                options={
                    "verbose_name": "timeline entry",
                    "verbose_name_plural": "timeline",
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
                    "triggers": [
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="orders_orderevent",
                                pgid="pgtrigger_undeletable_d49bc",
                                hash="25a48edbbbda3ebbd5c62c6b574f162fcd12cb6c",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="orders_orderevent",
                                pgid="pgtrigger_untruncatable_2704a",
                                hash="3784d14661373b6c5a87f6a71f62ca50792f3f1f",
                            ),
                        ),
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (current_setting('shop.erasing', true) IS DISTINCT FROM 'on')",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="orders_orderevent",
                                pgid="pgtrigger_append_only_39cdb",
                                hash="25f323bd0dbe436f46a28cf2ef3ceda1c2fbc169",
                            ),
                        ),
                        Trigger(
                            name="keeps_the_rest",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition=(
                                    'WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."created_at" IS '
                                    'DISTINCT FROM (NEW."created_at") OR OLD."updated_at" IS DISTINCT FROM '
                                    '(NEW."updated_at") OR OLD."order_id" IS DISTINCT FROM (NEW."order_id") OR '
                                    'OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."actor_id" IS DISTINCT '
                                    'FROM (NEW."actor_id") OR OLD."is_public" IS DISTINCT FROM '
                                    '(NEW."is_public"))'
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="orders_orderevent",
                                pgid="pgtrigger_keeps_the_rest_7a823",
                                hash="bf31af1b4f3544bdf835be77e9504bd0a14c5c5a",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("order", models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="lines", to="orders.order", verbose_name="order")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="order_lines", to="catalog.variant", verbose_name="variant")),
                    (
                        "seller",
                        models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="order_lines", to="accounts.seller", verbose_name="seller"),
                    ),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    ("name", models.CharField(max_length=255, verbose_name="name")),
                    ("sku", models.CharField(max_length=120, verbose_name="SKU")),
                    ("options", models.JSONField(default=dict, verbose_name="options")),
                    ("picture", models.CharField(blank=True, db_default="", default="", editable=False, max_length=255)),
                    ("kit", models.CharField(blank=True, max_length=255, verbose_name="kit")),
                    ("warranty_months", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="warranty, months")),
                    ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                    ("list_price", MoneyField(decimal_places=2, max_digits=12, verbose_name="list price")),
                    ("unit_price", MoneyField(decimal_places=2, max_digits=12, verbose_name="unit price")),
                    ("discount", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="discount")),
                    ("tax_rate", models.DecimalField(decimal_places=4, default=0, max_digits=6, verbose_name="tax rate")),
                    ("tax", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="tax")),
                    ("total", MoneyField(decimal_places=2, max_digits=12, verbose_name="total")),
                    ("unit_allocations", models.JSONField(default=list, editable=False)),
                    ("cancelled_quantity", models.PositiveIntegerField(default=0, editable=False, verbose_name="cancelled")),
                    ("shipped_quantity", models.PositiveIntegerField(default=0, editable=False, verbose_name="shipped")),
                    ("delivered_quantity", models.PositiveIntegerField(default=0, editable=False, verbose_name="delivered")),
                    ("returned_quantity", models.PositiveIntegerField(default=0, editable=False, verbose_name="returned")),
                ],
                options={
                    "verbose_name": "order line",
                    "verbose_name_plural": "order lines",
                    "indexes": [
                        models.Index(fields=["order", "position"], name="order_line_order"),
                        models.Index(fields=["seller", "order"], name="order_line_seller"),
                        GinIndex(OpClass(Upper("sku"), name="gin_trgm_ops"), name="order_line_sku_searched"),
                    ],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="order_line_not_empty"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("total", CombinedExpression(CombinedExpression(models.F("unit_price"), "*", models.F("quantity")), "-", models.F("discount")))
                            ),
                            name="order_line_adds_up",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("discount__gte", 0), ("tax__gte", 0), ("total__gte", 0), ("unit_price__gte", 0)), name="order_line_not_negative"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("quantity__gte", CombinedExpression(models.F("cancelled_quantity"), "+", models.F("shipped_quantity")))),
                            name="order_line_ships_what_was_ordered",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("delivered_quantity__lte", models.F("shipped_quantity"))), name="order_line_delivers_what_was_shipped"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("returned_quantity__lte", models.F("delivered_quantity"))), name="order_line_returns_what_was_delivered"
                        ),
                        models.CheckConstraint(condition=models.Q(("tax_rate__gte", 0), ("tax_rate__lt", 1)), name="order_line_tax_rate_range"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="orders_orderline",
                                pgid="pgtrigger_touch_4e8d8",
                                hash="75e988237420e3bf61fea043eba90e424bfcaee8",
                            ),
                        ),
                        Trigger(
                            name="order_has_a_line",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='DELETE OR UPDATE OF "order_id"',
                                constraint="CONSTRAINT",
                                timing="DEFERRABLE INITIALLY DEFERRED",
                                declare="DECLARE checked uuid;",
                                func=read_sql("orders", "order_has_a_line"),
                                table="orders_orderline",
                                pgid="pgtrigger_order_has_a_line_027da",
                                hash="114f4ef11ecff46bfc7a04ad1a44e9c39a914b61",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OrderDiscount",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("order", models.ForeignKey(on_delete=models.PROTECT, related_name="discounts", to="orders.order", verbose_name="order")),
                    (
                        "line",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="discounts", to="orders.orderline", verbose_name="line"
                        ),
                    ),
                    ("promotion", models.UUIDField(blank=True, null=True, verbose_name="promotion")),
                    ("code", models.CharField(blank=True, max_length=50, verbose_name="code")),
                    ("reason", models.CharField(max_length=255, verbose_name="reason")),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                ],
                options={
                    "verbose_name": "discount",
                    "verbose_name_plural": "discounts",
                    "constraints": [models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="order_discount_positive")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="orders_orderdiscount",
                                pgid="pgtrigger_touch_527ae",
                                hash="9b892c96789c1838ad9abb4608b083db3c13ebb4",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BoughtTogether",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="bought_with", to="catalog.product")),
                    ("other", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="catalog.product")),
                    ("orders", models.PositiveIntegerField()),
                    ("score", models.FloatField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("product", "other"), name="bought_together_once"),
                        models.CheckConstraint(condition=models.Q(("product", models.F("other")), _negated=True), name="bought_together_not_itself"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="orders_boughttogether",
                                pgid="pgtrigger_touch_8c3a7",
                                hash="a2bac764ddc4e5dec5faedb51d1e9a7ddcfd12a8",
                            ),
                        )
                    ],
                },
            ),
        ),
    ]
