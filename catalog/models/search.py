from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class SearchEntry(models.Model):
    """What search reads of a product: stemmed words in both languages, and plain text for typos."""

    product = models.OneToOneField(
        Product,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
        verbose_name=_("product"),
    )
    vector = SearchVectorField()
    # Names, brands and shelves in lower case, without accents.
    title = models.TextField()
    codes = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            GinIndex(OpClass("title", name="gin_trgm_ops"), name="search_title_trigrams"),
            GinIndex(OpClass("codes", name="gin_trgm_ops"), name="search_codes_trigrams"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word of the shop's titles and how many products have it: what is rare tells more."""

    word = models.TextField(primary_key=True)
    products = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
