from django.db import migrations


def create_house(apps, schema_editor):
    """The shop itself, as the seller of what no other seller offers."""
    apps.get_model("accounts", "Seller").objects.create(name="Vitrina", slug="vitrina", is_house=True, status="approved")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(create_house, migrations.RunPython.noop)]
