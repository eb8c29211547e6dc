"""Rules of staff for the search: synonyms, boosts and redirects."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.brand import Brand
from catalog.models.category import Category
from catalog.models.product import Product

LOWEST_FACTOR, HIGHEST_FACTOR = Decimal("0.1"), Decimal(10)
LAST_POSITION = 24
MIN_WORDS, MAX_WORDS = 2, 20


class SynonymGroup(models.Model):
    """Words for the same thing, in either language: a search for one finds all."""

    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("words"),
        help_text=_(
            "Two to 20 words or short phrases, parted by commas: “laptop, notebook, computadora "
            "portátil”. Accents, capitals and plurals make no difference."
        ),
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        constraints = [
            models.CheckConstraint(
                condition=Q(words__len__range=(MIN_WORDS, MAX_WORDS)),
                name="synonym_group_has_others",
            ),
            models.UniqueConstraint(fields=["words"], name="synonym_group_unique"),
        ]

    def __str__(self) -> str:
        return ", ".join(self.words)


class SearchBoost(models.Model):
    """
    Moves a product, category or brand up or down, in one search or in all.

    A factor divides the place: with 2 the tenth becomes the fifth. A position pins a product.
    """

    query = models.CharField(
        _("search"),
        max_length=100,
        blank=True,
        help_text=_("In searches with these words; empty: in all. A pinned product needs them."),
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("product")
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("brand")
    )
    factor = models.DecimalField(
        _("factor"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(LOWEST_FACTOR), MaxValueValidator(HIGHEST_FACTOR)],
        help_text=_("2 halves the place in the results, 0.5 doubles it; from 0.1 to 10."),
    )
    position = models.PositiveSmallIntegerField(
        _("fixed place"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LAST_POSITION)],
        help_text=_("The place of a product for exactly this search: 1 is the first, up to 24."),
    )

    class Meta:
        verbose_name = _("search boost")
        verbose_name_plural = _("search boosts")
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=False, category=None, brand=None)
                | Q(product=None, category__isnull=False, brand=None)
                | Q(product=None, category=None, brand__isnull=False),
                name="search_boost_one_target",
                violation_error_message=_("Choose one: a product, a category or a brand."),
            ),
            models.CheckConstraint(
                condition=Q(factor__isnull=False, position=None)
                | Q(factor=None, position__isnull=False),
                name="search_boost_one_way",
                violation_error_message=_("Give a factor or a fixed place, one of the two."),
            ),
            models.CheckConstraint(
                condition=Q(factor=None) | Q(factor__range=(LOWEST_FACTOR, HIGHEST_FACTOR)),
                name="search_boost_factor_range",
            ),
            models.CheckConstraint(
                condition=Q(position=None)
                | Q(position__range=(1, LAST_POSITION), product__isnull=False) & ~Q(query=""),
                name="search_boost_pins_product",
                violation_error_message=_("A fixed place is for a product, in a search you name."),
            ),
            models.UniqueConstraint(
                fields=["query", "product", "category", "brand"],
                nulls_distinct=False,
                name="search_boost_unique",
                violation_error_message=_("There is a boost of this for this search already."),
            ),
            models.UniqueConstraint(
                fields=["query", "position"],
                name="search_boost_place_unique",
                violation_error_message=_("Another product has this place in this search."),
            ),
        ]

    def __str__(self) -> str:
        return self.query or "*"


class SearchRedirect(models.Model):
    """Leads a search for exactly these words to a page of the shop."""

    words = models.CharField(
        _("search"),
        max_length=100,
        unique=True,
        help_text=_("The whole search. Accents, capitals and plurals make no difference."),
    )
    target = models.CharField(
        _("page"),
        max_length=200,
        validators=[
            RegexValidator(
                r"^/(?!/|search/|en/search/|es/search/)\S*$",
                _("Write a page of this shop, such as /c/sofas/."),
            )
        ],
        help_text=_("A page of this shop: /c/sofas/, /kits/ or /pages/garantia/."),
    )

    class Meta:
        verbose_name = _("search redirect")
        verbose_name_plural = _("search redirects")
        constraints = [
            models.CheckConstraint(
                condition=Q(target__regex=r"^/([^/]|$)"), name="search_redirect_stays_here"
            )
        ]

    def __str__(self) -> str:
        return self.words
