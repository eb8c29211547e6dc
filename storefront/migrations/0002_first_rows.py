from django.db import migrations

KINDS = ("banners", "departments", "news", "drops", "offers", "kits", "popular")


def write_usual_blocks(apps, schema_editor):
    """The parts of the home page, in their usual order. No page is cached yet."""
    schema_editor.execute("SET LOCAL vitrina.page_changes = 'off'")
    HomeBlock = apps.get_model("storefront", "HomeBlock")
    HomeBlock.objects.bulk_create([HomeBlock(kind=kind, position=10 * place) for place, kind in enumerate(KINDS, start=1)])


class Migration(migrations.Migration):
    dependencies = [("storefront", "0001_initial")]
    operations = [migrations.RunPython(write_usual_blocks, migrations.RunPython.noop)]
