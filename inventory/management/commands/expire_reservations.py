from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.reports import add_report_arguments, write_report
from inventory.services import release_expired


class Command(BaseCommand):
    help = "Releases the carts' holds that ran out, as the worker does every minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_report_arguments(parser)
        parser.add_argument("--batch", type=int, default=500)

    def handle(self, *args: Any, **options: Any) -> None:
        released = release_expired(batch=options["batch"])
        write_report(["released"], [[released]], options["format"], options["output"], self.stdout)
