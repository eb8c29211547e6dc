import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity
from core.database.sql_files import read_sql


class SlugRedirectKind(models.TextChoices):
    """Models with slugs. The value is the name of the page's URL."""

    FAMILY = "family", _("family")
    CATEGORY = "category", _("category")
    BRAND = "brand", _("brand")
    PRODUCT = "product", _("product")
    COLLECTION = "drop", _("collection")
    KIT = "kit", _("kit")
    PAGE = "page", _("page")


class SlugRedirect(Entity):
    """An old slug and the row it led to. Written by triggers, see `redirect_triggers`."""

    kind = models.CharField(max_length=10, choices=SlugRedirectKind.choices)
    slug = models.SlugField(max_length=255)
    target_slug = models.SlugField(max_length=255)

    class Meta(Entity.Meta):
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="slug_redirect_once"),
            models.CheckConstraint(
                condition=~Q(slug=models.F("target_slug")), name="slug_redirect_leads_elsewhere"
            ),
        ]
        indexes = [models.Index(fields=["kind", "target_slug"], name="slug_redirect_target")]

    def __str__(self) -> str:
        return f"{self.slug} → {self.target_slug}"


def redirect_triggers(kind: SlugRedirectKind) -> list[pgtrigger.Trigger]:
    """
    Redirect old slugs to the current one.

    Redirects never chain. A slug that is used again is no redirect any more, and deleting a row
    deletes its redirects.
    """
    return [
        pgtrigger.Trigger(
            name="free_slug",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            func=read_sql("catalog", "free_slug", kind=kind.value),
        ),
        pgtrigger.Trigger(
            name="keep_old_slug",
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("slug"),
            condition=pgtrigger.Condition("OLD.slug IS DISTINCT FROM NEW.slug"),
            func=read_sql("catalog", "keep_old_slug", kind=kind.value),
        ),
        pgtrigger.Trigger(
            name="forget_old_slugs",
            when=pgtrigger.After,
            operation=pgtrigger.Delete,
            func=read_sql("catalog", "forget_old_slugs", kind=kind.value),
        ),
    ]
