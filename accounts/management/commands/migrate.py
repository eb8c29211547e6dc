"""
Django's own command, and then the roles, PostgreSQL's and the shop's: wherever tables come up to
date, rights do too.
"""

from functools import partial
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from accounts import roles
from core.database import roles as database_roles
from core.database.migration_locks import lock_timeout, retry_on_lock_timeout


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Part of a migration, or a plan of one, says nothing of the roles."""
        change = partial(super().handle, *args, **options)
        if options["check_unapplied"] or options["plan"]:
            change()
            return
        with database_roles.as_owner():
            with lock_timeout(connections[options["database"]]):
                retry_on_lock_timeout(change, self.stderr.write)
            if not options["app_label"]:
                roles.sync()
                database_roles.grant()
