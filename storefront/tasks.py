from celery import shared_task
from django.conf import settings

from catalog.images import write_missing
from storefront import feeds
from storefront.models import Banner


@shared_task(ignore_result=True)
def make_missing_banners() -> int:
    """Write the smaller copies that banners lack; returns how many pictures it took up."""
    rows = Banner.objects.values_list("desktop_image", "mobile_image")
    return write_missing({name for row in rows for name in row if name})


@shared_task(ignore_result=True)
def write_feeds() -> None:
    """Write the product feed anew, in each language."""
    for code, _name in settings.LANGUAGES:
        feeds.write(code)
