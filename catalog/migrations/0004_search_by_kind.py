from importlib import import_module

from django.db import migrations

from core.database.sql_files import run_sql


def delete_first_synonyms(apps, schema_editor):
    """A new shop has these words in the lists of each language; others keep their groups."""
    if apps.get_model("catalog", "Product").objects.exists():
        return
    first = import_module("catalog.migrations.0002_first_rows").GROUPS.strip().splitlines()
    SynonymGroup = apps.get_model("catalog", "SynonymGroup")
    SynonymGroup.objects.filter(words__in=[line.split() for line in first]).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_take_imports_back")]

    operations = [
        migrations.RunPython(delete_first_synonyms, migrations.RunPython.noop),
        # Entries say now of which kind a product is.
        run_sql("catalog", "mark_all_search_stale", ""),
    ]
