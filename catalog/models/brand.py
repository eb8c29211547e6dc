import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from catalog.models.redirect import SlugRedirectKind, redirect_triggers
from catalog.models.stale import stale_trigger
from core.database.models import Entity


class Brand(Entity):
    """The maker of products."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("slug"), max_length=160, unique=True)
    description = models.TextField(_("description"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="brands/", blank=True)
    country = CountryField(_("country of origin"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        triggers = [
            *Entity.Meta.triggers,
            *redirect_triggers(SlugRedirectKind.BRAND),
            stale_trigger(
                pgtrigger.UpdateOf("name"),
                "SELECT product_id FROM catalog_variant WHERE brand_id = NEW.id",
            ),
        ]

    def __str__(self) -> str:
        return self.name
