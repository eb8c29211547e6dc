from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from privacy import retention


class Command(BaseCommand):
    help = "Deletes data after its retention period, as docs/privacy.md says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what is due and delete nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for rule in retention.RULES:
            due = rule.due(now).count()
            if not options["dry_run"]:
                with tqdm(total=due, desc=str(rule.name), disable=None, leave=False) as progress:
                    for number in retention.purge(rule, now):
                        progress.update(number)
            self.stdout.write(f"{due:>8}  {rule.name}")
        if not options["dry_run"]:
            self.stdout.write(f"{retention.purge_sessions(now):>8}  {_('old sign-ins')}")
