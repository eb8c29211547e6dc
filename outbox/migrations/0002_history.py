import django.core.serializers.json
from django.db import migrations, models

TABLE = """
CREATE TABLE outbox_history (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL,
    event varchar(200) NOT NULL,
    payload jsonb NOT NULL,
    handler varchar(200) NOT NULL,
    attempts smallint NOT NULL,
    delivered_at timestamptz NOT NULL,
    CONSTRAINT outbox_history_attempts CHECK (attempts >= 0)
) PARTITION BY RANGE (id)
"""
# Takes what is older than the oldest month, or comes when nobody has made room for its month.
REST = "CREATE TABLE outbox_history_default PARTITION OF outbox_history DEFAULT"


class Migration(migrations.Migration):
    dependencies = [("core", "0002_months"), ("outbox", "0001_tables")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # In one line: so the linter sees that nobody waits for these columns.
                migrations.RunSQL(" ".join(TABLE.split()), "DROP TABLE outbox_history"),
                migrations.RunSQL(REST, migrations.RunSQL.noop),
                migrations.RunSQL(
                    "SELECT months_make_room('outbox_history', 3)", migrations.RunSQL.noop
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="DeliveredMessage",
                    fields=[
                        (
                            "id",
                            models.UUIDField(editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(editable=False, verbose_name="created"),
                        ),
                        ("event", models.CharField(max_length=200, verbose_name="event")),
                        (
                            "payload",
                            models.JSONField(
                                encoder=django.core.serializers.json.DjangoJSONEncoder,
                                verbose_name="payload",
                            ),
                        ),
                        ("handler", models.CharField(max_length=200, verbose_name="handler")),
                        ("attempts", models.PositiveSmallIntegerField(verbose_name="attempts")),
                        ("delivered_at", models.DateTimeField(verbose_name="delivered at")),
                    ],
                    options={
                        "verbose_name": "delivered message",
                        "verbose_name_plural": "delivered messages",
                        "db_table": "outbox_history",
                    },
                ),
            ],
        ),
    ]
