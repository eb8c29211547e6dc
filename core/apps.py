from importlib import import_module

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")
    default = True

    def ready(self) -> None:
        import_module("core.web.checks")


class StaticFiles(StaticFilesConfig):
    """Static files less the sources that style sheets are made from."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "src", "admin-src"]
