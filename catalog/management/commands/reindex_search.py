from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from catalog.models import Product
from catalog.services import count_search_words, refresh_search

_BATCH = 500


class Command(BaseCommand):
    help = "Writes what search reads of every product anew."

    def handle(self, *args: Any, **options: Any) -> None:
        keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
        for start in tqdm(range(0, len(keys), _BATCH), unit=" batches"):
            refresh_search(keys[start : start + _BATCH])
        words = count_search_words()
        self.stdout.write(f"{len(keys)} products can be found by {words} words.")
