from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Cart",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "user",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.CASCADE, related_name="carts", to=settings.AUTH_USER_MODEL, verbose_name="user"
                        ),
                    ),
                    (
                        "status",
                        models.CharField(
                            choices=[("active", "active"), ("ordered", "ordered"), ("merged", "merged"), ("expired", "expired")],
                            default="active",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                    ("order", models.UUIDField(blank=True, null=True, verbose_name="order")),
                    ("expires_at", models.DateTimeField(verbose_name="expires")),
                ],
                options={
                    "verbose_name": "cart",
                    "verbose_name_plural": "carts",
                    "indexes": [models.Index(condition=models.Q(("status", "active")), fields=["expires_at"], name="cart_expiry")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("status__in", ["active", "ordered", "merged", "expired"])), name="cart_status_known"),
                        models.UniqueConstraint(condition=models.Q(("status", "active")), fields=("user",), name="cart_one_active_per_user"),
                        models.CheckConstraint(condition=models.Q(("order", None), ("status", "ordered"), _connector="OR"), name="cart_ordered_stays_so"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="cart_cart",
                                pgid="pgtrigger_touch_98085",
                                hash="837d92a170d7d2cb626ef9bdcb40556d105a04b0",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReminderConsent",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("cart", models.OneToOneField(on_delete=models.CASCADE, related_name="consent", to="cart.cart", verbose_name="cart")),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    ("language", models.CharField(max_length=10, verbose_name="language")),
                ],
                options={
                    "verbose_name": "consent to a reminder",
                    "verbose_name_plural": "consents to reminders",
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="cart_reminderconsent",
                                pgid="pgtrigger_touch_77906",
                                hash="7ce7775aaf86dbf6d2f2c4a098e51e7ed79746ce",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CartReminder",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("cart", models.OneToOneField(on_delete=models.CASCADE, related_name="reminder", to="cart.cart", verbose_name="cart")),
                    ("lines", models.JSONField(default=list, verbose_name="lines")),
                    ("reader", models.CharField(blank=True, db_default="", editable=False, max_length=64)),
                ],
                options={
                    "verbose_name": "cart reminder",
                    "verbose_name_plural": "cart reminders",
                    "indexes": [models.Index(fields=["reader", "created_at"], name="cart_reminder_reader")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="cart_cartreminder",
                                pgid="pgtrigger_touch_e6b9a",
                                hash="3ca342397b01a442fd3cdfd7e43ebd97d868055c",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="WishlistItem",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="wishlist", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("variant", models.ForeignKey(on_delete=models.CASCADE, related_name="wished_by", to="catalog.variant", verbose_name="variant")),
                ],
                options={
                    "verbose_name": "wish",
                    "verbose_name_plural": "wishlist",
                    "constraints": [models.UniqueConstraint(fields=("user", "variant"), name="wishlist_item_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="cart_wishlistitem",
                                pgid="pgtrigger_touch_04b41",
                                hash="4b1ec2d14ec40efcb9616552f5a845eb65e65375",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
