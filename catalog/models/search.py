from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class SearchEntry(models.Model):
    """
    What search reads of a product.

    `stems` says of each stem, in both languages, how much the product is about it: 0 to 1000. What
    its shelf says, and all above that, has a stroke before it: "/chair".
    `title` and `codes` are plain text, in lower case and without accents.
    """

    product = models.OneToOneField(
        Product,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
        verbose_name=_("product"),
    )
    stems = models.JSONField(db_default={})
    # Names, brands and shelves.
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
    """A stem of the entries and how many products have it: what is rare tells more."""

    stem = models.TextField(primary_key=True)
    products = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.stem


class SearchWord(models.Model):
    """A word of the shop's titles and how many have it: what a typo may stand for."""

    word = models.TextField(primary_key=True)
    products = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
