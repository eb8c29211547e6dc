from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import migrations, models
from django.db.models.functions.datetime import Now
from django.db.models.functions.math import Round
from django.db.models.functions.text import Upper
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import payments.models.transfer
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import CurrencyField, MoneyField
from core.database.sql_files import read_sql, run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("orders", "0001_initial"), ("shipping", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="StoreCredit",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("reference", models.UUIDField(blank=True, editable=False, null=True, verbose_name="reference")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("user", models.ForeignKey(on_delete=models.PROTECT, related_name="store_credits", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("balance", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="balance")),
                    ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                    ("told_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="told by mail")),
                ],
                options={
                    "verbose_name": "store credit",
                    "verbose_name_plural": "store credits",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("balance__gte", 0)), name="store_credit_never_overdrawn"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                ("balance", Round(models.F("balance"))),
                                ("balance__isnull", True),
                                _connector="OR",
                            ),
                            name="store_credit_whole_amounts",
                        ),
                        models.UniqueConstraint(condition=models.Q(("reference__isnull", False)), fields=("reference",), name="store_credit_granted_once"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_storecredit",
                                pgid="pgtrigger_touch_f54bf",
                                hash="5dca07153102ed6a00efafd079c47f8cae08017c",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="payments_storecredit",
                                pgid="pgtrigger_undeletable_b77cc",
                                hash="d788605ee6597b4db21bfb51360009b2200556cb",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="payments_storecredit",
                                pgid="pgtrigger_untruncatable_d843f",
                                hash="aea24969b27b73337f6a4c8a86838e5ff1682056",
                            ),
                        ),
                        Trigger(
                            name="sum_of_entries",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR UPDATE OF "balance"',
                                constraint="CONSTRAINT",
                                timing="DEFERRABLE INITIALLY DEFERRED",
                                func=read_sql("payments", "credit_sum_of_entries"),
                                table="payments_storecredit",
                                pgid="pgtrigger_sum_of_entries_41b36",
                                hash="dfa61a7038909e10a27ba90c6035abb3434838ad",
                            ),
                        ),
                        Trigger(
                            name="by_entries",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation='UPDATE OF "balance"',
                                condition="WHEN (OLD.balance IS DISTINCT FROM NEW.balance)",
                                func=read_sql("payments", "credit_by_entries"),
                                table="payments_storecredit",
                                pgid="pgtrigger_by_entries_7b945",
                                hash="2f0cb9f32b2ec4091c6c961007cecf68bae12817",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CreditRequest",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("user", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="customer")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                    (
                        "state",
                        models.CharField(
                            choices=[("requested", "requested"), ("approved", "approved"), ("declined", "declined")],
                            default="requested",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("requested_by", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="requested by")),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="decided by"
                        ),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ],
                options={
                    "verbose_name": "request for store credit",
                    "verbose_name_plural": "requests for store credit",
                    "indexes": [models.Index(fields=["state", "created_at"], name="credit_request_state_time")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("state__in", ["requested", "approved", "declined"])), name="credit_request_state_known"),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="credit_request_positive"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                ("amount", Round(models.F("amount"))),
                                ("amount__isnull", True),
                                _connector="OR",
                            ),
                            name="credit_request_whole_amounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(
                                    ("decided_by__isnull", False),
                                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                                    models.Q(("decided_by", models.F("user")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="credit_request_second_person",
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
                                table="payments_creditrequest",
                                pgid="pgtrigger_touch_eaf6d",
                                hash="e660726cf2a63895d85088e69d5ae15dd9690eab",
                            ),
                        ),
                        Trigger(
                            name="state_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."state", \':\', NEW."state") = '
                                    "ANY('{requested:approved,requested:declined}'::text[]) INTO "
                                    '_is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" '
                                    'IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid '
                                    'transition of field "state" from "%" to "%" on table %\', OLD."state", '
                                    'NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'
                                ),
                                table="payments_creditrequest",
                                pgid="pgtrigger_state_steps_09ae0",
                                hash="241429108d266ed94c792cd0bf329aa90ec7f742",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StoreCreditEntry",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("credit", models.ForeignKey(on_delete=models.PROTECT, related_name="entries", to="payments.storecredit", verbose_name="credit")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("granted", "granted"), ("spent", "spent on an order"), ("returned", "given back"), ("expired", "run out")],
                            db_default="granted",
                            default="granted",
                            max_length=10,
                            verbose_name="kind",
                        ),
                    ),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("reference", models.UUIDField(blank=True, null=True, verbose_name="reference")),
                    ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    (
                        "actor",
                        models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"),
                    ),
                ],
                options={
                    "verbose_name": "store credit entry",
                    "verbose_name_plural": "store credit entries",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="store_credit_entry_not_empty"),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["granted", "spent", "returned", "expired"])), name="store_credit_entry_kind_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("amount__gt", 0), ("kind__in", ["granted", "returned"])),
                                models.Q(("amount__lt", 0), ("kind__in", ["spent", "expired"])),
                                _connector="OR",
                            ),
                            name="store_credit_entry_sign",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("reference__isnull", False)), fields=("credit", "kind", "reference"), name="store_credit_entry_once"
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="payments_storecreditentry",
                                pgid="pgtrigger_undeletable_c565d",
                                hash="5ef36ac1d11bd19d074fd0963024213d5cecfc0c",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="payments_storecreditentry",
                                pgid="pgtrigger_untruncatable_33661",
                                hash="1bf1776b17480fe6d4e1d622b1061949dbce6346",
                            ),
                        ),
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (current_setting('shop.erasing', true) IS DISTINCT FROM 'on')",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="payments_storecreditentry",
                                pgid="pgtrigger_append_only_46d70",
                                hash="b4729c3458ff62ba8a91a71800a30948ce764bf8",
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
                                    '(NEW."updated_at") OR OLD."credit_id" IS DISTINCT FROM (NEW."credit_id") '
                                    'OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."amount" IS DISTINCT '
                                    'FROM (NEW."amount") OR OLD."reference" IS DISTINCT FROM (NEW."reference") '
                                    'OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id"))'
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="payments_storecreditentry",
                                pgid="pgtrigger_keeps_the_rest_9870b",
                                hash="e5ffef40d2252ddb0c27da510c45eef22aadfc46",
                            ),
                        ),
                        Trigger(
                            name="apply",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("payments", "credit_entry_apply"),
                                table="payments_storecreditentry",
                                pgid="pgtrigger_apply_fe74a",
                                hash="ff8d8e6fa8fd7901e22b758e5689728b1103aeac",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WebhookEvent",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("provider", models.CharField(max_length=30, verbose_name="provider")),
                    ("event_id", models.CharField(max_length=255, verbose_name="event")),
                    ("type", models.CharField(blank=True, max_length=100, verbose_name="type")),
                    ("payload", models.JSONField(verbose_name="payload")),
                    ("about", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False)),
                    ("headers", models.JSONField(default=dict, verbose_name="headers")),
                    (
                        "status",
                        models.CharField(
                            choices=[("received", "received"), ("processed", "processed"), ("failed", "failed"), ("ignored", "ignored")],
                            default="received",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                    ("due_at", models.DateTimeField(db_default=Now(), verbose_name="next try")),
                    ("processed_at", models.DateTimeField(blank=True, null=True, verbose_name="processed")),
                    ("error", models.TextField(blank=True, verbose_name="error")),
                ],
                options={
                    "verbose_name": "webhook event",
                    "verbose_name_plural": "webhook events",
                    "indexes": [
                        models.Index(condition=models.Q(("status", "received")), fields=["due_at"], name="webhook_waiting"),
                        models.Index(condition=models.Q(("attempts", 0), ("status", "received")), fields=["due_at", "id"], name="webhook_untried"),
                        models.Index(fields=["status", "created_at"], name="webhook_status_time"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("provider", "event_id"), name="webhook_event_once"),
                        models.CheckConstraint(condition=models.Q(("status__in", ["received", "processed", "failed", "ignored"])), name="webhook_status_known"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_webhookevent",
                                pgid="pgtrigger_touch_b0349",
                                hash="72c5ba2884431c0a67ae0944cbc80d12a6a6ddac",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="IdempotencyKey",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("key", models.CharField(max_length=150)),
                    ("scope", models.CharField(max_length=50)),
                    ("fingerprint", models.CharField(blank=True, max_length=64)),
                    ("response", models.JSONField(blank=True, encoder=DjangoJSONEncoder, null=True)),
                    ("expires_at", models.DateTimeField()),
                ],
                options={
                    "verbose_name": "idempotency key",
                    "verbose_name_plural": "idempotency keys",
                    "indexes": [models.Index(fields=["expires_at"], name="idempotency_key_expiry")],
                    "constraints": [models.UniqueConstraint(fields=("key",), name="payments_idempotencykey_key_key")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_idempotencykey",
                                pgid="pgtrigger_touch_ff12e",
                                hash="61fbcd908897f57f5fd8c83fe6c64708a5943c26",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="GatewayLogSpool",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("entry", models.JSONField(encoder=DjangoJSONEncoder, verbose_name="entry")),
                ],
                options={
                    "verbose_name": "waiting log entry",
                    "verbose_name_plural": "waiting log entries",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_gatewaylogspool",
                                pgid="pgtrigger_touch_03ce8",
                                hash="9b585e31f99b2fb804458b47d8645d2603198dc6",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reconciliation",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("provider", models.CharField(max_length=30, unique=True, verbose_name="provider")),
                    ("reached_at", models.DateTimeField(verbose_name="compared until")),
                    ("unsolved", models.PositiveIntegerField(default=0, verbose_name="for staff to look at")),
                    (
                        "leftovers",
                        models.JSONField(
                            db_default=models.Value([], models.JSONField()),
                            default=list,
                            editable=False,
                            encoder=DjangoJSONEncoder,
                            verbose_name="what is left",
                        ),
                    ),
                    ("error", models.CharField(blank=True, db_default="", max_length=255, verbose_name="why it could not be asked")),
                ],
                options={
                    "verbose_name": "reconciliation",
                    "verbose_name_plural": "reconciliations",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_reconciliation",
                                pgid="pgtrigger_touch_baa5c",
                                hash="467543ad7bfdc1ce2b1d6fba171a187131edb82d",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaymentMethod",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("code", models.SlugField(unique=True, verbose_name="code")),
                    ("name", models.CharField(max_length=100, verbose_name="name")),
                    ("name_es", models.CharField(max_length=100, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=100, null=True, verbose_name="name")),
                    ("description", models.CharField(blank=True, max_length=255, verbose_name="description")),
                    ("description_es", models.CharField(blank=True, max_length=255, null=True, verbose_name="description")),
                    ("description_en", models.CharField(blank=True, max_length=255, null=True, verbose_name="description")),
                    ("instructions", models.TextField(blank=True, verbose_name="instructions")),
                    ("instructions_es", models.TextField(blank=True, null=True, verbose_name="instructions")),
                    ("instructions_en", models.TextField(blank=True, null=True, verbose_name="instructions")),
                    (
                        "type",
                        models.CharField(
                            choices=[
                                ("card", "card"),
                                ("wallet", "wallet"),
                                ("bank_transfer", "bank transfer"),
                                ("cash_voucher", "cash voucher"),
                                ("cash_on_delivery", "cash on delivery"),
                                ("pay_in_shop", "pay in the shop"),
                            ],
                            max_length=20,
                            verbose_name="type",
                        ),
                    ),
                    ("gateway", models.CharField(max_length=30, verbose_name="provider")),
                    (
                        "commission_percent",
                        models.DecimalField(
                            decimal_places=2, default=0, max_digits=5, validators=[MinValueValidator(0), MaxValueValidator(100)], verbose_name="commission, %"
                        ),
                    ),
                    (
                        "commission_fixed",
                        MoneyField(decimal_places=2, default=0, max_digits=12, validators=[MinValueValidator(0)], verbose_name="commission, fixed"),
                    ),
                    ("hold_minutes", models.PositiveIntegerField(default=30, validators=[MinValueValidator(1)], verbose_name="minutes to pay")),
                    ("currencies", ArrayField(base_field=models.CharField(max_length=3), blank=True, default=list, size=None, verbose_name="currencies")),
                    ("countries", ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None, verbose_name="countries")),
                    ("minimum_amount", MoneyField(decimal_places=2, default=0, max_digits=12, validators=[MinValueValidator(0)], verbose_name="from amount")),
                    ("maximum_amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="to amount")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                    (
                        "zones",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Only for orders that are handed over there; everywhere if none is chosen.",
                            related_name="+",
                            to="shipping.zone",
                            verbose_name="zones",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "payment method",
                    "verbose_name_plural": "payment methods",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("type__in", ["card", "wallet", "bank_transfer", "cash_voucher", "cash_on_delivery", "pay_in_shop"])),
                            name="payment_method_type_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("commission_fixed__gte", 0), ("commission_percent__range", (0, 100))), name="payment_method_commission_range"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("maximum_amount", None), ("maximum_amount__gte", models.F("minimum_amount")), _connector="OR"),
                            name="payment_method_amount_range",
                        ),
                        models.CheckConstraint(condition=models.Q(("hold_minutes__gt", 0)), name="payment_method_hold_positive"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_paymentmethod",
                                pgid="pgtrigger_touch_e73a7",
                                hash="d512383c0e32cecc76ea99ad7bee4206ed191109",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Payment",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("order", models.ForeignKey(on_delete=models.PROTECT, related_name="payments", to="orders.order", verbose_name="order")),
                    (
                        "method",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="payments", to="payments.paymentmethod", verbose_name="method"
                        ),
                    ),
                    ("gateway", models.CharField(max_length=30, verbose_name="gateway")),
                    ("gateway_id", models.CharField(blank=True, max_length=255, verbose_name="id at the gateway")),
                    ("gateway_reference", models.CharField(blank=True, max_length=255, verbose_name="transaction")),
                    ("redirect_url", models.URLField(blank=True, editable=False, max_length=2000, verbose_name="payment page")),
                    ("idempotency_key", models.CharField(editable=False, max_length=64, verbose_name="idempotency key")),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("quoted_amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="quoted amount")),
                    ("quoted_currency", CurrencyField(blank=True, max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="quoted currency")),
                    ("quoted_rate", models.DecimalField(blank=True, decimal_places=8, max_digits=16, null=True, verbose_name="rate")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("creating", "being created"),
                                ("open", "open"),
                                ("processing", "processing"),
                                ("authorized", "authorized"),
                                ("captured", "captured"),
                                ("failed", "failed"),
                                ("expired", "expired"),
                                ("cancelled", "cancelled"),
                                ("review", "under review"),
                            ],
                            default="creating",
                            max_length=12,
                            verbose_name="status",
                        ),
                    ),
                    ("captured", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="captured")),
                    ("refunded", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="refunded")),
                    ("refund_reserved", MoneyField(decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="in refunds")),
                    ("charged_back", MoneyField(db_default=0, decimal_places=2, default=0, editable=False, max_digits=12, verbose_name="charged back")),
                    ("fee", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="commission")),
                    ("card_brand", models.CharField(blank=True, max_length=20, verbose_name="card")),
                    ("card_last4", models.CharField(blank=True, max_length=4, verbose_name="last four")),
                    ("bank_reference", models.CharField(blank=True, max_length=100, verbose_name="bank reference")),
                    ("error_code", models.CharField(blank=True, max_length=100, verbose_name="error code")),
                    ("error_message", models.CharField(blank=True, max_length=255, verbose_name="error")),
                    ("metadata", models.JSONField(blank=True, default=dict, verbose_name="further data")),
                    ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                    ("captured_at", models.DateTimeField(blank=True, null=True, verbose_name="captured at")),
                    ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="last asked")),
                ],
                options={
                    "verbose_name": "payment",
                    "verbose_name_plural": "payments",
                    "indexes": [
                        models.Index(fields=["gateway", "order"], name="payment_gateway_order"),
                        models.Index(
                            condition=models.Q(("state__in", ["creating", "open", "processing", "authorized"])), fields=["checked_at"], name="payment_to_ask"
                        ),
                        models.Index(fields=["state", "created_at"], name="payment_state_time"),
                        models.Index(
                            condition=models.Q(("gateway_reference", ""), _negated=True), fields=["gateway_reference"], name="payment_gateway_reference"
                        ),
                        GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="payment_number_searched"),
                        GinIndex(OpClass(Upper("gateway_id"), name="gin_trgm_ops"), name="payment_gateway_id_searched"),
                        GinIndex(OpClass(Upper("gateway_reference"), name="gin_trgm_ops"), name="payment_reference_searched"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("idempotency_key",), name="payments_payment_idempotency_key_key"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["creating", "open", "processing", "authorized", "captured", "failed", "expired", "cancelled", "review"])
                            ),
                            name="payment_state_known",
                        ),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_positive"),
                        models.CheckConstraint(
                            condition=models.Q(("refund_reserved__gte", 0), ("refund_reserved__lte", models.F("captured"))),
                            name="payment_refunds_within_captured",
                        ),
                        models.CheckConstraint(condition=models.Q(("captured__gte", 0), ("refunded__gte", 0)), name="payment_sums_not_negative"),
                        models.CheckConstraint(condition=models.Q(("card_last4__regex", "^[0-9]{0,4}$")), name="payment_card_last_four_only"),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "captured"), _negated=True), ("captured__gt", 0), _connector="OR"),
                            name="payment_captured_has_money",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("state__in", ["creating", "open", "processing", "authorized"]), models.Q(("gateway", "store_credit"), _negated=True)
                            ),
                            fields=("order",),
                            name="payment_one_live_per_order",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("gateway_id", ""), _negated=True), fields=("gateway", "gateway_id"), name="payment_gateway_id_once"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("bank_reference", ""), _negated=True), fields=("bank_reference",), name="payment_bank_reference_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                models.Q(
                                    models.Q(("amount", Round(models.F("amount"))), ("amount__isnull", True), _connector="OR"),
                                    models.Q(("captured", Round(models.F("captured"))), ("captured__isnull", True), _connector="OR"),
                                    models.Q(("refunded", Round(models.F("refunded"))), ("refunded__isnull", True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="payment_whole_amounts",
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
                                table="payments_payment",
                                pgid="pgtrigger_touch_6c149",
                                hash="3f14140b53e05ef190df2cfa06218d8b299d71fc",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="payments_payment",
                                pgid="pgtrigger_undeletable_ee505",
                                hash="6b1c6852586d1b08d6ca1054d0b1db699e255c33",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="payments_payment",
                                pgid="pgtrigger_untruncatable_9c087",
                                hash="8af3d0f58ba93848a807e193ad7e44701a6bbab2",
                            ),
                        ),
                        Trigger(
                            name="state_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."state", \':\', NEW."state") = '
                                    "ANY('{authorized:cancelled,authorized:captured,authorized:expired,"
                                    "authorized:failed,authorized:open,authorized:processing,authorized:review,"
                                    "cancelled:captured,cancelled:review,creating:authorized,"
                                    "creating:cancelled,creating:captured,creating:expired,creating:failed,"
                                    "creating:open,creating:processing,creating:review,expired:captured,"
                                    "expired:review,failed:captured,failed:review,open:authorized,"
                                    "open:cancelled,open:captured,open:expired,open:failed,open:processing,"
                                    "open:review,processing:authorized,processing:cancelled,"
                                    "processing:captured,processing:expired,processing:failed,processing:open,"
                                    "processing:review,review:cancelled,review:captured,review:expired,"
                                    "review:failed}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM '
                                    'NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "state" from "%" to "%" on table %\', OLD."state", NEW."state", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="payments_payment",
                                pgid="pgtrigger_state_steps_cef51",
                                hash="f5cb5711a261e49cbf96580f02c086a5a2ccb17a",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LedgerEntry",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("payment", models.ForeignKey(on_delete=models.PROTECT, related_name="ledger", to="payments.payment", verbose_name="payment")),
                    ("provider", models.CharField(max_length=30, verbose_name="provider")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("capture", "capture"),
                                ("refund", "refund"),
                                ("refund_reversal", "refund given back"),
                                ("chargeback", "chargeback"),
                                ("chargeback_reversal", "chargeback given back"),
                            ],
                            max_length=20,
                            verbose_name="kind",
                        ),
                    ),
                    ("reference", models.CharField(max_length=255, verbose_name="reference")),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("provider_amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="at the provider")),
                    (
                        "provider_currency",
                        CurrencyField(blank=True, db_default="", max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="provider's currency"),
                    ),
                    ("is_accepted", models.BooleanField(default=True, verbose_name="accepted")),
                    ("occurred_at", models.DateTimeField(verbose_name="when")),
                ],
                options={
                    "verbose_name": "ledger entry",
                    "verbose_name_plural": "money ledger",
                    "indexes": [models.Index(fields=["occurred_at"], name="ledger_time")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["capture", "refund", "refund_reversal", "chargeback", "chargeback_reversal"])),
                            name="ledger_kind_known",
                        ),
                        models.UniqueConstraint(fields=("provider", "kind", "reference"), name="ledger_once"),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ledger_positive"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                ("amount", Round(models.F("amount"))),
                                ("amount__isnull", True),
                                _connector="OR",
                            ),
                            name="ledger_whole_amounts",
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE OR DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                table="payments_ledgerentry",
                                pgid="pgtrigger_append_only_94ee6",
                                hash="b35bce51a09fa020d0f2128966453cb3e28b4195",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="payments_ledgerentry",
                                pgid="pgtrigger_untruncatable_b456a",
                                hash="4149c276252ed90e3958ca7e9250e5714aa1fc8e",
                            ),
                        ),
                        Trigger(
                            name="add_up",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                func=read_sql("payments", "ledger_entry_apply"),
                                table="payments_ledgerentry",
                                pgid="pgtrigger_add_up_2af62",
                                hash="f8ce2462424600db37d01e9b54d17f9b1ddb0d45",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Refund",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("payment", models.ForeignKey(on_delete=models.PROTECT, related_name="refunds", to="payments.payment", verbose_name="payment")),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("provider_amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="at the provider")),
                    ("reason", models.CharField(max_length=255, verbose_name="reason")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("requested", "requested"),
                                ("approved", "approved"),
                                ("submitted", "sent to the provider"),
                                ("pending", "pending at the provider"),
                                ("succeeded", "succeeded"),
                                ("failed", "failed"),
                                ("cancelled", "cancelled"),
                                ("rejected", "rejected"),
                                ("external", "made at the provider"),
                            ],
                            default="requested",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    (
                        "destination",
                        models.CharField(
                            choices=[("payment", "the way it was paid"), ("credit", "store credit")],
                            db_default="payment",
                            default="payment",
                            max_length=10,
                            verbose_name="goes back as",
                        ),
                    ),
                    ("is_automatic", models.BooleanField(default=False, verbose_name="by the shop itself")),
                    ("follows_change", models.BooleanField(db_default=False, default=False, editable=False, verbose_name="for a changed order")),
                    (
                        "requested_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="requested by"
                        ),
                    ),
                    (
                        "approved_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="approved by"
                        ),
                    ),
                    ("despite_dispute", models.CharField(blank=True, db_default="", editable=False, max_length=255, verbose_name="although it is disputed")),
                    ("is_self_approved", models.BooleanField(default=False, verbose_name="approved by the requester")),
                    ("idempotency_key", models.CharField(editable=False, max_length=64, unique=True, verbose_name="idempotency key")),
                    ("capture_reference", models.CharField(blank=True, db_default="", editable=False, max_length=255, verbose_name="of the capture")),
                    ("gateway_reference", models.CharField(blank=True, max_length=255, verbose_name="transaction")),
                    ("error_message", models.CharField(blank=True, max_length=255, verbose_name="error")),
                    ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted")),
                    ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed")),
                ],
                options={
                    "verbose_name": "refund",
                    "verbose_name_plural": "refunds",
                    "indexes": [models.Index(fields=["state", "created_at"], name="refund_state_time")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["requested", "approved", "submitted", "pending", "succeeded", "failed", "cancelled", "rejected", "external"])
                            ),
                            name="refund_state_known",
                        ),
                        models.CheckConstraint(condition=models.Q(("destination__in", ["payment", "credit"])), name="refund_destination_known"),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="refund_positive"),
                        models.CheckConstraint(
                            condition=models.Q(("provider_amount__isnull", True), ("provider_amount__gt", 0), _connector="OR"),
                            name="refund_positive_at_provider",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("approved_by", None),
                                ("requested_by", None),
                                models.Q(("approved_by", models.F("requested_by")), _negated=True),
                                ("is_self_approved", True),
                                _connector="OR",
                            ),
                            name="refund_second_person",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["requested", "rejected", "external"]), ("is_automatic", True), ("approved_by__isnull", False), _connector="OR"
                            ),
                            name="refund_approved_before_sent",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                ("amount", Round(models.F("amount"))),
                                ("amount__isnull", True),
                                _connector="OR",
                            ),
                            name="refund_whole_amounts",
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
                                table="payments_refund",
                                pgid="pgtrigger_touch_1a6be",
                                hash="f7bb24d3b6e5e18eb6c0cb9bbfbb5244d42e5f8a",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="payments_refund",
                                pgid="pgtrigger_undeletable_2b16b",
                                hash="414b73cb6981a11962e6a14555839535b06edb65",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="payments_refund",
                                pgid="pgtrigger_untruncatable_abdc1",
                                hash="5378e19a63e6c5a9ffd4eed5b5de72df0b9f6ccb",
                            ),
                        ),
                        Trigger(
                            name="state_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."state", \':\', NEW."state") = '
                                    "ANY('{approved:cancelled,approved:submitted,cancelled:succeeded,"
                                    "external:failed,pending:cancelled,pending:failed,pending:succeeded,"
                                    "requested:approved,requested:rejected,submitted:cancelled,"
                                    "submitted:failed,submitted:pending,submitted:succeeded,"
                                    "succeeded:failed}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM '
                                    'NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "state" from "%" to "%" on table %\', OLD."state", NEW."state", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="payments_refund",
                                pgid="pgtrigger_state_steps_e547a",
                                hash="2e11119f3b9deb9919c008b6129308a4bf008bca",
                            ),
                        ),
                        Trigger(
                            name="fixed",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition=(
                                    'WHEN (OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR '
                                    'OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."currency" IS '
                                    'DISTINCT FROM (NEW."currency"))'
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="payments_refund",
                                pgid="pgtrigger_fixed_33b35",
                                hash="d4de2cdb825251d5841b97e627c7e6370002f473",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Dispute",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("payment", models.ForeignKey(on_delete=models.PROTECT, related_name="disputes", to="payments.payment", verbose_name="payment")),
                    ("provider", models.CharField(max_length=30, verbose_name="provider")),
                    ("reference", models.CharField(max_length=255, verbose_name="reference")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("opened", "opened"),
                                ("needs_response", "needs a response"),
                                ("under_review", "under review"),
                                ("won", "won"),
                                ("lost", "lost"),
                                ("accepted", "accepted"),
                            ],
                            default="opened",
                            max_length=15,
                            verbose_name="status",
                        ),
                    ),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                    ("respond_by", models.DateTimeField(blank=True, null=True, verbose_name="respond by")),
                    ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ],
                options={
                    "verbose_name": "dispute",
                    "verbose_name_plural": "disputes",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["opened", "needs_response", "under_review", "won", "lost", "accepted"])),
                            name="dispute_state_known",
                        ),
                        models.UniqueConstraint(fields=("provider", "reference"), name="dispute_once"),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="dispute_positive"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_dispute",
                                pgid="pgtrigger_touch_1da12",
                                hash="ef93dabc0ca0b02fbae3567f91368a19450c614b",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="payments_dispute",
                                pgid="pgtrigger_undeletable_96c93",
                                hash="3d60730cf559a3b174e826cd6b380ce1e0e7e0a0",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="payments_dispute",
                                pgid="pgtrigger_untruncatable_89d4b",
                                hash="915f1f272053b940dbe0fb90aacd051157ca4dd8",
                            ),
                        ),
                        Trigger(
                            name="state_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."state", \':\', NEW."state") = '
                                    "ANY('{needs_response:accepted,needs_response:lost,"
                                    "needs_response:under_review,needs_response:won,opened:accepted,"
                                    "opened:lost,opened:needs_response,opened:under_review,opened:won,"
                                    "under_review:accepted,under_review:lost,under_review:needs_response,"
                                    "under_review:won}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM '
                                    'NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "state" from "%" to "%" on table %\', OLD."state", NEW."state", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="payments_dispute",
                                pgid="pgtrigger_state_steps_49452",
                                hash="92b5706e7e4cc860e913d75f63036b2ba0b3d1d1",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TransferProof",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("payment", models.ForeignKey(on_delete=models.PROTECT, related_name="proofs", to="payments.payment", verbose_name="payment")),
                    (
                        "file",
                        models.FileField(
                            max_length=255, storage=payments.models.transfer._private, upload_to=payments.models.transfer._place, verbose_name="file"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "proof of a transfer",
                    "verbose_name_plural": "proofs of transfers",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_transferproof",
                                pgid="pgtrigger_touch_73ec1",
                                hash="ce5182c46098f3331fbfb787054695a21db67c30",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="TransferConfirmation",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "payment",
                        models.OneToOneField(on_delete=models.PROTECT, related_name="transfer_confirmation", to="payments.payment", verbose_name="payment"),
                    ),
                    ("amount", MoneyField(decimal_places=2, max_digits=12, verbose_name="amount")),
                    ("bank_reference", models.CharField(max_length=100, unique=True, verbose_name="bank reference")),
                    ("confirmed_by", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="seen by")),
                    (
                        "seconded_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="seen by a second person",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "confirmation of a transfer",
                    "verbose_name_plural": "confirmations of transfers",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("seconded_by", None), models.Q(("seconded_by", models.F("confirmed_by")), _negated=True), _connector="OR"),
                            name="transfer_second_person",
                        ),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="transfer_positive"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="payments_transferconfirmation",
                                pgid="pgtrigger_touch_dd18b",
                                hash="3af9828f1d549ed76af58b42a40b68b84897517f",
                            ),
                        )
                    ],
                },
            ),
        ),
        run_sql("payments", "collection_payment_methods", "DROP FUNCTION collection_payment_methods_known CASCADE; DROP FUNCTION payment_method_named CASCADE"),
    ]
