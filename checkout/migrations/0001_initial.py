from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.fields import MoneyField


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("orders", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Draft",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    (
                        "status",
                        models.CharField(
                            choices=[("open", "open"), ("placed", "placed"), ("discarded", "discarded")], default="open", max_length=10, verbose_name="status"
                        ),
                    ),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                    ("first_name", models.CharField(blank=True, max_length=90, verbose_name="first name")),
                    ("last_name", models.CharField(blank=True, max_length=90, verbose_name="last name")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                    ("language", models.CharField(choices=[("es", "Spanish"), ("en", "English")], default="es", max_length=10, verbose_name="language")),
                    ("document_type", models.CharField(blank=True, max_length=10, verbose_name="document")),
                    ("document_number", models.CharField(blank=True, max_length=20, verbose_name="document number")),
                    ("company", models.CharField(blank=True, max_length=200, verbose_name="legal name of the company")),
                    ("shipping_method_code", models.CharField(blank=True, max_length=50, verbose_name="delivery")),
                    ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                    ("street", models.CharField(blank=True, max_length=255, verbose_name="street and number")),
                    ("district", models.CharField(blank=True, max_length=150, verbose_name="district")),
                    ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                    ("region", models.CharField(blank=True, max_length=100, verbose_name="state or region")),
                    ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="postal code")),
                    ("ubigeo", models.CharField(blank=True, editable=False, max_length=6, verbose_name="ubigeo")),
                    ("reference", models.CharField(blank=True, max_length=255, verbose_name="reference")),
                    ("coupon_code", models.CharField(blank=True, max_length=50, verbose_name="coupon")),
                    (
                        "discount",
                        MoneyField(
                            decimal_places=2,
                            default=0,
                            help_text="Deducted from the products, in addition to promotions and the coupon.",
                            max_digits=12,
                            validators=[MinValueValidator(0)],
                            verbose_name="agreed discount",
                        ),
                    ),
                    (
                        "discount_reason",
                        models.CharField(blank=True, help_text="The customer sees it.", max_length=100, verbose_name="reason for the discount"),
                    ),
                    ("customer_note", models.TextField(blank=True, max_length=1000, verbose_name="customer's note")),
                    ("staff_note", models.TextField(blank=True, max_length=1000, verbose_name="staff note")),
                    ("made_by", models.ForeignKey(editable=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by")),
                    (
                        "order",
                        models.OneToOneField(
                            editable=False, null=True, on_delete=models.PROTECT, related_name="draft", to="orders.order", verbose_name="order"
                        ),
                    ),
                    ("terms_accepted_at", models.DateTimeField(editable=False, null=True, verbose_name="terms accepted")),
                ],
                options={
                    "verbose_name": "draft order",
                    "verbose_name_plural": "draft orders",
                    "indexes": [models.Index(fields=["status", "-id"], name="draft_status_newest")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("status__in", ["open", "placed", "discarded"])), name="draft_status_known"),
                        models.CheckConstraint(condition=models.Q(("status", "placed"), ("order", None), _connector="XOR"), name="draft_placed_has_order"),
                        models.CheckConstraint(condition=models.Q(("discount__gte", 0)), name="draft_discount_not_negative"),
                        models.CheckConstraint(
                            condition=models.Q(("discount", 0), models.Q(("discount_reason", ""), _negated=True), _connector="OR"),
                            name="draft_discount_has_reason",
                            violation_error_message="Say why the discount is given.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{6,14}$"), _connector="OR"), name="draft_phone_international"
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
                                table="checkout_draft",
                                pgid="pgtrigger_touch_4f4df",
                                hash="e1c1cea83d24e7f7607fe2ffc6d141156226f34e",
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
                                    "ANY('{open:discarded,open:placed}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM '
                                    'NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "status" from "%" to "%" on table %\', OLD."status", NEW."status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="checkout_draft",
                                pgid="pgtrigger_status_steps_edba0",
                                hash="bc50a94ce4fe0b4eb6d968722ce66aaf75b12f52",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DraftLine",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("draft", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="checkout.draft", verbose_name="draft order")),
                    ("variant", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="catalog.variant", verbose_name="variant")),
                    ("quantity", models.PositiveIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(999)], verbose_name="units")),
                ],
                options={
                    "verbose_name": "line",
                    "verbose_name_plural": "lines",
                    "constraints": [
                        models.UniqueConstraint(fields=("draft", "variant"), name="draft_line_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gte", 1), ("quantity__lte", 999)), name="draft_line_quantity_range"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="checkout_draftline",
                                pgid="pgtrigger_touch_83f2f",
                                hash="20dca7812533095fae12dcd67ab8bd15ce51a596",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
