from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class BackOfficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = _("Back office")

    def ready(self) -> None:
        import_module("backoffice.backups.checks")


class ConsoleConfig(admin.AdminConfig):
    """Django's admin with our site in the place of its own, named so in INSTALLED_APPS."""

    default = False
    default_site = "backoffice.site.BackOffice"
