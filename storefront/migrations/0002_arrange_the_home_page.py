import core.db
import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


KINDS = ("banners", "departments", "news", "drops", "offers", "kits", "popular")


def write_usual_blocks(apps, schema_editor):
    """What the home page has shown so far."""
    HomeBlock = apps.get_model("storefront", "HomeBlock")
    HomeBlock.objects.bulk_create(
        [HomeBlock(kind=kind, position=10 * place) for place, kind in enumerate(KINDS, start=1)]
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_find_the_hidden_by_index'),
        ('storefront', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='HomeBlock',
            fields=[
                ('id', models.UUIDField(db_default=core.db.UUIDv7(), editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='last changed')),
                ('kind', models.CharField(choices=[('banners', 'Banners'), ('departments', 'Departments'), ('news', 'New here'), ('drops', 'Drops'), ('offers', 'On offer'), ('kits', 'Rooms and looks, put together'), ('popular', 'Most popular'), ('collection', 'A collection')], max_length=20, verbose_name='what it shows')),
                ('title', models.CharField(blank=True, help_text='Empty: the usual one.', max_length=80, verbose_name='heading')),
                ('title_es', models.CharField(blank=True, help_text='Empty: the usual one.', max_length=80, null=True, verbose_name='heading')),
                ('title_en', models.CharField(blank=True, help_text='Empty: the usual one.', max_length=80, null=True, verbose_name='heading')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='home_blocks', to='catalog.collection', verbose_name='collection')),
            ],
            options={
                'verbose_name': 'part of the home page',
                'verbose_name_plural': 'parts of the home page',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['banners', 'departments', 'news', 'drops', 'offers', 'kits', 'popular', 'collection'])), name='home_block_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('collection__isnull', False), ('kind', 'collection')), models.Q(models.Q(('kind', 'collection'), _negated=True), ('collection', None)), _connector='OR'), name='home_block_collection_fits', violation_error_message='Choose a collection for “A collection”, and no other.'), models.UniqueConstraint(fields=('kind', 'collection'), name='home_block_once', nulls_distinct=False, violation_error_message='The home page has this part already.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='homeblock',
            trigger=pgtrigger.compiler.Trigger(name='touch', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.updated_at = now(); RETURN NEW;', hash='e90e72a0db91f8b04d6748d80e844bccdca96a46', operation='UPDATE', pgid='pgtrigger_touch_ac954', table='storefront_homeblock', when='BEFORE')),
        ),
        migrations.RunPython(write_usual_blocks, migrations.RunPython.noop),
    ]
