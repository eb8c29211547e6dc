from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.db import Entity, known_values


class BannerQuerySet(models.QuerySet["Banner"]):
    def running(self) -> "BannerQuerySet":
        now = timezone.now()
        return self.filter(
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(ends_at=None) | Q(ends_at__gt=now),
            is_active=True,
        ).order_by("position", "pk")


class Banner(Entity):
    """A slide of the home page."""

    title = models.CharField(_("title"), max_length=150)
    subtitle = models.CharField(_("subtitle"), max_length=255, blank=True)
    button = models.CharField(_("button"), max_length=50, blank=True)
    desktop_image = models.ImageField(_("wide picture"), upload_to="banners/", blank=True)
    mobile_image = models.ImageField(_("phone picture"), upload_to="banners/", blank=True)
    target_url = models.CharField(_("leads to"), max_length=500, blank=True)
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
                violation_error_message=_("The end is not after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Page(Entity):
    """A page of text, such as the returns policy."""

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(_("slug"), max_length=150, unique=True)
    body = models.TextField(_("text"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def __str__(self) -> str:
        return self.title


class MenuPlace(models.TextChoices):
    HEADER = "header", _("header")
    FOOTER = "footer", _("footer")


class MenuItem(Entity):
    """A link in the header or footer."""

    place = models.CharField(_("place"), max_length=10, choices=MenuPlace.choices)
    label = models.CharField(_("label"), max_length=80)
    target_url = models.CharField(_("leads to"), max_length=500, blank=True)
    page = models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="menu_items",
        verbose_name=_("page"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("menu item")
        verbose_name_plural = _("menu items")
        constraints = [
            known_values("place", MenuPlace, "menu_item_place_known"),
            models.CheckConstraint(
                condition=~Q(target_url="") | Q(page__isnull=False),
                name="menu_item_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.label
