from django.db import migrations, models

from core.database.sql_files import run_sql


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_watch_products_whole'),
        ('reviews', '0003_fit_and_questions'),
        ('storefront', '0003_stories'),
    ]

    operations = [
        migrations.AddField(
            model_name='page',
            name='kind',
            field=models.CharField(choices=[('text', 'text alone'), ('shipping', 'shipping: your zones, days and prices as a table'), ('returns', 'returns: in three steps, with the days of the settings'), ('faq', 'questions and answers: each heading of the text is a question'), ('shops', 'shops: where customers find you and fetch orders, with hours and map')], db_default='text', default='text', help_text='What is made from your settings and rates stands above the text.', max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'shipping', 'returns', 'faq', 'shops'])), name='page_kind_known'),
        ),
        run_sql("storefront", "questions"),
    ]
