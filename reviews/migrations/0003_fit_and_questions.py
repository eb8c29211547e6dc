import core.database.models
import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_search_redirects'),
        ('reviews', '0002_tell_the_language'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductQuestion',
            fields=[
                ('id', models.UUIDField(db_default=core.database.models.UUIDv7(), editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('language', models.CharField(blank=True, editable=False, max_length=10, verbose_name='language')),
                ('text', models.TextField(max_length=1000, verbose_name='question')),
                ('status', models.CharField(choices=[('pending', 'waiting for approval'), ('published', 'published'), ('rejected', 'rejected')], default='pending', max_length=10, verbose_name='status')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='answered')),
                ('told_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='told by mail')),
            ],
            options={
                'verbose_name': 'question about a product',
                'verbose_name_plural': 'questions about products',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='review',
            name='fit',
            field=models.CharField(blank=True, choices=[('small', 'runs small'), ('true', 'true to size'), ('large', 'runs large')], db_default='', max_length=5, verbose_name='fit'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('fit__in', ['', 'small', 'true', 'large'])), name='review_fit_known'),
        ),
        migrations.AddField(
            model_name='productquestion',
            name='answered_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='productquestion',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='catalog.product', verbose_name='product'),
        ),
        migrations.AddField(
            model_name='productquestion',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddIndex(
            model_name='productquestion',
            index=models.Index(fields=['-created_at', '-id'], name='product_question_created'),
        ),
        migrations.AddIndex(
            model_name='productquestion',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['product', '-created_at'], name='product_question_newest'),
        ),
        migrations.AddConstraint(
            model_name='productquestion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'published', 'rejected'])), name='product_question_status_known'),
        ),
        migrations.AddConstraint(
            model_name='productquestion',
            constraint=models.CheckConstraint(condition=models.Q(('answer', ''), ('answered_at__isnull', False), _connector='XOR'), name='product_question_answered_at'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='productquestion',
            trigger=pgtrigger.compiler.Trigger(name='touch', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.updated_at = now(); RETURN NEW;', hash='8dbdee5df873dd271a30c42c06cff42629c7dd0f', operation='UPDATE', pgid='pgtrigger_touch_52347', table='reviews_productquestion', when='BEFORE')),
        ),
    ]
