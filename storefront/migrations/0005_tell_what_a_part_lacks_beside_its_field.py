from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_find_the_hidden_by_index'),
        ('storefront', '0004_kept_pages_follow_changes'),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='homeblock',
            name='home_block_collection_fits',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('collection__isnull', False), ('kind', 'collection')), models.Q(models.Q(('kind', 'collection'), _negated=True), ('collection', None)), _connector='OR'), name='home_block_collection_fits'),
        ),
    ]
