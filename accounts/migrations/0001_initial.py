from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions.text import Concat, Upper
from django_countries.fields import CountryField
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length"), ("core", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="User",
                fields=[
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                    (
                        "is_superuser",
                        models.BooleanField(
                            default=False,
                            help_text="Designates that this user has all permissions without explicitly assigning them.",
                            verbose_name="superuser status",
                        ),
                    ),
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                    ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                    ("phones", ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name="phones")),
                    ("national_id", models.CharField(blank=True, max_length=20, verbose_name="national id")),
                    ("email_verified", models.BooleanField(default=False, verbose_name="e-mail verified")),
                    ("is_staff", models.BooleanField(default=False, verbose_name="staff")),
                    ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    (
                        "groups",
                        models.ManyToManyField(
                            blank=True,
                            help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.group",
                            verbose_name="groups",
                        ),
                    ),
                    (
                        "user_permissions",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Specific permissions for this user.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.permission",
                            verbose_name="user permissions",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "user",
                    "verbose_name_plural": "users",
                    "indexes": [
                        GinIndex(
                            OpClass(
                                models.Func(
                                    Concat(
                                        models.F("first_name"),
                                        models.Value(" "),
                                        models.F("last_name"),
                                        models.Value(" "),
                                        models.F("email"),
                                        output_field=models.TextField(),
                                    ),
                                    function="plain_text",
                                ),
                                name="gin_trgm_ops",
                            ),
                            name="user_who_trigrams",
                        ),
                        models.Index(fields=["email"], name="user_by_email"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            Upper("email"), name="user_email_once", violation_error_message="There is an account with this e-mail address already."
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
                                table="accounts_user",
                                pgid="pgtrigger_touch_76bcd",
                                hash="c88152cdc637e0d6da7a13022511d718a8f40ca9",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ChangedRole",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("group", models.OneToOneField(on_delete=models.CASCADE, related_name="+", to="auth.group")),
                ],
                options={
                    "default_permissions": (),
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="accounts_changedrole",
                                pgid="pgtrigger_touch_eb3ad",
                                hash="76c40286eefb446658c075501f0cd2eda149be6b",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Customer",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.OneToOneField(on_delete=models.CASCADE, related_name="customer", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                    ("accepts_marketing", models.BooleanField(default=False, verbose_name="accepts news by mail")),
                    ("notes", models.TextField(blank=True, verbose_name="staff notes")),
                ],
                options={
                    "verbose_name": "customer",
                    "verbose_name_plural": "customers",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="accounts_customer",
                                pgid="pgtrigger_touch_9ae41",
                                hash="8b340b57d82208df71435c45dbadcd7670921195",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Consent",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="consents", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    (
                        "purpose",
                        models.CharField(
                            choices=[("news", "news by mail"), ("cart_reminder", "a reminder of the cart")], max_length=20, verbose_name="purpose"
                        ),
                    ),
                    ("is_given", models.BooleanField(verbose_name="agreed")),
                    ("place", models.CharField(max_length=50, verbose_name="where")),
                ],
                options={
                    "verbose_name": "consent",
                    "verbose_name_plural": "consents",
                    "indexes": [models.Index(Upper("email"), name="consent_email")],
                    "constraints": [models.CheckConstraint(condition=models.Q(("purpose__in", ["news", "cart_reminder"])), name="consent_purpose_known")],
                    "triggers": [
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="accounts_consent",
                                pgid="pgtrigger_undeletable_79e5c",
                                hash="dd082bd93761976330893a7d7822f73f7382c0d9",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="accounts_consent",
                                pgid="pgtrigger_untruncatable_ab791",
                                hash="8e82b53054c22ea5c64db1256cbf4fe517801399",
                            ),
                        ),
                        Trigger(
                            name="append_only",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (current_setting('shop.erasing', true) IS DISTINCT FROM 'on')",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="accounts_consent",
                                pgid="pgtrigger_append_only_eb45e",
                                hash="30ac2c8b3130c4599cea5dcca978dc3e519afb6d",
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
                                    '(NEW."updated_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR '
                                    'OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."is_given" IS '
                                    'DISTINCT FROM (NEW."is_given") OR OLD."place" IS DISTINCT FROM '
                                    '(NEW."place"))'
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="accounts_consent",
                                pgid="pgtrigger_keeps_the_rest_c5d7d",
                                hash="dc7fc786ff9b30ba545913b37d2521582a96d44f",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Address",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="addresses", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("recipient", models.CharField(max_length=200, verbose_name="recipient")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                    ("street", models.CharField(max_length=255, verbose_name="street and number")),
                    ("district", models.CharField(blank=True, max_length=100, verbose_name="district")),
                    ("city", models.CharField(max_length=100, verbose_name="city")),
                    ("region", models.CharField(blank=True, max_length=100, verbose_name="state or region")),
                    ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="postal code")),
                    ("country", CountryField(default="PE", max_length=2, verbose_name="country")),
                    ("ubigeo", models.CharField(blank=True, max_length=6, verbose_name="ubigeo")),
                    ("reference", models.CharField(blank=True, max_length=255, verbose_name="reference")),
                    ("is_default_shipping", models.BooleanField(default=False, verbose_name="default for delivery")),
                    ("is_default_billing", models.BooleanField(default=False, verbose_name="default for billing")),
                ],
                options={
                    "verbose_name": "address",
                    "verbose_name_plural": "addresses",
                    "constraints": [
                        models.UniqueConstraint(condition=models.Q(("is_default_shipping", True)), fields=("user",), name="address_one_default_shipping"),
                        models.UniqueConstraint(condition=models.Q(("is_default_billing", True)), fields=("user",), name="address_one_default_billing"),
                        models.CheckConstraint(
                            condition=models.Q(("ubigeo", ""), ("ubigeo__regex", "^[0-9]{6}$"), _connector="OR"), name="address_ubigeo_shape"
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
                                table="accounts_address",
                                pgid="pgtrigger_touch_6600c",
                                hash="202f3cf8c15a6d4ddc3d3e177eb4adc7a5b2f161",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Seller",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("name", models.CharField(max_length=150, unique=True, verbose_name="shop name")),
                    ("slug", models.SlugField(max_length=150, unique=True, verbose_name="slug")),
                    ("description", models.TextField(blank=True, verbose_name="description")),
                    ("description_es", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("description_en", models.TextField(blank=True, null=True, verbose_name="description")),
                    ("logo", models.ImageField(blank=True, upload_to="sellers/", verbose_name="logo")),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                    ("tax_id", models.CharField(blank=True, max_length=20, verbose_name="tax id")),
                    (
                        "status",
                        models.CharField(
                            choices=[("applied", "applied"), ("approved", "approved"), ("suspended", "suspended")],
                            default="approved",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("is_house", models.BooleanField(default=False, editable=False, verbose_name="the house itself")),
                ],
                options={
                    "verbose_name": "seller",
                    "verbose_name_plural": "sellers",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("status__in", ["applied", "approved", "suspended"])), name="seller_status_known"),
                        models.UniqueConstraint(condition=models.Q(("is_house", True)), fields=("is_house",), name="seller_one_house"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="accounts_seller",
                                pgid="pgtrigger_touch_3a936",
                                hash="35885af26115894ea1c97763af6c58426129379d",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SellerMember",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("seller", models.ForeignKey(on_delete=models.CASCADE, related_name="members", to="accounts.seller", verbose_name="seller")),
                    ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="seller_memberships", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("role", models.CharField(choices=[("owner", "owner"), ("staff", "staff")], default="staff", max_length=10, verbose_name="role")),
                    ("wants_news", models.BooleanField(db_default=True, default=True, verbose_name="gets mails of orders and returns")),
                    ("invited_at", models.DateTimeField(editable=False, null=True, verbose_name="invited")),
                ],
                options={
                    "verbose_name": "seller's member",
                    "verbose_name_plural": "sellers' members",
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "user"), name="seller_member_once"),
                        models.CheckConstraint(condition=models.Q(("role__in", ["owner", "staff"])), name="seller_member_role_known"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="accounts_sellermember",
                                pgid="pgtrigger_touch_bf319",
                                hash="b92de6f94c6dedd00ee40509073512da3be0356c",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="KnownDevice",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="known_devices", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("device", models.UUIDField(verbose_name="device")),
                    ("ip", models.GenericIPAddressField(verbose_name="IP address")),
                    ("user_agent", models.CharField(blank=True, max_length=200, verbose_name="browser")),
                    ("seen_at", models.DateTimeField(db_default=TransactionNow(), verbose_name="last seen")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [models.UniqueConstraint(fields=("user", "device", "ip"), name="known_device_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="accounts_knowndevice",
                                pgid="pgtrigger_touch_e0693",
                                hash="12a485cf53585dec8d849bd55a8cc4665abe3e1c",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Impersonation",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("staff", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="colleague")),
                    ("customer", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="customer")),
                    ("reason", models.CharField(max_length=200, verbose_name="reason")),
                    ("expires_at", models.DateTimeField(verbose_name="ends at the latest")),
                    ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ],
                options={
                    "verbose_name": "look as a customer",
                    "verbose_name_plural": "looks as a customer",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="impersonation_has_reason"),
                        models.CheckConstraint(condition=models.Q(("staff", models.F("customer")), _negated=True), name="impersonation_of_another"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="accounts_impersonation",
                                pgid="pgtrigger_touch_92bda",
                                hash="cd484076cf0e43f5933ace6422684718b9e71bff",
                            ),
                        ),
                        Trigger(
                            name="undeletable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="DELETE",
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                table="accounts_impersonation",
                                pgid="pgtrigger_undeletable_0f3cf",
                                hash="057b38b05b5048e93d1e277fbc11960e85801e02",
                            ),
                        ),
                        Trigger(
                            name="untruncatable",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="TRUNCATE",
                                level="STATEMENT",
                                func="RAISE EXCEPTION 'untruncatable: % keeps its rows', TG_TABLE_NAME;",
                                table="accounts_impersonation",
                                pgid="pgtrigger_untruncatable_7dc92",
                                hash="900290280edb9fc17afbc206bfb7fd01846ff83c",
                            ),
                        ),
                        Trigger(
                            name="only_ends",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition=(
                                    "WHEN (current_setting('shop.erasing', true) IS DISTINCT FROM 'on' AND "
                                    "(OLD.ended_at IS NOT NULL OR (OLD.staff_id, OLD.customer_id, OLD.reason, "
                                    "OLD.expires_at) IS DISTINCT FROM (NEW.staff_id, NEW.customer_id, "
                                    "NEW.reason, NEW.expires_at)))"
                                ),
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                table="accounts_impersonation",
                                pgid="pgtrigger_only_ends_79acc",
                                hash="8188d594a074e6fec782ba3ccd23f25698286d3a",
                            ),
                        ),
                    ],
                },
            ),
        )
    ]
