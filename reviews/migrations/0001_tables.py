import core.db
import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import reviews.models.photo
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("reviews", "0001_initial"), ("reviews", "0002_moderate_and_count_reviews")]

    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="RatedProduct",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("catalog.product",),
        ),
        migrations.CreateModel(
            name="InvitationOptOut",
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
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="2dbfc9733241a79b74fe51975154e8f592a080fa",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_b0780",
                            table="reviews_invitationoptout",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                ("rating", models.PositiveSmallIntegerField(verbose_name="rating")),
                ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for approval"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_verified",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="verified purchase"
                    ),
                ),
                (
                    "helpful_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="helpful"),
                ),
                (
                    "rejection",
                    models.TextField(blank=True, db_default="", verbose_name="why it was rejected"),
                ),
                (
                    "told_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="told by mail"),
                ),
                (
                    "moderated_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="moderated"
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="seller's answer")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                (
                    "moderated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moderated by",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reviews",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="e1864e54329554ff097bba17b6c9d045ef85ef17",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_a9acc",
                            table="reviews_review",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="rate_written",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE product UUID;",
                            func="\n    FOR product IN SELECT DISTINCT product_id FROM (SELECT product_id FROM written) AS changed ORDER BY 1 LOOP\n        -- What they add up to, the trigger of the product itself counts.\n        UPDATE catalog_product SET rating_average = 0, rating_count = 0 WHERE id = product;\n    END LOOP;\n    RETURN NULL;\n",
                            hash="6d51a87074c75d0cb3f6e23949d8e88897af2774",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rate_written_7c329",
                            referencing="REFERENCING NEW TABLE AS written ",
                            table="reviews_review",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="rate_gone",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE product UUID;",
                            func="\n    FOR product IN SELECT DISTINCT product_id FROM (SELECT product_id FROM gone) AS changed ORDER BY 1 LOOP\n        -- What they add up to, the trigger of the product itself counts.\n        UPDATE catalog_product SET rating_average = 0, rating_count = 0 WHERE id = product;\n    END LOOP;\n    RETURN NULL;\n",
                            hash="6eab03baf6f0d8530b24ca399ac12dd954810558",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_rate_gone_78287",
                            referencing="REFERENCING OLD TABLE AS gone ",
                            table="reviews_review",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="rate_changed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE product UUID;",
                            func="\n    FOR product IN SELECT DISTINCT product_id FROM (\n                (SELECT product_id, id, rating, status FROM written\n                 EXCEPT SELECT product_id, id, rating, status FROM gone)\n                UNION ALL\n                (SELECT product_id, id, rating, status FROM gone\n                 EXCEPT SELECT product_id, id, rating, status FROM written)\n                ) AS changed ORDER BY 1 LOOP\n        -- What they add up to, the trigger of the product itself counts.\n        UPDATE catalog_product SET rating_average = 0, rating_count = 0 WHERE id = product;\n    END LOOP;\n    RETURN NULL;\n",
                            hash="57c656e89f7c76bd7fd8c518548e3a1cc4f56bb5",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_rate_changed_71536",
                            referencing="REFERENCING OLD TABLE AS gone  NEW TABLE AS written ",
                            table="reviews_review",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "approved")),
                        fields=["product", "-created_at"],
                        name="review_product_newest",
                    ),
                    models.Index(
                        condition=models.Q(("status", "approved")),
                        fields=["product", "rating"],
                        name="review_product_stars",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "product"), name="review_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rating__range", (1, 5))), name="review_rating_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "approved", "rejected"])),
                        name="review_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpfulVote",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="reviews.review",
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="317f68e2f507151214376693878656f6639844d3",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_015bc",
                            table="reviews_helpfulvote",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="not_for_oneself",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (SELECT FROM reviews_review\n                               WHERE id = NEW.review_id AND user_id = NEW.user_id) THEN\n                        RAISE EXCEPTION 'Nobody votes for his own review'\n                            USING ERRCODE = 'check_violation',\n                                  CONSTRAINT = 'helpful_vote_not_own';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="8e179878effb04a0ea56248b240a92bd951b23d4",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_not_for_oneself_a54bc",
                            table="reviews_helpfulvote",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="count",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF TG_OP <> 'INSERT' THEN\n                        UPDATE reviews_review SET helpful_count = helpful_count - 1\n                        WHERE id = OLD.review_id;\n                    END IF;\n                    IF TG_OP <> 'DELETE' THEN\n                        UPDATE reviews_review SET helpful_count = helpful_count + 1\n                        WHERE id = NEW.review_id;\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="d4893cfe16e7319fdb921295ed12567eee24056c",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_count_600de",
                            table="reviews_helpfulvote",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "user"), name="helpful_vote_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AbuseReport",
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
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="reviews.review",
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "verbose_name": "abuse report",
                "verbose_name_plural": "abuse reports",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="touch",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.updated_at = now(); RETURN NEW;",
                            hash="7e787b1169487383fdfee787ae388ffed44b6a4d",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_9d471",
                            table="reviews_abusereport",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["review"],
                        name="abuse_report_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "reporter"), name="abuse_report_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                ["offensive", "advertising", "personal", "off_topic", "other"],
                            )
                        ),
                        name="abuse_report_reason_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewPhoto",
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
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "picture",
                    models.FileField(
                        storage=reviews.models.photo._private,
                        upload_to=reviews.models.photo._place,
                        verbose_name="photo",
                    ),
                ),
                (
                    "thumbnail",
                    models.FileField(
                        storage=reviews.models.photo._private,
                        upload_to=reviews.models.photo._place,
                        verbose_name="small photo",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="reviews.review",
                        verbose_name="review",
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
                            hash="6d392754c61e325078a1c05e9a4ce8db81b08f3c",
                            operation="UPDATE",
                            pgid="pgtrigger_touch_00ee0",
                            table="reviews_reviewphoto",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "position"), name="review_photo_place_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__lt", 5)), name="review_photo_at_most_five"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ratedproduct",
            trigger=pgtrigger.compiler.Trigger(
                name="rating_follows_reviews",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE average NUMERIC; number INTEGER;",
                    func="\n                    SELECT ROUND(AVG(rating), 2), COUNT(*) INTO average, number\n                    FROM reviews_review WHERE product_id = NEW.id AND status = 'approved';\n                    IF number > 0 THEN\n                        NEW.rating_average := average;\n                        NEW.rating_count := number;\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="54793c148a06f581931a818c45bdc154ad3fd487",
                    operation='UPDATE OF "rating_average", "rating_count"',
                    pgid="pgtrigger_rating_follows_reviews_6ec5a",
                    table="catalog_product",
                    when="BEFORE",
                ),
            ),
        ),
    ]
