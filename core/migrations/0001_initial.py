from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from core.database.sql_files import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        CreateExtension("fuzzystrmatch"),
        run_sql("core", "plain_text", "DROP FUNCTION plain_text(text)"),
        run_sql("core", "text_search", "DROP TEXT SEARCH CONFIGURATION store_es; DROP TEXT SEARCH CONFIGURATION store_en"),
        run_sql("core", "months", "DROP FUNCTION months_drop_before, months_create_ahead, month_floor"),
    ]
