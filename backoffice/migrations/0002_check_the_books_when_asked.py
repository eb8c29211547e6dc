import core.database.models
import django.contrib.postgres.functions
import django.core.serializers.json
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('backoffice', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BooksCheck',
            fields=[
                ('id', models.UUIDField(db_default=core.database.models.UUIDv7(), editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='last changed')),
                ('claimed_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('providers', 'payments against the providers’ own lists'), ('stock', 'stock against its ledger, the holds and the orders')], max_length=10, verbose_name='check')),
                ('since', models.DateField(null=True, verbose_name='from')),
                ('until', models.DateField(null=True, verbose_name='until')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('rows', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='differences')),
                ('error', models.TextField(blank=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'check of the books',
                'verbose_name_plural': 'month-end',
                'abstract': False,
                'default_permissions': ('view', 'add'),
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['created_at'], name='books_check_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['providers', 'stock'])), name='books_check_kind_known'), models.CheckConstraint(condition=models.Q(('since', None), ('until__gte', models.F('since')), _connector='OR'), name='books_check_days_in_order')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookscheck',
            trigger=pgtrigger.compiler.Trigger(name='touch', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.updated_at = now(); RETURN NEW;', hash='405691d9f89bb61eb90bf481828721d7bc3b078b', operation='UPDATE', pgid='pgtrigger_touch_74366', table='backoffice_bookscheck', when='BEFORE')),
        ),
    ]
