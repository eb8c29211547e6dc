from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions.math import Round
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import purchasing.models.supplier
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import CurrencyField, MoneyField
from core.database.sql_files import read_sql, run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("inventory", "0001_initial"),
        ("orders", "0001_initial"),
        ("shipping", "0001_initial"),
    ]

    operations = [
        run_sql("purchasing", "numbers", "DROP SEQUENCE purchase_number"),
        CreateModels(
            migrations.CreateModel(
                name="Supplier",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=150, verbose_name="name")),
                    ("ruc", models.CharField(max_length=11, unique=True, validators=[purchasing.models.supplier.validate_ruc], verbose_name="RUC")),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                    ("phones", ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name="phones")),
                    ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "supplier",
                    "verbose_name_plural": "suppliers",
                    "constraints": [models.CheckConstraint(condition=models.Q(("ruc__regex", "^[0-9]{11}$")), name="supplier_ruc_shape")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="purchasing_supplier",
                                pgid="pgtrigger_touch_d352d",
                                hash="9fb0c2df40b8824442f585e6b521dae5307e69ee",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DropshipWarehouse",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("supplier", models.ForeignKey(on_delete=models.CASCADE, related_name="warehouses", to="purchasing.supplier", verbose_name="supplier")),
                    (
                        "warehouse",
                        models.OneToOneField(
                            limit_choices_to={"kind": "dropshipping"},
                            on_delete=models.CASCADE,
                            related_name="dropship",
                            to="inventory.warehouse",
                            verbose_name="warehouse",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "dropshipping warehouse",
                    "verbose_name_plural": "dropshipping warehouses",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="purchasing_dropshipwarehouse",
                                pgid="pgtrigger_touch_7ed60",
                                hash="862e374e7802996e3891876930101c92e0469bf0",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PurchaseYear",
                fields=[("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)), ("first_value", models.BigIntegerField())],
            ),
            migrations.CreateModel(
                name="PurchaseOrder",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                    (
                        "supplier",
                        models.ForeignKey(
                            limit_choices_to={"is_active": True},
                            on_delete=models.PROTECT,
                            related_name="purchase_orders",
                            to="purchasing.supplier",
                            verbose_name="supplier",
                        ),
                    ),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="purchase_orders", to="accounts.seller", verbose_name="seller")),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("sent", "sent"),
                                ("partially_received", "partially received"),
                                ("received", "received"),
                                ("cancelled", "cancelled"),
                            ],
                            default="draft",
                            max_length=20,
                            verbose_name="status",
                        ),
                    ),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("subtotal", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="subtotal")),
                    ("tax", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="tax")),
                    ("total", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="total")),
                    ("note", models.TextField(blank=True, verbose_name="note")),
                    (
                        "created_by",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="created by"),
                    ),
                    ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                    ("mailed_to", models.EmailField(blank=True, db_default="", editable=False, max_length=254, verbose_name="written to")),
                    ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected")),
                ],
                options={
                    "verbose_name": "purchase order",
                    "verbose_name_plural": "purchase orders",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["draft", "sent", "partially_received", "received", "cancelled"])),
                            name="purchase_order_status_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("total", CombinedExpression(models.F("subtotal"), "+", models.F("tax")))), name="purchase_order_adds_up"
                        ),
                        models.CheckConstraint(condition=models.Q(("number__regex", "^OC-[0-9]{4}-[0-9]{3,}$")), name="purchase_order_number_shape"),
                        models.CheckConstraint(condition=models.Q(("subtotal__gte", 0), ("tax__gte", 0)), name="purchase_order_not_negative"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("currency__in", ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]),
                                    _negated=True,
                                ),
                                models.Q(
                                    models.Q(("subtotal", Round(models.F("subtotal"))), ("subtotal__isnull", True), _connector="OR"),
                                    models.Q(("tax", Round(models.F("tax"))), ("tax__isnull", True), _connector="OR"),
                                    models.Q(("total", Round(models.F("total"))), ("total__isnull", True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="purchase_order_whole_amounts",
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
                                table="purchasing_purchaseorder",
                                pgid="pgtrigger_touch_f1ecf",
                                hash="58d8b52e29d7cd8735ad9bcee0afc78bd37a1770",
                            ),
                        ),
                        Trigger(
                            name="status_steps",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                declare="DECLARE _is_valid_transition BOOLEAN;",
                                func=(
                                    'SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:cancelled,'
                                    "draft:sent,partially_received:cancelled,partially_received:received,"
                                    "sent:cancelled,sent:partially_received,sent:received}'::text[]) INTO "
                                    '_is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" '
                                    'IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid '
                                    'transition of field "status" from "%" to "%" on table %\', OLD."status", '
                                    'NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'
                                ),
                                table="purchasing_purchaseorder",
                                pgid="pgtrigger_status_steps_5bbb0",
                                hash="71778c88563bc46d54b20bcab51e83754cefe625",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PurchaseOrderLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "purchase_order",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="purchasing.purchaseorder", verbose_name="purchase order"),
                    ),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="purchase_order_lines", to="catalog.variant", verbose_name="variant")),
                    ("warehouse", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="inventory.warehouse", verbose_name="warehouse")),
                    ("quantity", models.PositiveIntegerField(validators=[MaxValueValidator(1000000)], verbose_name="ordered")),
                    ("received_quantity", models.PositiveIntegerField(default=0, editable=False, verbose_name="received")),
                    ("unit_cost", MoneyField(decimal_places=2, max_digits=12, verbose_name="unit cost")),
                ],
                options={
                    "verbose_name": "purchase order line",
                    "verbose_name_plural": "purchase order lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("purchase_order", "variant", "warehouse"), name="purchase_line_once"),
                        models.CheckConstraint(
                            condition=models.Q(("quantity__gt", 0)), name="purchase_line_not_empty", violation_error_message="Order at least one unit."
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("received_quantity__lte", CombinedExpression(models.Value(2), "*", models.F("quantity")))),
                            name="purchase_line_received_of_ordered",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("unit_cost__gte", 0)), name="purchase_line_cost", violation_error_message="A cost is never below zero."
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
                                table="purchasing_purchaseorderline",
                                pgid="pgtrigger_touch_93563",
                                hash="bb06a4677c66030d9c6e9e67816d4b9f21e53743",
                            ),
                        ),
                        Trigger(
                            name="only_in_draft",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation=('INSERT OR DELETE OR UPDATE OF "purchase_order_id", "variant_id", "warehouse_id", "quantity", "unit_cost"'),
                                func=read_sql("purchasing", "line_only_in_draft"),
                                table="purchasing_purchaseorderline",
                                pgid="pgtrigger_only_in_draft_894b5",
                                hash="a46c3699aef1e8c71801d7bde5d67448b1d039b6",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Receipt",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("line", models.ForeignKey(on_delete=models.PROTECT, related_name="receipts", to="purchasing.purchaseorderline", verbose_name="line")),
                    ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                    ("delivery_note", models.CharField(max_length=100, verbose_name="delivery note")),
                    (
                        "received_by",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="received by"),
                    ),
                ],
                options={
                    "verbose_name": "receipt",
                    "verbose_name_plural": "receipts",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="receipt_not_empty"),
                        models.UniqueConstraint(fields=("line", "delivery_note"), name="receipt_once"),
                    ],
                    "triggers": [
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE OR DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                table="purchasing_receipt",
                                pgid="pgtrigger_append_only_3b6eb",
                                hash="8a0c2a0e69f678596d27afda492c877b9af08b3a",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="purchasing_receipt",
                                pgid="pgtrigger_untruncatable_8cd66",
                                hash="733c9eb68d9dac74351328f8f1978580bc0241bf",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SupplierTask",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("order", models.ForeignKey(on_delete=models.PROTECT, related_name="supplier_tasks", to="orders.order", verbose_name="order")),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="supplier_tasks", to="accounts.seller", verbose_name="seller")),
                    (
                        "supplier",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="tasks", to="purchasing.supplier", verbose_name="supplier"
                        ),
                    ),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("open", "to be handed over"),
                                ("sent", "with the supplier"),
                                ("accepted", "accepted"),
                                ("shipped", "shipped"),
                                ("cancelled", "cancelled"),
                            ],
                            default="open",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("recipient", models.CharField(blank=True, max_length=200, verbose_name="recipient")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                    ("address", models.TextField(blank=True, verbose_name="address")),
                    ("currency", CurrencyField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$")], verbose_name="currency")),
                    ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                    ("tracking_number", models.CharField(blank=True, max_length=100, verbose_name="tracking number")),
                    ("mailed_to", models.EmailField(blank=True, editable=False, max_length=254, verbose_name="written to")),
                    ("withdrawal_mailed_at", models.DateTimeField(editable=False, null=True)),
                    (
                        "shipment",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="supplier_tasks",
                            to="shipping.shipment",
                            verbose_name="shipment",
                        ),
                    ),
                    ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                    ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped")),
                ],
                options={
                    "verbose_name": "supplier's task",
                    "verbose_name_plural": "suppliers' tasks",
                    "indexes": [models.Index(fields=["status", "created_at"], name="supplier_task_status")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["open", "sent", "accepted", "shipped", "cancelled"])), name="supplier_task_status_known"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("status__in", ["shipped", "cancelled"]), _negated=True),
                            fields=("order", "seller", "supplier"),
                            name="supplier_task_on_hand_once",
                            nulls_distinct=False,
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["open", "cancelled"]), ("supplier__isnull", False), _connector="OR"),
                            name="supplier_task_is_somebodys",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("status", "shipped"), _negated=True), models.Q(("carrier", ""), _negated=True), _connector="OR"),
                            name="supplier_task_shipped_by",
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
                                table="purchasing_suppliertask",
                                pgid="pgtrigger_touch_6e747",
                                hash="983287b474413383661ef3806c795ad8a99dc993",
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
                                    "ANY('{accepted:cancelled,accepted:shipped,open:cancelled,open:sent,"
                                    "sent:accepted,sent:cancelled,sent:shipped,shipped:cancelled}'::text[]) "
                                    "INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND "
                                    'OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION '
                                    '\'pgtrigger: Invalid transition of field "status" from "%" to "%" on '
                                    'table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; '
                                    "END IF;"
                                ),
                                table="purchasing_suppliertask",
                                pgid="pgtrigger_status_steps_a8a82",
                                hash="b4c5de08ec84187296a315e0c57d9160430f5509",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SupplierTaskLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("task", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="purchasing.suppliertask", verbose_name="task")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="supplier_task_lines", to="catalog.variant", verbose_name="variant")),
                    ("warehouse", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="inventory.warehouse", verbose_name="warehouse")),
                    ("quantity", models.PositiveIntegerField(verbose_name="units")),
                    ("unit_cost", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="unit cost")),
                ],
                options={
                    "verbose_name": "line of the task",
                    "verbose_name_plural": "lines of the task",
                    "constraints": [
                        models.UniqueConstraint(fields=("task", "variant", "warehouse"), name="supplier_task_line_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="supplier_task_line_not_empty"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="purchasing_suppliertaskline",
                                pgid="pgtrigger_touch_f5a6f",
                                hash="4c55b94b6c8ced66edef8097c769575949d4c73c",
                            ),
                        )
                    ],
                },
            ),
        ),
    ]
