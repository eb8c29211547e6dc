from django.db import migrations

from pagecache.watching import watch

REVIEW = "product_id, rating, title, comment, status, is_verified, answer, answered_at, user_id"


class Migration(migrations.Migration):
    # One table after the other: each is locked for a moment only, and none while another is.
    atomic = False

    dependencies = [
        ("storefront", "0005_tell_what_a_part_lacks_beside_its_field"),
        ("reviews", "0001_tables"),
    ]

    operations = [
        watch("reviews_review", "product=product_id", "opinions=product_id", columns=REVIEW),
    ]
