from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.core.validators import MaxValueValidator
from django.db import migrations, models
from django_countries.fields import CountryField
from pgtrigger.compiler import Trigger, UpsertTriggerSql

import shipping.models.shipment
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import MoneyField
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("inventory", "0001_initial"), ("orders", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Carrier",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("code", models.SlugField(unique=True, verbose_name="code")),
                    ("name", models.CharField(max_length=100, verbose_name="name")),
                    ("tracking_url_template", models.CharField(blank=True, max_length=255, verbose_name="tracking address, with {number}")),
                    (
                        "volume_divisor",
                        models.PositiveIntegerField(
                            blank=True,
                            help_text="What is bulky pays for its volume: often 5000. Empty: only weight counts.",
                            null=True,
                            verbose_name="volume divisor, cm³ per kg",
                        ),
                    ),
                    ("works_saturdays", models.BooleanField(db_default=False, default=False, verbose_name="delivers on Saturdays")),
                    (
                        "integration",
                        models.SlugField(
                            blank=True,
                            db_default="",
                            default="",
                            help_text="Code of the installed package that speaks with the carrier; usually empty.",
                            verbose_name="connection",
                        ),
                    ),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "carrier",
                    "verbose_name_plural": "carriers",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("volume_divisor", None), ("volume_divisor__gt", 0), _connector="OR"), name="carrier_volume_divisor_positive"
                        )
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="shipping_carrier",
                                pgid="pgtrigger_touch_1abd4",
                                hash="d8d158c66dd55a2fcb0c0226d1e5f5f53924fa52",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Zone",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                    ("country", CountryField(default="PE", max_length=2, verbose_name="country")),
                    (
                        "ubigeo_prefixes",
                        ArrayField(
                            base_field=models.CharField(max_length=6),
                            blank=True,
                            default=list,
                            help_text="Parted by commas: 2 digits are a department, 4 a province, 6 a district.",
                            size=None,
                            verbose_name="ubigeo prefixes",
                        ),
                    ),
                    ("regions", ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None, verbose_name="regions")),
                ],
                options={
                    "verbose_name": "zone",
                    "verbose_name_plural": "zones",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="shipping_zone",
                                pgid="pgtrigger_touch_5b52e",
                                hash="bb814e22f52e3659a29d984231dbad95b25c38bb",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShippingMethod",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("code", models.SlugField(unique=True, verbose_name="code")),
                    ("name", models.CharField(max_length=150, verbose_name="name")),
                    ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                    ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                    ("description", models.CharField(blank=True, max_length=255, verbose_name="description")),
                    ("description_es", models.CharField(blank=True, max_length=255, null=True, verbose_name="description")),
                    ("description_en", models.CharField(blank=True, max_length=255, null=True, verbose_name="description")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("delivery", "delivery"), ("pickup", "pickup in shop")], default="delivery", max_length=10, verbose_name="kind"
                        ),
                    ),
                    (
                        "carrier",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="methods", to="shipping.carrier", verbose_name="carrier"
                        ),
                    ),
                    (
                        "pickup_warehouse",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="inventory.warehouse", verbose_name="pickup warehouse"
                        ),
                    ),
                    ("handling_days", models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(90)], verbose_name="handling, working days")),
                    (
                        "cut_off_hour",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            help_text="Orders from this hour on count from the next working day; 24: none does. Empty: as in the settings.",
                            null=True,
                            validators=[MaxValueValidator(24)],
                            verbose_name="cut-off hour",
                        ),
                    ),
                    ("free_over", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="free over")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ],
                options={
                    "verbose_name": "shipping method",
                    "verbose_name_plural": "shipping methods",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("kind__in", ["delivery", "pickup"])), name="shipping_method_kind_known"),
                        models.CheckConstraint(
                            condition=models.Q(("free_over", None), ("free_over__gte", 0), _connector="OR"), name="shipping_method_threshold_not_negative"
                        ),
                        models.CheckConstraint(condition=models.Q(("handling_days__lte", 90)), name="shipping_method_handling_limited"),
                        models.CheckConstraint(
                            condition=models.Q(("cut_off_hour", None), ("cut_off_hour__lte", 24), _connector="OR"), name="shipping_method_cut_off_in_day"
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
                                table="shipping_shippingmethod",
                                pgid="pgtrigger_touch_53d4d",
                                hash="7a6eb6d3151802d7959c1d15cdb4a465fa258eb1",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShippingRate",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("method", models.ForeignKey(on_delete=models.CASCADE, related_name="rates", to="shipping.shippingmethod", verbose_name="method")),
                    ("zone", models.ForeignKey(on_delete=models.CASCADE, related_name="rates", to="shipping.zone", verbose_name="zone")),
                    ("min_weight_kg", models.DecimalField(decimal_places=3, default=0, max_digits=8, verbose_name="from kg")),
                    ("max_weight_kg", models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True, verbose_name="to kg")),
                    ("min_amount", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="from amount")),
                    ("max_amount", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="to amount")),
                    ("price", MoneyField(decimal_places=2, max_digits=12, verbose_name="price")),
                    ("price_per_kg", MoneyField(decimal_places=2, default=0, max_digits=12, verbose_name="and per further kg")),
                    ("days_min", models.PositiveSmallIntegerField(default=1, verbose_name="days from")),
                    ("days_max", models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(180)], verbose_name="days to")),
                ],
                options={
                    "verbose_name": "shipping rate",
                    "verbose_name_plural": "shipping rates",
                    "indexes": [models.Index(fields=["method", "zone"], name="shipping_rate_method")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("price__gte", 0), ("price_per_kg__gte", 0)), name="shipping_rate_not_negative"),
                        models.CheckConstraint(
                            condition=models.Q(("max_weight_kg", None), ("max_weight_kg__gt", models.F("min_weight_kg")), _connector="OR"),
                            name="shipping_rate_weight_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("max_amount", None), ("max_amount__gt", models.F("min_amount")), _connector="OR"),
                            name="shipping_rate_amount_range",
                        ),
                        models.CheckConstraint(condition=models.Q(("days_max__gte", models.F("days_min"))), name="shipping_rate_days_range"),
                        models.CheckConstraint(condition=models.Q(("days_max__lte", 180)), name="shipping_rate_days_limited"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="shipping_shippingrate",
                                pgid="pgtrigger_touch_d30c5",
                                hash="e26e6aa973271d1f1e11df7bb9010eb74e368b64",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shipment",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                    ("order", models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="shipments", to="orders.order", verbose_name="order")),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="shipments", to="accounts.seller", verbose_name="seller")),
                    ("warehouse", models.ForeignKey(on_delete=models.PROTECT, related_name="shipments", to="inventory.warehouse", verbose_name="warehouse")),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("pending", "to be packed"),
                                ("packed", "packed"),
                                ("shipped", "shipped"),
                                ("in_transit", "in transit"),
                                ("delivered", "delivered"),
                                ("returned", "returned"),
                                ("lost", "lost"),
                                ("cancelled", "cancelled"),
                            ],
                            default="pending",
                            max_length=12,
                            verbose_name="status",
                        ),
                    ),
                    ("is_pickup", models.BooleanField(db_default=False, default=False, verbose_name="fetched by its buyer")),
                    ("is_gathered", models.BooleanField(db_default=False, default=False, editable=False)),
                    (
                        "carrier",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="shipments", to="shipping.carrier", verbose_name="carrier"
                        ),
                    ),
                    ("tracking_number", models.CharField(blank=True, max_length=100, verbose_name="tracking number")),
                    ("tracking_url", models.URLField(blank=True, max_length=500, verbose_name="tracking address")),
                    ("label", models.FileField(blank=True, storage=shipping.models.shipment._private, upload_to="labels/%Y/%m/", verbose_name="label")),
                    ("cost", MoneyField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="cost")),
                    ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped")),
                    ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered")),
                    (
                        "decision",
                        models.CharField(
                            blank=True, choices=[("resend", "sent again"), ("refund", "refunded")], db_default="", max_length=10, verbose_name="decision"
                        ),
                    ),
                    ("pickup_code", models.CharField(blank=True, db_default="", editable=False, max_length=8, verbose_name="pickup code")),
                    ("notes", models.TextField(blank=True, db_default="", max_length=2000, verbose_name="notes")),
                    ("metadata", models.JSONField(blank=True, default=dict, verbose_name="further data")),
                ],
                options={
                    "verbose_name": "shipment",
                    "verbose_name_plural": "shipments",
                    "indexes": [
                        models.Index(fields=["order"], name="shipment_order"),
                        models.Index(fields=["status", "created_at"], name="shipment_status_time"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["pending", "packed", "shipped", "in_transit", "delivered", "returned", "lost", "cancelled"])),
                            name="shipment_status_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decision", ""),
                                models.Q(("decision__in", ["resend", "refund"]), ("status__in", ["lost", "returned", "delivered"])),
                                _connector="OR",
                            ),
                            name="shipment_decided_if_not_arrived",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("tracking_number", ""), _negated=True), fields=("carrier", "tracking_number"), name="shipment_tracking_once"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("pickup_code", ""), _negated=True), fields=("pickup_code",), name="shipment_pickup_code_once"
                        ),
                        models.CheckConstraint(condition=models.Q(("cost", None), ("cost__gte", 0), _connector="OR"), name="shipment_cost_not_negative"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="shipping_shipment",
                                pgid="pgtrigger_touch_6a8f6",
                                hash="cb8dcb2ac969de22d87d99eda820e650b1282862",
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
                                    "ANY('{delivered:returned,in_transit:delivered,in_transit:lost,"
                                    "in_transit:returned,lost:delivered,lost:returned,packed:cancelled,"
                                    "packed:pending,packed:shipped,pending:cancelled,pending:packed,"
                                    "pending:shipped,shipped:delivered,shipped:in_transit,shipped:lost,"
                                    "shipped:returned}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM '
                                    'NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "status" from "%" to "%" on table %\', OLD."status", NEW."status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="shipping_shipment",
                                pgid="pgtrigger_status_steps_be93f",
                                hash="0a4151b3869beebc531af65ea087002e98488d26",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShipmentItem",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("shipment", models.ForeignKey(on_delete=models.CASCADE, related_name="items", to="shipping.shipment", verbose_name="shipment")),
                    ("line", models.ForeignKey(on_delete=models.PROTECT, related_name="shipment_items", to="orders.orderline", verbose_name="line")),
                    ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                ],
                options={
                    "verbose_name": "shipped line",
                    "verbose_name_plural": "shipped lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("shipment", "line"), name="shipment_item_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="shipment_item_not_empty"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="shipping_shipmentitem",
                                pgid="pgtrigger_touch_08a5e",
                                hash="a52e45029bea9028da1e9cd3f6947ccde1a65414",
                            ),
                        ),
                        Trigger(
                            name="never_more_than_ordered",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation='INSERT OR UPDATE OF "quantity", "line_id", "shipment_id"',
                                declare="DECLARE ordered integer; planned integer;",
                                func=read_sql("shipping", "item_never_more_than_ordered"),
                                table="shipping_shipmentitem",
                                pgid="pgtrigger_never_more_than_ordered_dddeb",
                                hash="0a761d0e4c771e6213559c63dd9a0654dda44d7d",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShipmentEvent",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("shipment", models.ForeignKey(on_delete=models.PROTECT, related_name="events", to="shipping.shipment", verbose_name="shipment")),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("pending", "to be packed"),
                                ("packed", "packed"),
                                ("shipped", "shipped"),
                                ("in_transit", "in transit"),
                                ("delivered", "delivered"),
                                ("returned", "returned"),
                                ("lost", "lost"),
                                ("cancelled", "cancelled"),
                            ],
                            max_length=12,
                            verbose_name="status",
                        ),
                    ),
                    ("place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                    ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    (
                        "actor",
                        models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"),
                    ),
                ],
                options={
                    "verbose_name": "step of the parcel",
                    "verbose_name_plural": "steps of the parcel",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["pending", "packed", "shipped", "in_transit", "delivered", "returned", "lost", "cancelled"])),
                            name="shipment_event_status_known",
                        )
                    ],
                    "triggers": [
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="shipping_shipmentevent",
                                pgid="pgtrigger_undeletable_5c3ec",
                                hash="43f96143e67c639f2595014a01294ea362b6bc0e",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="shipping_shipmentevent",
                                pgid="pgtrigger_untruncatable_7df1d",
                                hash="dcbf4b5d3192a31ff4a871673970accff083f28e",
                            ),
                        ),
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (current_setting('shop.erasing', true) IS DISTINCT FROM 'on')",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="shipping_shipmentevent",
                                pgid="pgtrigger_append_only_ef8f4",
                                hash="db6352151a171b19787a83bcb031514ab100d33e",
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
                                    '(NEW."updated_at") OR OLD."shipment_id" IS DISTINCT FROM '
                                    '(NEW."shipment_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR '
                                    'OLD."actor_id" IS DISTINCT FROM (NEW."actor_id"))'
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="shipping_shipmentevent",
                                pgid="pgtrigger_keeps_the_rest_2b800",
                                hash="f9403fe0a63f0e6d9600468235906b85ce2ec6e8",
                            ),
                        ),
                    ],
                },
            ),
        )
    ]
