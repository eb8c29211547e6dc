from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEngineTexts(models.Model):
    """What search engines show instead of the name and the description, if it is written."""

    seo_title = models.CharField(
        _("title for search engines"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("Up to 60 characters are shown. Empty: the name."),
    )
    seo_description = models.TextField(
        _("text for search engines"),
        max_length=320,
        blank=True,
        default="",
        db_default="",
        help_text=_("Up to 155 characters are shown. Empty: the beginning of the description."),
    )

    class Meta:
        abstract = True
