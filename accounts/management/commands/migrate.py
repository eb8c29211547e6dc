"""Django's own command, and then the roles: wherever tables come up to date, rights do too."""

from typing import Any

from django.core.management.commands import migrate

from accounts import roles


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Part of a migration, or a plan of one, says nothing of the roles."""
        super().handle(*args, **options)
        if not options["app_label"] and not options["plan"]:
            roles.sync()
