from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields.files import FieldFile
from django.db.models.functions import NullIf
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from catalog.models import Category, Collection, Product, SlugRedirectKind
from catalog.models.redirect import redirect_triggers
from core.brand.hues import hue_for
from core.database.models import Entity, check_window, known_values
from core.fields import MAX_PROSE, LinkField, is_link
from storefront import parts


class Scheme(models.TextChoices):
    """The colours of a section, in the hue of its picture."""

    PLAIN = "", _("as the page")
    SOFT = "soft", _("a tint of the picture")
    DEEP = "deep", _("dark, in the colour of the picture")


class TextPlace(models.TextChoices):
    START = "start", _("before the picture")
    END = "end", _("after the picture")


class Coloured(Entity):
    """A section that takes its colours from its picture."""

    scheme = models.CharField(
        _("colours"), max_length=4, choices=Scheme.choices, db_default=Scheme.SOFT, blank=True
    )
    hue = models.PositiveSmallIntegerField(_("hue"), null=True, editable=False)

    class Meta(Entity.Meta):
        abstract = True

    @property
    def coloured_by(self) -> FieldFile:
        """The picture whose colour the section takes."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.hue = hue_for(self.coloured_by, self.hue)
        super().save(*args, **kwargs)


class BannerQuerySet(models.QuerySet["Banner"]):
    def running(self) -> "BannerQuerySet":
        now = timezone.now()
        return self.filter(
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(ends_at=None) | Q(ends_at__gt=now),
            is_active=True,
        ).order_by("position", "pk")


class Banner(Coloured):
    """A slide of the home page."""

    title = models.CharField(_("title"), max_length=150)
    subtitle = models.CharField(_("subtitle"), max_length=255, blank=True)
    button = models.CharField(_("button"), max_length=50, blank=True)
    desktop_image = models.ImageField(_("wide picture"), upload_to="banners/")
    mobile_image = models.ImageField(_("phone picture"), upload_to="banners/", blank=True)
    target_url = LinkField(_("leads to"), blank=True)
    text_place = models.CharField(
        _("place of the text"),
        max_length=5,
        choices=TextPlace.choices,
        db_default=TextPlace.START,
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = BannerQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="banner_ends_after_start",
            ),
            is_link("target_url", "banner_leads_to_link"),
            known_values("scheme", Scheme, "banner_scheme_known"),
            known_values("text_place", TextPlace, "banner_text_place_known"),
            models.CheckConstraint(
                condition=Q(is_active=False) | ~Q(desktop_image=""),
                name="banner_shows_a_picture",
                violation_error_message=_("A banner that is shown needs its wide picture."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def coloured_by(self) -> FieldFile:
        return self.desktop_image

    def clean(self) -> None:
        check_window(self.starts_at, self.ends_at)


class Story(Coloured):
    """A room or a look on the home page, with hotspots that lead to what is in its picture."""

    title = models.CharField(_("title"), max_length=150)
    text = models.CharField(_("text"), max_length=255, blank=True)
    button = models.CharField(_("button"), max_length=50, blank=True)
    picture = models.ImageField(
        _("picture"),
        upload_to="stories/",
        help_text=_("Upright, 4 to 5, at least 1,200 pixels wide. Shown whole, never cut."),
    )
    target_url = LinkField(_("leads to"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Coloured.Meta):
        verbose_name = _("story")
        verbose_name_plural = _("stories of the home page")
        constraints = [
            known_values("scheme", Scheme, "story_scheme_known"),
            is_link("target_url", "story_leads_to_link"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def coloured_by(self) -> FieldFile:
        return self.picture


class Hotspot(Entity):
    """A place in a story's picture that leads to a product."""

    story = models.ForeignKey(
        Story, on_delete=models.CASCADE, related_name="hotspots", verbose_name=_("story")
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="hotspots", verbose_name=_("product")
    )
    x = models.PositiveSmallIntegerField(
        _("from the left"), validators=[MaxValueValidator(100)], help_text=_("In percent.")
    )
    y = models.PositiveSmallIntegerField(
        _("from the top"), validators=[MaxValueValidator(100)], help_text=_("In percent.")
    )

    class Meta(Entity.Meta):
        verbose_name = _("hotspot")
        verbose_name_plural = _("hotspots")
        constraints = [
            models.CheckConstraint(
                condition=Q(x__lte=100, y__lte=100), name="hotspot_inside_its_picture"
            ),
            models.UniqueConstraint(
                fields=["story", "product"],
                name="hotspot_once",
                violation_error_message=_("This product has a hotspot already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} at {self.x} %, {self.y} %"


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
        verbose_name_plural = _("look")
        constraints = [
            models.UniqueConstraint(
                Value(1),
                name="logo_only_one",
                violation_error_message=_("The shop has a logo: change that one."),
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
