from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from catalog.images import write_missing
from pagecache import services as pagecache
from storefront import feeds, icons
from storefront.models import Banner, Story
from storefront.selectors import changed_by_time


@shared_task(ignore_result=True)
def make_missing_banners() -> int:
    """Write the smaller copies that banners and stories lack; returns for how many pictures."""
    banners = Banner.objects.values_list("desktop_image", "mobile_image")
    stories = Story.objects.values_list("picture")
    return write_missing({name for row in (*banners, *stories) for name in row if name})


@shared_task(ignore_result=True)
def draw_icons() -> bool:
    """Draw the shop's icons after a change that no page of the back office made."""
    return icons.draw()


@shared_task(ignore_result=True)
def write_feeds() -> None:
    """Write the product feed again, in each language."""
    for code, _name in settings.LANGUAGES:
        feeds.write(code)


# Longer than its beat: what comes a little late is told twice rather than never.
_LOOKS_BACK = timedelta(seconds=30)


@shared_task(ignore_result=True)
def invalidate_timed_pages() -> None:
    """Invalidate pages that show something whose time has begun or ended."""
    now = timezone.now()
    if parts := changed_by_time(now - _LOOKS_BACK, now):
        pagecache.record_changes(parts)
        pagecache.invalidate_changed()
