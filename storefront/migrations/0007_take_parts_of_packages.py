from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import CheckConstraint, Q

import storefront.models

OURS = ["banners", "departments", "news", "drops", "offers", "kits", "popular", "collection"]
KNOWN = CheckConstraint(
    condition=Q(kind__in=OURS) | Q(kind__regex=r"^[a-z0-9_]+\.[a-z0-9_]+$"),
    name="home_block_kind_known",
)


class Migration(migrations.Migration):
    """A part may also be of the form package.part: nothing that there is becomes wrong."""

    dependencies = [("storefront", "0006_keep_opinions_apart")]
    operations = [
        migrations.AlterField(
            "homeblock",
            "kind",
            models.CharField(
                choices=storefront.models.home_block_kinds,
                max_length=20,
                verbose_name="what it shows",
            ),
        ),
        migrations.RemoveConstraint("homeblock", "home_block_kind_known"),
        AddConstraintNotValid("homeblock", KNOWN),
        ValidateConstraint("homeblock", "home_block_kind_known"),
    ]
