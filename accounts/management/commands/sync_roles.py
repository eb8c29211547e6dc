from typing import Any

from django.core.management.base import BaseCommand

from accounts import roles


class Command(BaseCommand):
    help = "Give every role the permissions that the code names."

    def handle(self, *args: Any, **options: Any) -> None:
        roles.sync()
        self.stdout.write("The roles are up to date.")
