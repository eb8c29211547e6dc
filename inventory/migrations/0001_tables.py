import core.db
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django_countries.fields
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("inventory", "0001_initial"),
        ("inventory", "0002_post_once"),
        ("inventory", "0003_tell_once"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Warehouse",
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
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("own", "own"), ("dropshipping", "dropshipping")],
                        default="own",
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                (
                    "street",
                    models.CharField(blank=True, max_length=255, verbose_name="street and number"),
                ),
                ("district", models.CharField(blank=True, max_length=100, verbose_name="district")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                (
                    "region",
                    models.CharField(blank=True, max_length=100, verbose_name="state or region"),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(
                        default="PE", max_length=2, verbose_name="country"
                    ),
                ),
                ("ubigeo", models.CharField(blank=True, max_length=6, verbose_name="ubigeo")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=100, verbose_name="priority (lowest first)"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warehouses",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
            ],
            options={
                "verbose_name": "warehouse",
                "verbose_name_plural": "warehouses",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="b8f5baab479ee045419347cc28dc601cab9504b0",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_ea35d",
                            table="inventory_warehouse",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["own", "dropshipping"])),
                        name="warehouse_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_transit", "in transit"),
                            ("received", "received"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                (
                    "dispatched_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dispatched at"),
                ),
                (
                    "received_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="received at"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_in",
                        to="inventory.warehouse",
                        verbose_name="destination",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_out",
                        to="inventory.warehouse",
                        verbose_name="origin",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="700da1873d0c6f69aca4785b05216870ec3c51c1",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_983d2",
                            table="inventory_transfer",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:cancelled,draft:in_transit,in_transit:received}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="62ca2748902d401d48bf441bae3066da04926182",
                            operation="UPDATE",
                            pgid="pgtrigger_status_steps_1a9c3",
                            table="inventory_transfer",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "in_transit", "received", "cancelled"])
                        ),
                        name="transfer_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin", models.F("destination")), _negated=True),
                        name="transfer_goes_elsewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
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
                ("on_hand", models.IntegerField(default=0, editable=False, verbose_name="on hand")),
                (
                    "committed",
                    models.IntegerField(default=0, editable=False, verbose_name="committed"),
                ),
                (
                    "reserved",
                    models.IntegerField(default=0, editable=False, verbose_name="reserved"),
                ),
                ("minimum", models.PositiveIntegerField(default=5, verbose_name="minimum")),
                (
                    "maximum",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="maximum"),
                ),
                ("bin", models.CharField(blank=True, max_length=50, verbose_name="bin")),
                (
                    "is_below_minimum",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="below minimum"
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_levels",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_levels",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock level",
                "verbose_name_plural": "stock levels",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="249628babac85f5ba6114c06d58d02f7c9215133",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_4ed6b",
                            table="inventory_stocklevel",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="starts_empty",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.on_hand <> 0 OR NEW.committed <> 0 OR NEW.reserved <> 0)",
                            func="\n                    RAISE EXCEPTION 'a stock level starts empty; write a movement'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_level_by_ledger';\n                ",
                            hash="9d5d27210e4981c8e4931527b902df00ad64086c",
                            operation="INSERT",
                            pgid="pgtrigger_starts_empty_2c13d",
                            table="inventory_stocklevel",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="by_ledger",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.on_hand <> OLD.on_hand OR NEW.committed <> OLD.committed)",
                            func="\n                    IF pg_trigger_depth() < 2 THEN\n                        RAISE EXCEPTION 'on hand and committed change by movements alone'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_level_by_ledger';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="c9af88df54d6e3c06c07e9abe64535f0dacf6451",
                            operation="UPDATE",
                            pgid="pgtrigger_by_ledger_11704",
                            table="inventory_stocklevel",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="covers",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.committed + NEW.reserved > OLD.committed + OLD.reserved AND NEW.on_hand < NEW.committed + NEW.reserved)",
                            func="\n                    RAISE EXCEPTION 'not enough units on hand'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_level_covers';\n                ",
                            hash="ea6f3568fd32d74f9407ba146e71c7bb7dfeefe1",
                            operation="UPDATE",
                            pgid="pgtrigger_covers_e6e09",
                            table="inventory_stocklevel",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["warehouse", "variant"], name="stock_level_warehouse")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "warehouse"), name="stock_level_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", 0)), name="stock_level_on_hand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("committed__gte", 0)), name="stock_level_committed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="stock_level_reserved"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("maximum", None),
                            ("minimum__lte", models.F("maximum")),
                            _connector="OR",
                        ),
                        name="stock_level_minimum_below_maximum",
                        violation_error_message="The minimum is above the maximum.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockCount",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("posted", "posted"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                (
                    "posted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="posted at"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock count",
                "verbose_name_plural": "stock counts",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="39ff7c1032356fdb23e6636ac9fe8420e45605e6",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_fb894",
                            table="inventory_stockcount",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:cancelled,open:posted}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="abf1575bd2672e0c3f9de5312e29d33a6ec0de5f",
                            operation="UPDATE",
                            pgid="pgtrigger_status_steps_bd46e",
                            table="inventory_stockcount",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "posted", "cancelled"])),
                        name="count_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
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
                        choices=[
                            ("active", "active"),
                            ("released", "released"),
                            ("converted", "converted"),
                        ],
                        default="active",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "held_since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="held since",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="f3618ed198d71cd8d2bfd3ba8aa55a5ace16b1dc",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_f3ad7",
                            table="inventory_reservation",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="status_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{active:converted,active:released}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="a7e9567088bbe44c718e98897f707352de025fd0",
                            operation="UPDATE",
                            pgid="pgtrigger_status_steps_53cdf",
                            table="inventory_reservation",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "active")),
                        fields=["expires_at"],
                        name="reservation_expiry",
                    ),
                    models.Index(
                        condition=models.Q(("status", "active")),
                        fields=["variant", "warehouse"],
                        name="reservation_active_variant",
                    ),
                    models.Index(fields=["reference"], name="reservation_reference"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("reference", "variant", "warehouse"),
                        name="reservation_active_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="reservation_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "released", "converted"])),
                        name="reservation_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reference_kind__in",
                                [
                                    "cart",
                                    "order",
                                    "purchase_order",
                                    "shipment",
                                    "return",
                                    "transfer",
                                    "count",
                                    "import",
                                    "manual",
                                    "sign_up",
                                ],
                            )
                        ),
                        name="reservation_reference_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
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
                ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                (
                    "on_hand_after",
                    models.IntegerField(default=0, editable=False, verbose_name="on hand after"),
                ),
                (
                    "committed_after",
                    models.IntegerField(default=0, editable=False, verbose_name="committed after"),
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
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "movement",
                "verbose_name_plural": "movements",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1ea6aa37fa4e2092cb5d72f5f0a885d11411d86b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a4fa5",
                            table="inventory_movement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="apply",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    INSERT INTO inventory_stocklevel (variant_id, warehouse_id,\n                        on_hand, committed, reserved, minimum, bin, is_below_minimum)\n                    VALUES (NEW.variant_id, NEW.warehouse_id, 0, 0, 0, 5, '', FALSE)\n                    ON CONFLICT (variant_id, warehouse_id) DO NOTHING;\n                    UPDATE inventory_stocklevel\n                    SET on_hand = on_hand + NEW.on_hand_delta,\n                        committed = committed + NEW.on_hand_delta - NEW.quantity\n                    WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id\n                    RETURNING on_hand, committed INTO NEW.on_hand_after, NEW.committed_after;\n                    RETURN NEW;\n                ",
                            hash="154452d794c9e99536685dfc61ee1333af1033d2",
                            operation="INSERT",
                            pgid="pgtrigger_apply_5da21",
                            table="inventory_movement",
                            when="BEFORE",
                        ),
                    ),
                ],
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
                                [
                                    "receipt",
                                    "sale",
                                    "dispatch",
                                    "cancellation",
                                    "return",
                                    "write_off",
                                    "adjustment",
                                    "transfer_in",
                                    "transfer_out",
                                ],
                            )
                        ),
                        name="movement_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reference_kind__in",
                                [
                                    "cart",
                                    "order",
                                    "purchase_order",
                                    "shipment",
                                    "return",
                                    "transfer",
                                    "count",
                                    "import",
                                    "manual",
                                    "sign_up",
                                ],
                            )
                        ),
                        name="movement_reference_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quantity", 0), _negated=True),
                            models.Q(("on_hand_delta", 0), _negated=True),
                            _connector="OR",
                        ),
                        name="movement_moves_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "sale"), ("on_hand_delta", 0), ("quantity__lt", 0)),
                            models.Q(
                                ("kind", "dispatch"), ("on_hand_delta__lt", 0), ("quantity", 0)
                            ),
                            models.Q(
                                ("kind", "cancellation"), ("on_hand_delta", 0), ("quantity__gt", 0)
                            ),
                            models.Q(
                                ("kind__in", ["receipt", "return", "transfer_in"]),
                                ("quantity__gt", 0),
                                ("on_hand_delta", models.F("quantity")),
                            ),
                            models.Q(
                                ("kind__in", ["write_off", "transfer_out"]),
                                ("quantity__lt", 0),
                                ("on_hand_delta", models.F("quantity")),
                            ),
                            models.Q(
                                ("kind", "adjustment"), ("on_hand_delta", models.F("quantity"))
                            ),
                            _connector="OR",
                        ),
                        name="movement_effects_fit_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("reference_kind", "count"), ("kind", "transfer_out"), _connector="OR"
                        ),
                        fields=("reference", "variant", "warehouse"),
                        name="movement_posted_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BackInStockRequest",
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
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "notified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="notified"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="back_in_stock_requests",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "back-in-stock request",
                "verbose_name_plural": "back-in-stock requests",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["variant", "notified_at"], name="back_in_stock_told")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("notified_at", None)),
                        fields=("variant", "email"),
                        name="back_in_stock_once",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="a38918f3c44707b4f685c100e1b891d31856a2ac",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_27420",
                            table="inventory_backinstockrequest",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockCountLine",
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
                ("expected", models.IntegerField(verbose_name="expected")),
                (
                    "counted",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="counted"),
                ),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="inventory.stockcount",
                        verbose_name="count",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "count line",
                "verbose_name_plural": "count lines",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="ddcc94ebe0b904f25f4968620ff233b04cf559ef",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_0d550",
                            table="inventory_stockcountline",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("count", "variant"), name="count_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("counted", None), ("counted__gte", 0), _connector="OR"),
                        name="count_line_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockAlert",
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
                        choices=[("low", "below minimum"), ("sold_out", "sold out")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("available", models.IntegerField(verbose_name="available then")),
                ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="mailed")),
                (
                    "resolved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="resolved"),
                ),
                (
                    "level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="inventory.stocklevel",
                        verbose_name="level",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock alert",
                "verbose_name_plural": "stock alerts",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="82c825dc100c690ee088233b57b27c8f9a5b1bb3",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_06c0c",
                            table="inventory_stockalert",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["low", "sold_out"])),
                        name="stock_alert_kind_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at", None)),
                        fields=("level", "kind"),
                        name="stock_alert_once_per_crossing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferLine",
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
                ("quantity", models.PositiveIntegerField(verbose_name="sent")),
                ("received", models.PositiveIntegerField(default=0, verbose_name="received")),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="inventory.transfer",
                        verbose_name="transfer",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer line",
                "verbose_name_plural": "transfer lines",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="f5c45a73b48f58c4749d5e594dca9e8472151823",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_27f60",
                            table="inventory_transferline",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transfer", "variant"), name="transfer_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="transfer_line_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("quantity"))),
                        name="transfer_line_received_of_sent",
                    ),
                ],
            },
        ),
    ]
