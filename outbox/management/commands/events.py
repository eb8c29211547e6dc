from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils import translation

from outbox.registry import Event, dotted_name, event_types, handler_names
from outbox.words import event_in_words

HEADINGS = ("Event", "Meaning", "Published by", "Handled by")


class Command(BaseCommand):
    help = "Lists every event: what it means, which app publishes it and which handlers run after."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="Write a Markdown table.")

    def handle(self, *args: Any, markdown: bool, **options: Any) -> None:
        with translation.override("en"):
            rows = [
                _row(event)
                for event in event_types()
                if apps.get_containing_app_config(event.__module__)
            ]
        if markdown:
            for row in (HEADINGS, ["---"] * len(HEADINGS), *rows):
                self.stdout.write(f"| {' | '.join(row)} |")
            return
        widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
        for row in (HEADINGS, *rows):
            cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _row(event: type[Event]) -> tuple[str, ...]:
    app, _dot, _module = event.__module__.partition(".")
    handlers = ", ".join(name.replace(".handlers.", ".") for name in handler_names(event))
    return event.__name__, event_in_words(dotted_name(event)), app, handlers or "—"
