"""Sections of the home page that take their colours from a picture: banners and stories."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.brand.hues import hue_for
from core.database.models import Entity, check_window, known_values
from core.fields import LinkField, is_link


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
        _("colours"),
        max_length=4,
        choices=Scheme.choices,
        default=Scheme.SOFT,
        db_default=Scheme.SOFT,
        blank=True,
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
        default=TextPlace.START,
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
