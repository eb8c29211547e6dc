from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from django.db.models.functions.text import Upper
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from core.database.create_models import CreateModels
from core.database.models import UUIDv7


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="SellerApplication",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("shop_name", models.CharField(max_length=150, verbose_name="shop name")),
                    ("document_type", models.CharField(max_length=10, verbose_name="document")),
                    ("document_number", models.CharField(max_length=20, verbose_name="document number")),
                    ("contact_name", models.CharField(max_length=150, verbose_name="name and surname")),
                    ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                    ("phone", models.CharField(max_length=20, verbose_name="phone")),
                    ("goods", models.TextField(verbose_name="what is sold")),
                    ("language", models.CharField(max_length=10, verbose_name="language")),
                    ("accepted_terms_at", models.DateTimeField(verbose_name="terms accepted")),
                    (
                        "status",
                        models.CharField(
                            choices=[("new", "to answer"), ("approved", "approved"), ("rejected", "rejected")],
                            default="new",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("message", models.TextField(blank=True, verbose_name="message to the applicant")),
                    (
                        "answered_by",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="answered by"
                        ),
                    ),
                    ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                    (
                        "seller",
                        models.OneToOneField(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="application", to="accounts.seller", verbose_name="seller"
                        ),
                    ),
                    ("received_mailed_at", models.DateTimeField(editable=False, null=True)),
                    ("answer_mailed_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "verbose_name": "seller's application",
                    "verbose_name_plural": "sellers' applications",
                    "indexes": [models.Index(fields=["status", "created_at"], name="seller_application_queue")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("status__in", ["new", "approved", "rejected"])), name="seller_application_status_known"),
                        models.UniqueConstraint(Upper("email"), condition=models.Q(("status", "new")), name="seller_application_once_by_email"),
                        models.UniqueConstraint(
                            models.F("document_type"),
                            models.F("document_number"),
                            condition=models.Q(("status", "rejected"), _negated=True),
                            name="seller_application_once_by_document",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("seller__isnull", False), ("status", "approved")),
                                models.Q(models.Q(("status", "approved"), _negated=True), ("seller", None)),
                                _connector="OR",
                            ),
                            name="seller_application_makes_a_seller",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answered_at", None), ("status", "new")),
                                models.Q(models.Q(("status", "new"), _negated=True), ("answered_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="seller_application_answered",
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
                                table="sellers_sellerapplication",
                                pgid="pgtrigger_touch_9b737",
                                hash="689fa33941ab8cf596e31bb9928ad175ecc44a9e",
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
                                    "ANY('{new:approved,new:rejected}'::text[]) INTO _is_valid_transition; IF "
                                    '(_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM '
                                    'NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of '
                                    'field "status" from "%" to "%" on table %\', OLD."status", NEW."status", '
                                    "TG_TABLE_NAME; ELSE RETURN NEW; END IF;"
                                ),
                                table="sellers_sellerapplication",
                                pgid="pgtrigger_status_steps_955ca",
                                hash="d28f3e930463d3dde3e9bcc9dfe001037c7efebc",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SellerNews",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("seller", models.ForeignKey(on_delete=models.CASCADE, related_name="news", to="accounts.seller", verbose_name="seller")),
                    ("about", models.UUIDField(verbose_name="about")),
                ],
                options={
                    "verbose_name": "news for a seller",
                    "verbose_name_plural": "news for sellers",
                    "constraints": [models.UniqueConstraint(models.F("seller"), models.F("about"), name="seller_news_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="sellers_sellernews",
                                pgid="pgtrigger_touch_5dc60",
                                hash="9d6f8d792f832886fb65b8a59d60bbc4187d5612",
                            ),
                        )
                    ],
                },
            ),
        )
    ]
