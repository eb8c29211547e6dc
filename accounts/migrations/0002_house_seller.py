from django.db import migrations


def create_house(apps, schema_editor):
    apps.get_model("accounts", "Seller").objects.create(
        name="Vitrina", slug="vitrina", is_house=True, status="approved"
    )


def remove_house(apps, schema_editor):
    apps.get_model("accounts", "Seller").objects.filter(is_house=True).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables")]
    operations = [migrations.RunPython(create_house, remove_house)]
