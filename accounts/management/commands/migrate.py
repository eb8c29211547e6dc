"""Django's own command, and then the roles: wherever tables come up to date, rights do too."""

from functools import partial
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from accounts import roles
from core.patience import again_and_again, short_waits


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Part of a migration, or a plan of one, says nothing of the roles."""
        change = partial(super().handle, *args, **options)
        with short_waits(connections[options["database"]]):
            again_and_again(change, self.stderr.write)
        if not options["app_label"] and not options["plan"]:
            roles.sync()
