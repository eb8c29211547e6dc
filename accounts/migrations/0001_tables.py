import core.db
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.text
import django_countries.fields
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0003_find_addresses_by_their_index"),
        ("accounts", "0004_invite_members"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0001_extensions"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
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
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "phones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="phones",
                    ),
                ),
                (
                    "national_id",
                    models.CharField(blank=True, max_length=20, verbose_name="national id"),
                ),
                (
                    "email_verified",
                    models.BooleanField(default=False, verbose_name="e-mail verified"),
                ),
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
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="c88152cdc637e0d6da7a13022511d718a8f40ca9",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_76bcd",
                            table="accounts_user",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("email"),
                        name="user_email_once",
                        violation_error_message="There is an account with this e-mail address already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
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
                    django_countries.fields.CountryField(
                        default="PE", max_length=2, verbose_name="country"
                    ),
                ),
                ("ubigeo", models.CharField(blank=True, max_length=6, verbose_name="ubigeo")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=255, verbose_name="reference"),
                ),
                (
                    "is_default_shipping",
                    models.BooleanField(default=False, verbose_name="default for delivery"),
                ),
                (
                    "is_default_billing",
                    models.BooleanField(default=False, verbose_name="default for billing"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="202f3cf8c15a6d4ddc3d3e177eb4adc7a5b2f161",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_6600c",
                            table="accounts_address",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default_shipping", True)),
                        fields=("user",),
                        name="address_one_default_shipping",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default_billing", True)),
                        fields=("user",),
                        name="address_one_default_billing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ubigeo", ""), ("ubigeo__regex", "^[0-9]{6}$"), _connector="OR"
                        ),
                        name="address_ubigeo_shape",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
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
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "accepts_marketing",
                    models.BooleanField(default=False, verbose_name="accepts news by mail"),
                ),
                ("notes", models.TextField(blank=True, verbose_name="staff notes")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="customer",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="8b340b57d82208df71435c45dbadcd7670921195",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_9ae41",
                            table="accounts_customer",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seller",
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
                ("name", models.CharField(max_length=150, unique=True, verbose_name="shop name")),
                ("slug", models.SlugField(max_length=150, unique=True, verbose_name="slug")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "description_es",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                ("logo", models.ImageField(blank=True, upload_to="sellers/", verbose_name="logo")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("tax_id", models.CharField(blank=True, max_length=20, verbose_name="tax id")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("applied", "applied"),
                            ("approved", "approved"),
                            ("suspended", "suspended"),
                        ],
                        default="approved",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_house",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="the house itself"
                    ),
                ),
                (
                    "rating_average",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=3,
                        verbose_name="rating",
                    ),
                ),
                (
                    "rating_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="ratings"),
                ),
            ],
            options={
                "verbose_name": "seller",
                "verbose_name_plural": "sellers",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["applied", "approved", "suspended"])),
                        name="seller_status_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_house", True)),
                        fields=("is_house",),
                        name="seller_one_house",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rating_average__range", (0, 5))),
                        name="seller_rating_range",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="35885af26115894ea1c97763af6c58426129379d",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_3a936",
                            table="accounts_seller",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SellerMember",
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
                    "role",
                    models.CharField(
                        choices=[("owner", "owner"), ("staff", "staff")],
                        default="staff",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "wants_news",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        verbose_name="gets mails of orders and returns",
                    ),
                ),
                (
                    "invited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="invited"),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="accounts.seller",
                        verbose_name="seller",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seller_memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "seller's member",
                "verbose_name_plural": "sellers' members",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="b92de6f94c6dedd00ee40509073512da3be0356c",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_bf319",
                            table="accounts_sellermember",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "user"), name="seller_member_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "staff"])),
                        name="seller_member_role_known",
                    ),
                ],
            },
        ),
    ]
