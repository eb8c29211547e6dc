from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import returns.models
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import MoneyField
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("inventory", "0001_initial"),
        ("orders", "0001_initial"),
        ("payments", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Return",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("order", models.ForeignKey(on_delete=models.PROTECT, related_name="returns", to="orders.order", verbose_name="order")),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="returns", to="accounts.seller", verbose_name="seller")),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("requested", "requested"),
                                ("approved", "approved"),
                                ("received", "received"),
                                ("refunded", "settled"),
                                ("rejected", "rejected"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="requested",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("damaged", "arrived damaged"),
                                ("wrong_item", "not what I ordered"),
                                ("wrong_size", "does not fit"),
                                ("not_as_shown", "not as shown"),
                                ("changed_mind", "changed my mind"),
                                ("other", "other"),
                            ],
                            max_length=20,
                            verbose_name="reason",
                        ),
                    ),
                    ("notes", models.TextField(blank=True, verbose_name="notes")),
                    (
                        "wish",
                        models.CharField(
                            choices=[("refund", "money back"), ("store_credit", "store credit"), ("exchange", "another variant of the same product")],
                            db_default="refund",
                            default="refund",
                            max_length=15,
                            verbose_name="wish",
                        ),
                    ),
                    ("form_key", models.UUIDField(editable=False, null=True)),
                    ("staff_message", models.TextField(blank=True, verbose_name="message to the customer")),
                    ("instructions", models.TextField(blank=True, db_default="", default="", verbose_name="how to send it back")),
                    (
                        "created_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="created by"
                        ),
                    ),
                    (
                        "settlement",
                        models.CharField(
                            blank=True,
                            choices=[("refund", "money back"), ("store_credit", "store credit"), ("exchange", "another variant of the same product")],
                            db_default="",
                            default="",
                            max_length=15,
                            verbose_name="settled by",
                        ),
                    ),
                    ("amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="amount")),
                    ("shipping_amount", MoneyField(db_default=0, decimal_places=2, default=0, max_digits=12, verbose_name="of which delivery")),
                    (
                        "warehouse",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="inventory.warehouse", verbose_name="warehouse"
                        ),
                    ),
                    ("receipt_note", models.TextField(blank=True, db_default="", default="", verbose_name="what arrived")),
                    ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                    ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received")),
                    ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                    ("refunds", models.ManyToManyField(blank=True, related_name="returns", to="payments.refund", verbose_name="refunds")),
                ],
                options={
                    "verbose_name": "return",
                    "verbose_name_plural": "returns",
                    "indexes": [models.Index(fields=["status", "created_at"], name="return_status_time")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["requested", "approved", "received", "refunded", "rejected", "withdrawn"])),
                            name="return_status_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason__in", ["damaged", "wrong_item", "wrong_size", "not_as_shown", "changed_mind", "other"])),
                            name="return_reason_known",
                        ),
                        models.CheckConstraint(condition=models.Q(("wish__in", ["refund", "store_credit", "exchange"])), name="return_wish_known"),
                        models.CheckConstraint(
                            condition=models.Q(("settlement", ""), ("settlement__in", ["refund", "store_credit", "exchange"]), _connector="OR"),
                            name="return_settlement_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount", None), models.Q(("amount__gte", models.F("shipping_amount")), ("shipping_amount__gte", 0)), _connector="OR"
                            ),
                            name="return_amount_holds_delivery",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("form_key__isnull", False)), fields=("order", "seller", "form_key"), name="return_asked_once"
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
                                table="returns_return",
                                pgid="pgtrigger_touch_ad646",
                                hash="2351bbed51e6808a0170be10058ab0ba07029b59",
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
                                    "ANY('{approved:received,approved:rejected,approved:withdrawn,"
                                    "received:refunded,received:rejected,requested:approved,requested:rejected,"
                                    "requested:withdrawn}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM '
                                    'NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "status" from "%" to "%" on table %\', OLD."status", NEW."status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="returns_return",
                                pgid="pgtrigger_status_steps_a5568",
                                hash="9aa0b6f4e5473b1b67aea28ea2e03369ce17a2bc",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReturnItem",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("return_request", models.ForeignKey(on_delete=models.CASCADE, related_name="items", to="returns.return", verbose_name="return")),
                    ("line", models.ForeignKey(on_delete=models.PROTECT, related_name="return_items", to="orders.orderline", verbose_name="line")),
                    ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                    ("asked", models.PositiveIntegerField(db_default=0, default=0, verbose_name="asked for")),
                    (
                        "condition",
                        models.CharField(
                            blank=True, choices=[("new", "new"), ("used", "used"), ("damaged", "damaged")], max_length=10, verbose_name="condition"
                        ),
                    ),
                    ("restocked", models.PositiveIntegerField(db_default=0, default=0, verbose_name="back on sale")),
                    ("places", ArrayField(base_field=models.PositiveIntegerField(), db_default=[], default=list, editable=False, size=None)),
                    (
                        "exchange_for",
                        models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="catalog.variant", verbose_name="exchange for"),
                    ),
                ],
                options={
                    "verbose_name": "returned line",
                    "verbose_name_plural": "returned lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("return_request", "line", "condition"), name="return_item_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0), ("asked__gt", 0), _connector="OR"), name="return_item_says_something"),
                        models.CheckConstraint(condition=models.Q(("restocked__lte", models.F("quantity"))), name="return_item_restocks_what_came"),
                        models.CheckConstraint(
                            condition=models.Q(("condition", ""), ("condition__in", ["new", "used", "damaged"]), _connector="OR"),
                            name="return_item_condition_known",
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
                                table="returns_returnitem",
                                pgid="pgtrigger_touch_70edb",
                                hash="9fdac0ad806f06d510068f02c4bea4aef89608f8",
                            ),
                        ),
                        Trigger(
                            name="never_more_than_delivered",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR UPDATE OF "quantity", "line_id"',
                                declare="DECLARE delivered integer; asked integer;",
                                func=read_sql("returns", "item_never_more_than_delivered"),
                                table="returns_returnitem",
                                pgid="pgtrigger_never_more_than_delivered_750cc",
                                hash="b90633056a52a533225c92943e88578020197783",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReturnPhoto",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("return_request", models.ForeignKey(on_delete=models.CASCADE, related_name="photos", to="returns.return", verbose_name="return")),
                    ("picture", models.FileField(storage=returns.models._private, upload_to=returns.models._place, verbose_name="photo")),
                ],
                options={
                    "verbose_name": "photo",
                    "verbose_name_plural": "photos",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="returns_returnphoto",
                                pgid="pgtrigger_touch_e7cfe",
                                hash="889d36eef0724932ff0ee103b7b5a91a6248064d",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
