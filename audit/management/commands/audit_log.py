from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.models import Action
from audit.selectors import PAGE, Asked, Told, entries, told
from core.reports.base import Filters
from core.reports.commands import ReportCommand, whole_number


@dataclass(frozen=True, kw_only=True)
class Row:
    """A changed column; of a row that is only made or deleted, the row."""

    at: datetime
    person: str
    impersonator: str
    action: str
    what: str
    name: str
    column: str = ""
    before: str = ""
    after: str = ""
    ip: str | None
    origin: str
    key: str


class Command(ReportCommand):
    help = "Prints who changed what, latest first: one row for each changed value."
    without = ("warehouse", "seller", "category")
    days_mean = "changes of these days"
    columns = {
        "at": _("when"),
        "person": _("person"),
        "impersonator": _("acting for the person"),
        "action": _("action"),
        "what": _("what"),
        "name": _("name"),
        "column": _("column"),
        "before": _("before"),
        "after": _("after"),
        "ip": _("IP address"),
        "origin": _("from"),
        "key": _("key"),
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--person", default="", help="Part of the e-mail of who did it.")
        parser.add_argument("--table", default="", help="Such as orders_order.")
        parser.add_argument("--action", choices=Action.values, default="")
        parser.add_argument("--ip", help="The address that it came from.")
        parser.add_argument(
            "--about", default="", help="The beginning of a name, such as PED-2026, or a key."
        )
        parser.add_argument("--most", type=whole_number, default=1000, help="Entries; 1000.")

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        asked = Asked(
            words=options["about"],
            person=options["person"],
            table=options["table"],
            action=options["action"],
            ip=options["ip"],
            since=filters.starts_at,
            until=filters.ends_at,
        )
        found = entries(asked)[: options["most"]].iterator()
        while some := told(islice(found, PAGE)):
            for each in some:
                yield from _rows(each)


def _rows(each: Told) -> Iterator[Row]:
    entry = each.entry
    same: dict[str, Any] = {
        "at": entry.at,
        "person": each.person,
        "impersonator": each.impersonator,
        "action": each.action.label,
        "what": each.kind,
        "name": entry.label,
        "ip": entry.ip,
        "origin": entry.origin,
        "key": entry.object_id,
    }
    for change in each.changes:
        yield Row(**same, column=change.name, before=change.before, after=change.after)
    if not each.changes:
        yield Row(**same)
