import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index guards what it always has, and now serves `iexact` too. Nobody waits for it."""

    atomic = False

    dependencies = [
        ("accounts", "0002_house_seller"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'CREATE UNIQUE INDEX CONCURRENTLY user_email_upper ON accounts_user (UPPER("email"))',
                    "DROP INDEX CONCURRENTLY user_email_upper",
                ),
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY user_email_once",
                    'CREATE UNIQUE INDEX CONCURRENTLY user_email_once ON accounts_user (LOWER("email"))',
                ),
                migrations.RunSQL(
                    "ALTER INDEX user_email_upper RENAME TO user_email_once",
                    "ALTER INDEX user_email_once RENAME TO user_email_upper",
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="user", name="user_email_once"),
                migrations.AddConstraint(
                    model_name="user",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Upper("email"),
                        name="user_email_once",
                        violation_error_message="There is an account with this e-mail address already.",
                    ),
                ),
            ],
        ),
    ]
