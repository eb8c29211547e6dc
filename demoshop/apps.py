from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoShopConfig(AppConfig):
    """Fills an empty shop from the folder demo/: it writes rows of every app."""

    name = "demoshop"
    verbose_name = _("Demo shop")
