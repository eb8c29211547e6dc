from celery import shared_task

from pagecache import services


@shared_task(ignore_result=True)
def invalidate_changed() -> int:
    """Have pages made again that show what has changed; returns how many changes there were."""
    return services.invalidate_changed()
