from celery import shared_task

from pagecache import services


@shared_task(ignore_result=True)
def invalidate_changed() -> int:
    """Invalidate the pages that show changed rows; returns the number of changes."""
    return services.invalidate_changed()
