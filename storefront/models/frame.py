"""What staff arrange around the products: pages, menus, the home page and the logo."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import NullIf
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from catalog.models import Category, Collection, SlugRedirectKind
from catalog.models.redirect import redirect_triggers
from core.database.models import Entity, known_values
from core.fields import MAX_PROSE, LinkField, is_link
from storefront import parts


class PageKind(models.TextChoices):
    """What a page shows beside its text."""

    TEXT = "text", _("text alone")
    SHIPPING = "shipping", _("shipping: your zones, days and prices as a table")
    RETURNS = "returns", _("returns: in three steps, with the days of the settings")
    FAQ = "faq", _("questions and answers: each heading of the text is a question")
    SHOPS = "shops", _("shops: where customers find you and fetch orders, with hours and map")


class Page(Entity):
    """A text page, for example the returns policy."""

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(_("slug"), max_length=150, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=PageKind.choices,
        default=PageKind.TEXT,
        db_default=PageKind.TEXT,
        help_text=_("What is made from your settings and rates stands above the text."),
    )
    body = models.TextField(_("text"), max_length=MAX_PROSE, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [known_values("kind", PageKind, "page_kind_known")]
        triggers = [*Entity.Meta.triggers, *redirect_triggers(SlugRedirectKind.PAGE)]

    def __str__(self) -> str:
        return self.title


class MenuPlace(models.TextChoices):
    HEADER = "header", _("header")
    FOOTER = "footer", _("footer")


# Where a menu item may lead. It leads to exactly one of them.
PLACES = ("page", "category", "collection", "target_url")
LEADS_TO_ONE = Exact(
    models.Func(
        "page",
        "category",
        "collection",
        NullIf("target_url", models.Value("")),
        function="num_nonnulls",
        output_field=models.IntegerField(),
    ),
    1,
)


class MenuItemQuerySet(models.QuerySet["MenuItem"]):
    def open(self) -> "MenuItemQuerySet":
        """Links to things that shoppers may see."""
        return self.filter(
            Q(page=None) | Q(page__is_active=True),
            Q(category=None) | Q(category__is_active=True, category__family__is_active=True),
            Q(collection=None) | Q(collection__is_active=True),
            is_active=True,
        )


class MenuItem(Entity):
    """A link in the header or footer."""

    place = models.CharField(_("place"), max_length=10, choices=MenuPlace.choices)
    label = models.CharField(_("label"), max_length=80)
    page = models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="menu_items",
        verbose_name=_("page"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="menu_items",
        verbose_name=_("category"),
    )
    collection = models.ForeignKey(
        Collection,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="menu_items",
        verbose_name=_("collection"),
    )
    target_url = LinkField(_("address"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = MenuItemQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("menu item")
        verbose_name_plural = _("menu items")
        constraints = [
            known_values("place", MenuPlace, "menu_item_place_known"),
            models.CheckConstraint(condition=LEADS_TO_ONE, name="menu_item_leads_to_one"),
            is_link("target_url", "menu_item_leads_to_link"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """:raises ValidationError: unless the item leads to one place"""
        places = [name for name in PLACES if getattr(self, name)]
        if not places:
            refusal = _("Choose a page, a category or a collection, or write an address.")
            raise ValidationError({"page": refusal})
        if len(places) > 1:
            refusal = _("A link leads to one place: empty this, or the others.")
            raise ValidationError(dict.fromkeys(places[1:], refusal))


class HomeBlockKind(models.TextChoices):
    """In the order of a shop that has changed nothing."""

    BANNERS = "banners", _("Banners")
    DEPARTMENTS = "departments", _("Departments")
    STORIES = "stories", _("Get inspired")
    NEWS = "news", _("New in")
    DROPS = "drops", _("Drops")
    OFFERS = "offers", _("On offer")
    KITS = "kits", _("Rooms and looks, put together")
    POPULAR = "popular", _("Most popular")
    REVIEWS = "reviews", _("What customers say")
    COLLECTION = "collection", _("A collection")


def home_block_kinds() -> list[tuple[str, StrOrPromise]]:
    """Ours, and those of installed packages."""
    return [*HomeBlockKind.choices, *parts.choices()]


class HomeBlock(Entity):
    """A part of the home page. Where a shop has none at all, the usual ones stand there."""

    kind = models.CharField(_("what it shows"), max_length=20, choices=home_block_kinds)
    collection = models.ForeignKey(
        Collection,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="home_blocks",
        verbose_name=_("collection"),
    )
    title = models.CharField(
        _("heading"), max_length=80, blank=True, help_text=_("Empty: the usual one.")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("part of the home page")
        verbose_name_plural = _("parts of the home page")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=HomeBlockKind.values) | Q(kind__regex=parts.CODE),
                name="home_block_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=HomeBlockKind.COLLECTION, collection__isnull=False)
                | ~Q(kind=HomeBlockKind.COLLECTION) & Q(collection=None),
                name="home_block_collection_fits",
            ),
            models.UniqueConstraint(
                fields=["kind", "collection"],
                nulls_distinct=False,
                name="home_block_once",
                violation_error_message=_("The home page has this part already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.collection or self.get_kind_display())

    def clean(self) -> None:
        """:raises ValidationError: unless a collection, and nothing else, names one"""
        if (self.kind == HomeBlockKind.COLLECTION) != bool(self.collection_id):
            refusal = _("Choose a collection for “A collection”, and no other.")
            raise ValidationError({"collection": refusal})


class Logo(Entity):
    """The shop's sign in the head of its pages, instead of its name. There is at most one."""

    picture = models.ImageField(
        _("logo"),
        upload_to="logo/",
        help_text=_("PNG or WebP with a transparent ground, at least 72 pixels high."),
    )
    dark_picture = models.ImageField(
        _("logo on dark ground"),
        upload_to="logo/",
        blank=True,
        help_text=_("Empty: the same one."),
    )
    icon = models.ImageField(
        _("icon of tabs and home screens"),
        upload_to="logo/",
        blank=True,
        db_default="",
        help_text=_("Square, at least 192 pixels wide. Empty: it is made from the logo."),
    )

    class Meta(Entity.Meta):
        verbose_name = _("logo")
        verbose_name_plural = pgettext_lazy("of the shop", "look")
        constraints = [
            models.UniqueConstraint(
                Value(1),
                name="logo_only_one",
                violation_error_message=_("The shop has a logo: change that one."),
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
