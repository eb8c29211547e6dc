from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class SearchEntry(models.Model):
    """
    The search index of a product.

    `stems` maps each stem, of both languages, to its weight: 0 to 1000. Stems of the category and
    its ancestors start with a stroke: "/chair". `title` and `codes` are plain text in lower case
    without accents.
    """

    product = models.OneToOneField(
        Product,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
        verbose_name=_("product"),
    )
    stems = models.JSONField(db_default={})
    # Names, brands and categories.
    title = models.TextField()
    codes = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [
            GinIndex(fields=["stems"], name="search_stems"),
            GinIndex(OpClass("title", name="gin_trgm_ops"), name="search_title_trigrams"),
            GinIndex(OpClass("codes", name="gin_trgm_ops"), name="search_codes_trigrams"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchStem(models.Model):
    """A stem and the number of products that have it: rare stems weigh more."""

    stem = models.TextField(primary_key=True)
    products = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.stem


class SearchWord(models.Model):
    """A word of product titles and how many have it, to correct typos."""

    word = models.TextField(primary_key=True)
    products = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
