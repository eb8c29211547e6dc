from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backoffice.monitoring import doctor
from backoffice.monitoring.system_status import Check
from core.reports.base import CODES, DAYS, Filters, Tally
from core.reports.commands import ReportCommand


class Command(ReportCommand):
    help = (
        "Checks from this machine that mail server, backup target, disks, database, scheduler, "
        "queues and certificate work. Exits with 1 if one does not."
    )
    is_check = True
    requires_migrations_checks = False
    without = (*CODES, *DAYS)
    columns = {"name": _("what"), "is_well": _("well"), "said": _("answer")}

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        self.wrong: list[Check] = []
        return self._examined()

    def _examined(self) -> Iterator[Check]:
        for check in doctor.examine():
            if not check.is_well:
                self.wrong.append(check)
            yield check

    def finds(self, tally: Tally) -> bool:
        return bool(self.wrong)

    def closing(self, tally: Tally) -> str:
        """With whole sentences, which a table cuts off."""
        number = len(self.wrong)
        text = ngettext("%(count)s thing is wrong.", "%(count)s things are wrong.", number)
        faults = [f"{check.name}: {check.said}" for check in self.wrong]
        return "\n".join([*faults, text % {"count": number}])
