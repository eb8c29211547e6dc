import core.db
import django.contrib.postgres.functions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('storefront', '0002_arrange_the_home_page'),
    ]

    operations = [
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.UUIDField(db_default=core.db.UUIDv7(), editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='last changed')),
                ('picture', models.ImageField(help_text='PNG or WebP with a transparent ground, at least 72 pixels high.', upload_to='logo/', verbose_name='logo')),
                ('dark_picture', models.ImageField(blank=True, help_text='Empty: the same one.', upload_to='logo/', verbose_name='logo on dark ground')),
            ],
            options={
                'verbose_name': 'logo',
                'verbose_name_plural': 'logo',
                'abstract': False,
                'constraints': [models.UniqueConstraint(models.Value(1), name='logo_only_one', violation_error_message='The shop has a logo: change that one.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='logo',
            trigger=pgtrigger.compiler.Trigger(name='touch', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.updated_at = now(); RETURN NEW;', hash='4700a912f3ebf386d2c72decc7189090f3f2ea6f', operation='UPDATE', pgid='pgtrigger_touch_69b44', table='storefront_logo', when='BEFORE')),
        ),
    ]
