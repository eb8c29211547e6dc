from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.models import Product
from catalog.search import EngineAway, elastic
from catalog.services import count_search_words, refresh_search

_BATCH = 500


class Command(BaseCommand):
    help = (
        "Reads every product again for search and lists, and builds a new index in Elasticsearch "
        "if SEARCH_URL names one: searches use the old one until it is complete."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = Product.objects.count()
        _with_progress(_refreshed(), count, "PostgreSQL")
        words = count_search_words()
        if settings.SEARCH_URL:
            try:
                _with_progress(elastic.rebuild(), count, "Elasticsearch")
            except elastic.Rebuilding as reason:
                raise CommandError("Another rebuild of the index is under way.") from reason
            except EngineAway as reason:
                raise CommandError(f"Elasticsearch was not rebuilt: {reason}") from reason
        self.stdout.write(f"{count} products can be found by {words} words.")


def _refreshed() -> Iterator[int]:
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        yield refresh_search(keys[start : start + _BATCH])


def _with_progress(batches: Iterator[int], count: int, where: str) -> None:
    with tqdm(total=count, desc=where, unit=" products", disable=None) as progress:
        for done in batches:
            progress.update(done)
