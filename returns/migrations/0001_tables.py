import core.db
import core.fields
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import returns.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("returns", "0001_initial"),
        ("returns", "0002_take_goods_back"),
        ("returns", "0003_ask_once"),
        ("returns", "0004_take_a_return_back"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
        ("inventory", "0001_tables"),
        ("orders", "0001_tables"),
        ("payments", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Return",
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
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
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
                        choices=[
                            ("refund", "money back"),
                            ("store_credit", "store credit"),
                            ("exchange", "another variant of the same product"),
                        ],
                        db_default="refund",
                        default="refund",
                        max_length=15,
                        verbose_name="wish",
                    ),
                ),
                ("form_key", models.UUIDField(editable=False, null=True)),
                (
                    "staff_message",
                    models.TextField(blank=True, verbose_name="message to the customer"),
                ),
                (
                    "instructions",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="how to send it back"
                    ),
                ),
                (
                    "settlement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refund", "money back"),
                            ("store_credit", "store credit"),
                            ("exchange", "another variant of the same product"),
                        ],
                        db_default="",
                        default="",
                        max_length=15,
                        verbose_name="settled by",
                    ),
                ),
                (
                    "amount",
                    core.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="amount",
                    ),
                ),
                (
                    "shipping_amount",
                    core.fields.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="of which delivery",
                    ),
                ),
                (
                    "receipt_note",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="what arrived"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                (
                    "received_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="received"),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "refunds",
                    models.ManyToManyField(
                        blank=True,
                        related_name="returns",
                        to="payments.refund",
                        verbose_name="refunds",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "return",
                "verbose_name_plural": "returns",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="2351bbed51e6808a0170be10058ab0ba07029b59",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_ad646",
                            table="returns_return",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{approved:received,approved:rejected,approved:withdrawn,received:refunded,received:rejected,requested:approved,requested:rejected,requested:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="9aa0b6f4e5473b1b67aea28ea2e03369ce17a2bc",
                            operation="UPDATE",
                            pgid="pgtrigger_status_steps_a5568",
                            table="returns_return",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["status", "created_at"], name="return_status_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "requested",
                                    "approved",
                                    "received",
                                    "refunded",
                                    "rejected",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="return_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "damaged",
                                    "wrong_item",
                                    "wrong_size",
                                    "not_as_shown",
                                    "changed_mind",
                                    "other",
                                ],
                            )
                        ),
                        name="return_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wish__in", ["refund", "store_credit", "exchange"])),
                        name="return_wish_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settlement", ""),
                            ("settlement__in", ["refund", "store_credit", "exchange"]),
                            _connector="OR",
                        ),
                        name="return_settlement_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount", None),
                            models.Q(
                                ("amount__gte", models.F("shipping_amount")),
                                ("shipping_amount__gte", 0),
                            ),
                            _connector="OR",
                        ),
                        name="return_amount_holds_delivery",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("form_key__isnull", False)),
                        fields=("order", "seller", "form_key"),
                        name="return_asked_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnItem",
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
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                (
                    "asked",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="asked for"),
                ),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[("new", "new"), ("used", "used"), ("damaged", "damaged")],
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                (
                    "restocked",
                    models.PositiveIntegerField(
                        db_default=0, default=0, verbose_name="back on sale"
                    ),
                ),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        db_default=[],
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                (
                    "exchange_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
                        verbose_name="exchange for",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_items",
                        to="orders.orderline",
                        verbose_name="line",
                    ),
                ),
                (
                    "return_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="returns.return",
                        verbose_name="return",
                    ),
                ),
            ],
            options={
                "verbose_name": "returned line",
                "verbose_name_plural": "returned lines",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="9fdac0ad806f06d510068f02c4bea4aef89608f8",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_70edb",
                            table="returns_returnitem",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_more_than_delivered",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE delivered integer; asked integer;",
                            func="\n                    SELECT delivered_quantity INTO delivered\n                    FROM orders_orderline WHERE id = NEW.line_id FOR UPDATE;\n                    SELECT SUM(i.quantity) INTO asked\n                    FROM returns_returnitem i JOIN returns_return r ON r.id = i.return_request_id\n                    WHERE i.line_id = NEW.line_id AND r.status NOT IN ('rejected', 'withdrawn');\n                    IF asked > delivered THEN\n                        RAISE EXCEPTION 'more units returned than delivered'\n                            USING ERRCODE = 'check_violation',\n                                  CONSTRAINT = 'return_item_within_delivered';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="f7a4ed54740b108e48c02084fe30a2dd113a4ad9",
                            operation='INSERT OR UPDATE OF "quantity", "line_id"',
                            pgid="pgtrigger_never_more_than_delivered_750cc",
                            table="returns_returnitem",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("return_request", "line", "condition"), name="return_item_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("asked__gt", 0), _connector="OR"),
                        name="return_item_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("restocked__lte", models.F("quantity"))),
                        name="return_item_restocks_what_came",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("condition", ""),
                            ("condition__in", ["new", "used", "damaged"]),
                            _connector="OR",
                        ),
                        name="return_item_condition_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnPhoto",
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
                    "picture",
                    models.FileField(
                        storage=returns.models._private,
                        upload_to=returns.models._place,
                        verbose_name="photo",
                    ),
                ),
                (
                    "return_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="returns.return",
                        verbose_name="return",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="889d36eef0724932ff0ee103b7b5a91a6248064d",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_e7cfe",
                            table="returns_returnphoto",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
