from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import CheckConstraint, Q

import promotions.models

OURS = ["percentage", "fixed", "free_shipping", "buy_x_get_y", "tiers"]
KNOWN = CheckConstraint(
    condition=Q(effect__in=OURS) | Q(effect__regex=r"^[a-z0-9_]+\.[a-z0-9_]+$"),
    name="promotion_effect_known",
)
POSITIVE = CheckConstraint(
    condition=~Q(effect__in=["percentage", "fixed"]) | Q(value__isnull=False, value__gt=0),
    name="promotion_value_positive",
    violation_error_message="The value is not above 0.",
)


class Migration(migrations.Migration):
    """An effect may also be of the form package.kind: nothing that there is becomes wrong."""

    dependencies = [("promotions", "0001_tables")]
    operations = [
        migrations.AlterField(
            "promotion",
            "effect",
            models.CharField(
                choices=promotions.models.effects,
                default="percentage",
                max_length=15,
                verbose_name="effect",
            ),
        ),
        migrations.RemoveConstraint("promotion", "promotion_effect_known"),
        AddConstraintNotValid("promotion", KNOWN),
        ValidateConstraint("promotion", "promotion_effect_known"),
        migrations.RemoveConstraint("promotion", "promotion_value_positive"),
        AddConstraintNotValid("promotion", POSITIVE),
        ValidateConstraint("promotion", "promotion_value_positive"),
    ]
