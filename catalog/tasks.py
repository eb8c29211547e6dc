import logging
from collections.abc import Callable

from celery import shared_task
from django.conf import settings
from redis import RedisError

from accounts.models import Seller
from catalog import services
from catalog.images import record_renditions, write_missing
from catalog.models import Brand, Category, Collection, Family, Kit, ProductImage
from catalog.search import EngineAway, choices, elastic, log

logger = logging.getLogger(__name__)

_BATCH = 500


@shared_task(ignore_result=True)
def refresh_stale_search() -> int:
    """Rebuild stale search entries; returns how many products."""
    return _all_batches(services.refresh_stale_search)


@shared_task(ignore_result=True)
def push_search_documents() -> int:
    """Push stale documents to Elasticsearch, if used; returns how many products."""
    if not settings.SEARCH_URL:
        return 0
    total = 0
    try:
        while taken := elastic.push_stale():
            total += taken
    except EngineAway as reason:
        logger.warning("Elasticsearch learns of changes later: %s", reason)
    return total


@shared_task(ignore_result=True)
def store_search_counts() -> int:
    """Store search counts in the database; returns how many words."""
    try:
        return log.store_counts()
    except RedisError as reason:
        logger.warning("What was searched is written down later: %s", reason)
        return 0


@shared_task(ignore_result=True)
def count_search_words() -> int:
    """Recount the words of all titles; returns how many. Choices of long ago are forgotten."""
    choices.forget_choices()
    return services.count_search_words()


@shared_task(ignore_result=True)
def apply_scheduled_prices() -> int:
    """Start and end scheduled prices that are due; returns how many."""
    return _all_batches(lambda limit: services.apply_scheduled_prices(limit=limit))


def _all_batches(step: Callable[[int], int]) -> int:
    """Repeat the step while there was a full batch to do; returns the sum."""
    taken = total = step(_BATCH)
    while taken >= _BATCH:
        taken = step(_BATCH)
        total += taken
    return total


@shared_task(ignore_result=True)
def make_missing_renditions(limit: int = 50) -> int:
    """
    Write missing renditions, newest pictures first; returns how many pictures.

    Unreadable pictures are skipped; pages show the original.
    """
    images = ProductImage.objects.filter(copied_at=None).order_by("-created_at")[:limit]
    for image in images:
        record_renditions(image)
    return len(images)


@shared_task(ignore_result=True)
def make_missing_covers() -> int:
    """Write missing renditions of other pictures than products'; returns how many."""
    return write_missing(_covers())


def _covers() -> list[str]:
    fields = {
        Kit: "cover",
        Collection: "hero_image",
        Family: "picture",
        Category: "picture",
        Brand: "logo",
        Seller: "logo",
    }
    return [
        name
        for model, field in fields.items()
        for name in model._default_manager.exclude(**{field: ""}).values_list(field, flat=True)
    ]
