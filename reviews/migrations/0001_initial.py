from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger

import reviews.models.photo
from core.database.create_models import CreateModels
from core.database.models import UUIDv7
from core.database.sql_files import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial")]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="InvitationOptOut",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("user", models.OneToOneField(on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                ],
                options={
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="reviews_invitationoptout",
                                pgid="pgtrigger_touch_b0780",
                                hash="2dbfc9733241a79b74fe51975154e8f592a080fa",
                            ),
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                name="Review",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="reviews", to="catalog.product", verbose_name="product")),
                    ("user", models.ForeignKey(null=True, on_delete=models.SET_NULL, related_name="reviews", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                    ("rating", models.PositiveSmallIntegerField(verbose_name="rating")),
                    ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                    ("comment", models.TextField(blank=True, verbose_name="comment")),
                    (
                        "status",
                        models.CharField(
                            choices=[("pending", "waiting for approval"), ("approved", "approved"), ("rejected", "rejected")],
                            default="pending",
                            max_length=10,
                            verbose_name="status",
                        ),
                    ),
                    ("is_verified", models.BooleanField(default=False, editable=False, verbose_name="verified purchase")),
                    ("helpful_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="helpful")),
                    ("rejection", models.TextField(blank=True, db_default="", verbose_name="why it was rejected")),
                    ("told_at", models.DateTimeField(editable=False, null=True, verbose_name="told by mail")),
                    ("moderated_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="moderated")),
                    (
                        "moderated_by",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=models.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="moderated by",
                        ),
                    ),
                    ("answer", models.TextField(blank=True, verbose_name="seller's answer")),
                    ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ],
                options={
                    "verbose_name": "review",
                    "verbose_name_plural": "reviews",
                    "indexes": [
                        models.Index(condition=models.Q(("status", "approved")), fields=["product", "-created_at"], name="review_product_newest"),
                        models.Index(condition=models.Q(("status", "approved")), fields=["product", "rating"], name="review_product_stars"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("user", "product"), name="review_once"),
                        models.CheckConstraint(condition=models.Q(("rating__range", (1, 5))), name="review_rating_range"),
                        models.CheckConstraint(condition=models.Q(("status__in", ["pending", "approved", "rejected"])), name="review_status_known"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="reviews_review",
                                pgid="pgtrigger_touch_a9acc",
                                hash="e1864e54329554ff097bba17b6c9d045ef85ef17",
                            ),
                        ),
                        Trigger(
                            name="rate_written",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT",
                                level="STATEMENT",
                                referencing="REFERENCING NEW TABLE AS written ",
                                declare="DECLARE product UUID;",
                                func=read_sql("reviews", "follow_reviews", changed="SELECT product_id FROM written"),
                                table="reviews_review",
                                pgid="pgtrigger_rate_written_7c329",
                                hash="9cac1596eeea70863208def013a7e6c0df93890b",
                            ),
                        ),
                        Trigger(
                            name="rate_gone",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="DELETE",
                                level="STATEMENT",
                                referencing="REFERENCING OLD TABLE AS gone ",
                                declare="DECLARE product UUID;",
                                func=read_sql("reviews", "follow_reviews", changed="SELECT product_id FROM gone"),
                                table="reviews_review",
                                pgid="pgtrigger_rate_gone_78287",
                                hash="c0974edf475bc73df391452ec7861e48f78a1974",
                            ),
                        ),
                        Trigger(
                            name="rate_changed",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="UPDATE",
                                level="STATEMENT",
                                referencing="REFERENCING OLD TABLE AS gone  NEW TABLE AS written ",
                                declare="DECLARE product UUID;",
                                func=read_sql("reviews", "follow_reviews", changed=read_sql("reviews", "changed_ratings")),
                                table="reviews_review",
                                pgid="pgtrigger_rate_changed_71536",
                                hash="c2d74f96a8c6d360a2d25b727f607539bba5e7d7",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReviewPhoto",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("review", models.ForeignKey(on_delete=models.CASCADE, related_name="photos", to="reviews.review", verbose_name="review")),
                    ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                    ("picture", models.FileField(storage=reviews.models.photo._private, upload_to=reviews.models.photo._place, verbose_name="photo")),
                    ("thumbnail", models.FileField(storage=reviews.models.photo._private, upload_to=reviews.models.photo._place, verbose_name="small photo")),
                ],
                options={
                    "verbose_name": "photo",
                    "verbose_name_plural": "photos",
                    "constraints": [
                        models.UniqueConstraint(fields=("review", "position"), name="review_photo_place_once"),
                        models.CheckConstraint(condition=models.Q(("position__lt", 5)), name="review_photo_at_most_five"),
                    ],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="reviews_reviewphoto",
                                pgid="pgtrigger_touch_00ee0",
                                hash="6d392754c61e325078a1c05e9a4ce8db81b08f3c",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(name="RatedProduct", fields=[], options={"proxy": True, "default_permissions": ()}, bases=("catalog.product",)),
            migrations.CreateModel(
                name="AbuseReport",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("review", models.ForeignKey(on_delete=models.CASCADE, related_name="reports", to="reviews.review", verbose_name="review")),
                    ("reporter", models.CharField(editable=False, max_length=64)),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("offensive", "It insults or threatens somebody"),
                                ("advertising", "It is advertising, or was paid for"),
                                ("personal", "It tells personal details of somebody"),
                                ("off_topic", "It is about something else"),
                                ("other", "Something else"),
                            ],
                            max_length=12,
                            verbose_name="reason",
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                    ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ],
                options={
                    "verbose_name": "abuse report",
                    "verbose_name_plural": "abuse reports",
                    "indexes": [models.Index(condition=models.Q(("closed_at__isnull", True)), fields=["review"], name="abuse_report_open")],
                    "constraints": [
                        models.UniqueConstraint(fields=("review", "reporter"), name="abuse_report_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason__in", ["offensive", "advertising", "personal", "off_topic", "other"])), name="abuse_report_reason_known"
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
                                table="reviews_abusereport",
                                pgid="pgtrigger_touch_9d471",
                                hash="7e787b1169487383fdfee787ae388ffed44b6a4d",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HelpfulVote",
                fields=[
                    ("id", models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)),
                    ("created_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="created")),
                    ("updated_at", models.DateTimeField(db_default=TransactionNow(), editable=False, verbose_name="last changed")),
                    ("review", models.ForeignKey(on_delete=models.CASCADE, related_name="votes", to="reviews.review", verbose_name="review")),
                    ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="user")),
                ],
                options={
                    "constraints": [models.UniqueConstraint(fields=("review", "user"), name="helpful_vote_once")],
                    "triggers": [
                        Trigger(
                            name="touch",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="UPDATE",
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func="NEW.updated_at = now(); RETURN NEW;",
                                table="reviews_helpfulvote",
                                pgid="pgtrigger_touch_015bc",
                                hash="317f68e2f507151214376693878656f6639844d3",
                            ),
                        ),
                        Trigger(
                            name="not_for_oneself",
                            sql=UpsertTriggerSql(
                                when="BEFORE",
                                operation="INSERT OR UPDATE",
                                func=read_sql("reviews", "vote_not_for_oneself"),
                                table="reviews_helpfulvote",
                                pgid="pgtrigger_not_for_oneself_a54bc",
                                hash="c6dfe94ed3c15accfb0eff4d5dc229e099770d63",
                            ),
                        ),
                        Trigger(
                            name="count",
                            sql=UpsertTriggerSql(
                                when="AFTER",
                                operation="INSERT OR UPDATE OR DELETE",
                                func=read_sql("reviews", "vote_count"),
                                table="reviews_helpfulvote",
                                pgid="pgtrigger_count_600de",
                                hash="cc14db957cffce777eda575615ca6e764c3568fd",
                            ),
                        ),
                    ],
                },
            ),
        ),
        AddTrigger(
            model_name="ratedproduct",
            trigger=Trigger(
                name="rating_follows_reviews",
                sql=UpsertTriggerSql(
                    when="BEFORE",
                    operation='UPDATE OF "rating_average", "rating_count"',
                    declare="DECLARE average NUMERIC; number INTEGER;",
                    func=read_sql("reviews", "rating_follows_reviews"),
                    table="catalog_product",
                    pgid="pgtrigger_rating_follows_reviews_6ec5a",
                    hash="625648eebbac33789d79a6535178b5b6f76eba71",
                ),
            ),
        ),
    ]
