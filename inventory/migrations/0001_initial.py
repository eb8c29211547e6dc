from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from django.db.models.functions.datetime import Now
from django_countries.fields import CountryField
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Warehouse",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                    ("name", models.CharField(max_length=100, verbose_name="name")),
                    ("kind", models.CharField(choices=[("own", "own"), ("dropshipping", "dropshipping")], default="own", max_length=15, verbose_name="kind")),
                    ("seller", models.ForeignKey(on_delete=models.PROTECT, related_name="warehouses", to="accounts.seller", verbose_name="seller")),
                    ("street", models.CharField(blank=True, max_length=255, verbose_name="street and number")),
                    ("district", models.CharField(blank=True, max_length=100, verbose_name="district")),
                    ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                    ("region", models.CharField(blank=True, max_length=100, verbose_name="state or region")),
                    ("country", CountryField(default="PE", max_length=2, verbose_name="country")),
                    ("ubigeo", models.CharField(blank=True, max_length=6, verbose_name="ubigeo")),
                    ("priority", models.PositiveSmallIntegerField(default=100, verbose_name="priority (lowest first)")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ],
                options={
                    "verbose_name": "warehouse",
                    "verbose_name_plural": "warehouses",
                    "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", ["own", "dropshipping"])), name="warehouse_kind_known")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_warehouse",
                                pgid="pgtrigger_touch_ea35d",
                                hash="b8f5baab479ee045419347cc28dc601cab9504b0",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="StockLevel",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "variant",
                        models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="stock_levels", to="catalog.variant", verbose_name="variant"),
                    ),
                    (
                        "warehouse",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="stock_levels", to="inventory.warehouse", verbose_name="warehouse"
                        ),
                    ),
                    ("on_hand", models.IntegerField(default=0, editable=False, verbose_name="on hand")),
                    ("committed", models.IntegerField(default=0, editable=False, verbose_name="sold, to dispatch")),
                    ("reserved", models.IntegerField(default=0, editable=False, verbose_name="held")),
                    ("minimum", models.PositiveIntegerField(default=5, verbose_name="minimum")),
                    ("maximum", models.PositiveIntegerField(blank=True, null=True, verbose_name="maximum")),
                    ("bin", models.CharField(blank=True, max_length=50, verbose_name="bin")),
                    ("is_below_minimum", models.BooleanField(default=False, editable=False, verbose_name="below minimum")),
                ],
                options={
                    "verbose_name": "stock level",
                    "verbose_name_plural": "stock levels",
                    "indexes": [models.Index(fields=["warehouse", "variant"], name="stock_level_warehouse")],
                    "constraints": [
                        models.UniqueConstraint(fields=("variant", "warehouse"), name="stock_level_once"),
                        models.CheckConstraint(condition=models.Q(("on_hand__gte", 0)), name="stock_level_on_hand"),
                        models.CheckConstraint(condition=models.Q(("committed__gte", 0)), name="stock_level_committed"),
                        models.CheckConstraint(condition=models.Q(("reserved__gte", 0)), name="stock_level_reserved"),
                        models.CheckConstraint(
                            condition=models.Q(("maximum", None), ("minimum__lte", models.F("maximum")), _connector="OR"),
                            name="stock_level_minimum_below_maximum",
                            violation_error_message="The minimum is above the maximum.",
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
                                table="inventory_stocklevel",
                                pgid="pgtrigger_touch_4ed6b",
                                hash="249628babac85f5ba6114c06d58d02f7c9215133",
                            ),
                        ),
                        Trigger(
                            name="starts_empty",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT",
                                condition="WHEN (NEW.on_hand <> 0 OR NEW.committed <> 0 OR NEW.reserved <> 0)",
                                func=read_sql("inventory", "level_starts_empty"),
                                table="inventory_stocklevel",
                                pgid="pgtrigger_starts_empty_2c13d",
                                hash="b50b2b5013472fe8e80edcb02832f26c1581e322",
                            ),
                        ),
                        Trigger(
                            name="by_ledger",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (NEW.on_hand <> OLD.on_hand OR NEW.committed <> OLD.committed)",
                                func=read_sql("inventory", "level_by_ledger"),
                                table="inventory_stocklevel",
                                pgid="pgtrigger_by_ledger_11704",
                                hash="87bbe5e5ed9183ff94879dc7d2af2a0ca0508cf9",
                            ),
                        ),
                        Trigger(
                            name="covers",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition=("WHEN (NEW.committed + NEW.reserved > OLD.committed + OLD.reserved AND NEW.on_hand < NEW.committed + NEW.reserved)"),
                                func=read_sql("inventory", "level_covers"),
                                table="inventory_stocklevel",
                                pgid="pgtrigger_covers_e6e09",
                                hash="ff7a0de38dc1fba62ecc29c69df5559dd5d774fc",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StockAlert",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("level", models.ForeignKey(on_delete=models.CASCADE, related_name="alerts", to="inventory.stocklevel", verbose_name="level")),
                    ("kind", models.CharField(choices=[("low", "below minimum"), ("sold_out", "sold out")], max_length=10, verbose_name="kind")),
                    ("available", models.IntegerField(verbose_name="available then")),
                    ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="mailed")),
                    ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                ],
                options={
                    "verbose_name": "stock alert",
                    "verbose_name_plural": "stock alerts",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("kind__in", ["low", "sold_out"])), name="stock_alert_kind_known"),
                        models.UniqueConstraint(condition=models.Q(("resolved_at", None)), fields=("level", "kind"), name="stock_alert_once_per_crossing"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_stockalert",
                                pgid="pgtrigger_touch_06c0c",
                                hash="82c825dc100c690ee088233b57b27c8f9a5b1bb3",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BackInStockRequest",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "variant",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="back_in_stock_requests", to="catalog.variant", verbose_name="variant"),
                    ),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    (
                        "user",
                        models.ForeignKey(blank=True, null=True, on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="user"),
                    ),
                    ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                    ("notified_at", models.DateTimeField(blank=True, null=True, verbose_name="notified")),
                ],
                options={
                    "verbose_name": "back-in-stock request",
                    "verbose_name_plural": "back-in-stock requests",
                    "indexes": [models.Index(fields=["variant", "notified_at"], name="back_in_stock_told")],
                    "constraints": [models.UniqueConstraint(condition=models.Q(("notified_at", None)), fields=("variant", "email"), name="back_in_stock_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_backinstockrequest",
                                pgid="pgtrigger_touch_27420",
                                hash="a38918f3c44707b4f685c100e1b891d31856a2ac",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="StockCount",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("warehouse", models.ForeignKey(on_delete=models.PROTECT, related_name="counts", to="inventory.warehouse", verbose_name="warehouse")),
                    (
                        "status",
                        models.CharField(
                            choices=[("open", "open"), ("posted", "posted"), ("cancelled", "cancelled")], default="open", max_length=10, verbose_name="status"
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    (
                        "created_by",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="created by"),
                    ),
                    ("posted_at", models.DateTimeField(blank=True, null=True, verbose_name="posted at")),
                ],
                options={
                    "verbose_name": "stock count",
                    "verbose_name_plural": "stock counts",
                    "constraints": [models.CheckConstraint(condition=models.Q(("status__in", ["open", "posted", "cancelled"])), name="count_status_known")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_stockcount",
                                pgid="pgtrigger_touch_fb894",
                                hash="39ff7c1032356fdb23e6636ac9fe8420e45605e6",
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
                                    "ANY('{open:cancelled,open:posted}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM '
                                    'NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "status" from "%" to "%" on table %\', OLD."status", NEW."status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="inventory_stockcount",
                                pgid="pgtrigger_status_steps_bd46e",
                                hash="abf1575bd2672e0c3f9de5312e29d33a6ec0de5f",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StockCountLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("count", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="inventory.stockcount", verbose_name="count")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="catalog.variant", verbose_name="variant")),
                    ("expected", models.IntegerField(verbose_name="expected")),
                    ("counted", models.PositiveIntegerField(blank=True, null=True, verbose_name="counted")),
                ],
                options={
                    "verbose_name": "count line",
                    "verbose_name_plural": "count lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("count", "variant"), name="count_line_once"),
                        models.CheckConstraint(condition=models.Q(("counted", None), ("counted__gte", 0), _connector="OR"), name="count_line_not_negative"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_stockcountline",
                                pgid="pgtrigger_touch_0d550",
                                hash="ddcc94ebe0b904f25f4968620ff233b04cf559ef",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Movement",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "variant",
                        models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="movements", to="catalog.variant", verbose_name="variant"),
                    ),
                    ("warehouse", models.ForeignKey(on_delete=models.PROTECT, related_name="movements", to="inventory.warehouse", verbose_name="warehouse")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("receipt", "receipt"),
                                ("sale", "sale"),
                                ("dispatch", "dispatch"),
                                ("cancellation", "cancellation"),
                                ("return", "return"),
                                ("write_off", "write-off"),
                                ("adjustment", "adjustment"),
                                ("transfer_in", "transfer in"),
                                ("transfer_out", "transfer out"),
                            ],
                            max_length=15,
                            verbose_name="kind",
                        ),
                    ),
                    ("quantity", models.IntegerField(verbose_name="effect on what can be sold")),
                    ("on_hand_delta", models.IntegerField(verbose_name="effect on the shelf")),
                    ("reference", models.UUIDField(blank=True, null=True, verbose_name="reference")),
                    (
                        "reference_kind",
                        models.CharField(
                            choices=[
                                ("cart", "cart"),
                                ("order", "order"),
                                ("purchase_order", "purchase order"),
                                ("shipment", "shipment"),
                                ("return", "return"),
                                ("transfer", "transfer"),
                                ("count", "stock count"),
                                ("import", "import"),
                                ("manual", "by hand"),
                                ("sign_up", "back-in-stock sign-up"),
                            ],
                            default="manual",
                            max_length=15,
                            verbose_name="document",
                        ),
                    ),
                    (
                        "actor",
                        models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"),
                    ),
                    ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    ("on_hand_after", models.IntegerField(default=0, editable=False, verbose_name="on hand after")),
                    ("committed_after", models.IntegerField(default=0, editable=False, verbose_name="committed after")),
                ],
                options={
                    "verbose_name": "movement",
                    "verbose_name_plural": "movements",
                    "indexes": [
                        models.Index(fields=["variant", "warehouse", "id"], name="movement_variant"),
                        models.Index(fields=["reference"], name="movement_reference"),
                        models.Index(fields=["kind", "created_at"], name="movement_kind_time"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    ["receipt", "sale", "dispatch", "cancellation", "return", "write_off", "adjustment", "transfer_in", "transfer_out"],
                                )
                            ),
                            name="movement_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "reference_kind__in",
                                    ["cart", "order", "purchase_order", "shipment", "return", "transfer", "count", "import", "manual", "sign_up"],
                                )
                            ),
                            name="movement_reference_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("quantity", 0), _negated=True), models.Q(("on_hand_delta", 0), _negated=True), _connector="OR"),
                            name="movement_moves_something",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "sale"), ("on_hand_delta", 0), ("quantity__lt", 0)),
                                models.Q(("kind", "dispatch"), ("on_hand_delta__lt", 0), ("quantity", 0)),
                                models.Q(("kind", "cancellation"), ("on_hand_delta", 0), ("quantity__gt", 0)),
                                models.Q(("kind__in", ["receipt", "return", "transfer_in"]), ("quantity__gt", 0), ("on_hand_delta", models.F("quantity"))),
                                models.Q(("kind__in", ["write_off", "transfer_out"]), ("quantity__lt", 0), ("on_hand_delta", models.F("quantity"))),
                                models.Q(("kind", "adjustment"), ("on_hand_delta", models.F("quantity"))),
                                _connector="OR",
                            ),
                            name="movement_effects_fit_kind",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("reference_kind", "count"), ("kind", "transfer_out"), _connector="OR"),
                            fields=("reference", "variant", "warehouse"),
                            name="movement_posted_once",
                        ),
                    ],
                    "triggers": [
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE OR DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                table="inventory_movement",
                                pgid="pgtrigger_append_only_a4fa5",
                                hash="1ea6aa37fa4e2092cb5d72f5f0a885d11411d86b",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="inventory_movement",
                                pgid="pgtrigger_untruncatable_91e31",
                                hash="3f5335c02daa4f2667075c695d415d744921b312",
                            ),
                        ),
                        Trigger(
                            name="apply",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT",
                                func=read_sql("inventory", "movement_apply"),
                                table="inventory_movement",
                                pgid="pgtrigger_apply_5da21",
                                hash="3e71069ab98a93791861ccc104223e4262aa37ee",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reservation",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="reservations", to="catalog.variant", verbose_name="variant")),
                    ("warehouse", models.ForeignKey(on_delete=models.PROTECT, related_name="reservations", to="inventory.warehouse", verbose_name="warehouse")),
                    ("reference", models.UUIDField(verbose_name="held for")),
                    (
                        "reference_kind",
                        models.CharField(
                            choices=[
                                ("cart", "cart"),
                                ("order", "order"),
                                ("purchase_order", "purchase order"),
                                ("shipment", "shipment"),
                                ("return", "return"),
                                ("transfer", "transfer"),
                                ("count", "stock count"),
                                ("import", "import"),
                                ("manual", "by hand"),
                                ("sign_up", "back-in-stock sign-up"),
                            ],
                            default="cart",
                            max_length=15,
                            verbose_name="document",
                        ),
                    ),
                    ("quantity", models.PositiveIntegerField(verbose_name="units")),
                    (
                        "status",
                        models.CharField(
                            choices=[("active", "active"), ("released", "released"), ("converted", "converted")],
                            default="active",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("expires_at", models.DateTimeField(verbose_name="expires")),
                    ("held_since", models.DateTimeField(db_default=Now(), verbose_name="held since")),
                    ("place", models.CharField(blank=True, db_default="", editable=False, max_length=32)),
                    ("account", models.UUIDField(blank=True, editable=False, null=True)),
                ],
                options={
                    "verbose_name": "reservation",
                    "verbose_name_plural": "reservations",
                    "indexes": [
                        models.Index(condition=models.Q(("status", "active")), fields=["expires_at"], name="reservation_expiry"),
                        models.Index(condition=models.Q(("status", "active")), fields=["variant", "warehouse"], name="reservation_active_variant"),
                        models.Index(fields=["reference"], name="reservation_reference"),
                        models.Index(
                            condition=models.Q(("status", "active"), models.Q(("place", ""), _negated=True)), fields=["place"], name="reservation_place"
                        ),
                        models.Index(condition=models.Q(("account__isnull", False), ("status", "active")), fields=["account"], name="reservation_account"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status", "active")), fields=("reference", "variant", "warehouse"), name="reservation_active_once"
                        ),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="reservation_not_empty"),
                        models.CheckConstraint(condition=models.Q(("status__in", ["active", "released", "converted"])), name="reservation_status_known"),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "reference_kind__in",
                                    ["cart", "order", "purchase_order", "shipment", "return", "transfer", "count", "import", "manual", "sign_up"],
                                )
                            ),
                            name="reservation_reference_kind_known",
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
                                table="inventory_reservation",
                                pgid="pgtrigger_touch_f3ad7",
                                hash="f3618ed198d71cd8d2bfd3ba8aa55a5ace16b1dc",
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
                                    "ANY('{active:converted,active:released}'::text[]) INTO "
                                    '_is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" '
                                    'IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid '
                                    'transition of field "status" from "%" to "%" on table %\', OLD."status", '
                                    'NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'
                                ),
                                table="inventory_reservation",
                                pgid="pgtrigger_status_steps_53cdf",
                                hash="a7e9567088bbe44c718e98897f707352de025fd0",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Transfer",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("origin", models.ForeignKey(on_delete=models.PROTECT, related_name="transfers_out", to="inventory.warehouse", verbose_name="origin")),
                    (
                        "destination",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="transfers_in", to="inventory.warehouse", verbose_name="destination"),
                    ),
                    (
                        "status",
                        models.CharField(
                            choices=[("draft", "draft"), ("in_transit", "in transit"), ("received", "received"), ("cancelled", "cancelled")],
                            default="draft",
                            max_length=12,
                            verbose_name="status",
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    (
                        "created_by",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="created by"),
                    ),
                    ("dispatched_at", models.DateTimeField(blank=True, null=True, verbose_name="dispatched at")),
                    ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received at")),
                ],
                options={
                    "verbose_name": "transfer",
                    "verbose_name_plural": "transfers",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["draft", "in_transit", "received", "cancelled"])), name="transfer_status_known"
                        ),
                        models.CheckConstraint(condition=models.Q(("origin", models.F("destination")), _negated=True), name="transfer_goes_elsewhere"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_transfer",
                                pgid="pgtrigger_touch_983d2",
                                hash="700da1873d0c6f69aca4785b05216870ec3c51c1",
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
                                    "ANY('{draft:cancelled,draft:in_transit,in_transit:received}'::text[]) "
                                    "INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND "
                                    'OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION '
                                    '\'pgtrigger: Invalid transition of field "status" from "%" to "%" on '
                                    'table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; '
                                    "END IF;"
                                ),
                                table="inventory_transfer",
                                pgid="pgtrigger_status_steps_1a9c3",
                                hash="62ca2748902d401d48bf441bae3066da04926182",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TransferLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("transfer", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="inventory.transfer", verbose_name="transfer")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="catalog.variant", verbose_name="variant")),
                    ("quantity", models.PositiveIntegerField(verbose_name="sent")),
                    ("received", models.PositiveIntegerField(default=0, verbose_name="received")),
                ],
                options={
                    "verbose_name": "transfer line",
                    "verbose_name_plural": "transfer lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("transfer", "variant"), name="transfer_line_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="transfer_line_not_empty"),
                        models.CheckConstraint(condition=models.Q(("received__lte", models.F("quantity"))), name="transfer_line_received_of_sent"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="inventory_transferline",
                                pgid="pgtrigger_touch_27f60",
                                hash="f5c45a73b48f58c4749d5e594dca9e8472151823",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
