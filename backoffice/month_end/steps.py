"""The month's end in ten steps, each with where it is done and how far it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import site
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Model, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.selectors import has_sellers
from backoffice.dashboard import work_queues
from backoffice.models import BooksCheck, CheckKind, MonthFile
from backoffice.month_end import checks, files
from backoffice.month_end.months import Month
from backoffice.reports.registry import REPORTS, may_see
from core.formats import totals
from invoicing.models import FiscalDocument, Submission
from invoicing.states import SubmissionState
from orders.consistency import ConsistencyCheck, last_results
from payments.models import Reconciliation, StoreCredit
from payouts.models import Statement, StatementStatus

# These settings are needed first.
_MONEY = ("review", "differences", "refunds", "failed_refunds", "disputes", "webhooks")


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """`is_well` is None where it cannot be told yet; `asks` is a check that a button begins."""

    title: str
    text: str
    said: str = ""
    is_well: bool | None = None
    links: Sequence[Link] = ()
    asks: CheckKind | None = None
    check: BooksCheck | None = None
    # It is done once the month's file has these.
    reports: frozenset[str] = frozenset()

    @property
    def may_be_told(self) -> bool:
        return bool(self.links or self.asks or self.is_well)


def steps(request: HttpRequest, month: Month) -> list[Step]:
    """All steps; links only to pages that the person may open."""
    found = [
        _books(request),
        _providers(request, month),
        _stock(),
        _sales(request, month),
        _fees(request, month),
        _documents(request, month),
        _value(request),
        _credit(request),
        *(_sellers(request, month) if has_sellers() else ()),
        _returns(request, month),
    ]
    filed = files.of_whole(month)
    found = [_filed(each, filed) for each in found]
    # What somebody may not open is not told them either.
    return [each if each.may_be_told else replace(each, said="", is_well=None) for each in found]


def _filed(step: Step, file: MonthFile | None) -> Step:
    """A step whose figures the month's file holds is done, unless something is wrong with it."""
    if not (file and file.finished_at and step.reports and step.reports <= set(file.reports)):
        return step
    moment = date_format(timezone.localtime(file.finished_at), "SHORT_DATETIME_FORMAT")
    told = _("In the file of %(moment)s.") % {"moment": moment}
    is_well = step.is_well is not False
    return replace(step, said=" · ".join(filter(None, [step.said, told])), is_well=is_well)


def _books(request: HttpRequest) -> Step:
    known = {task.name: task for task in work_queues.tasks()}
    seen = [known[name] for name in _MONEY if request.user.has_perm(known[name].permission)]
    open_ = [
        (task, number) for task in seen if (number := task.rows[: work_queues.MAX_SAID].count())
    ]
    return Step(
        title=_("The books are in order"),
        text=_("The open money tasks are done, or you know why they wait."),
        said=_("Nothing is open.") if seen and not open_ else "",
        is_well=not open_,
        links=[Link(f"{task.label}: {number}", task.url) for task, number in open_],
    )


def _providers(request: HttpRequest, month: Month) -> Step:
    rows = list(Reconciliation.objects.order_by("provider"))
    told = [
        _("%(provider)s: until %(moment)s, %(number)s left")
        % {
            "provider": row.provider,
            "moment": date_format(timezone.localtime(row.reached_at), "SHORT_DATETIME_FORMAT"),
            "number": row.unsolved,
        }
        for row in rows
    ]
    check = _last(CheckKind.PROVIDERS, **month.days)
    return Step(
        title=_("Compare with the providers"),
        text=_("Done each night; here for the whole month. What can be mended is mended."),
        said=" · ".join(told),
        is_well=_of_check(check, not any(row.unsolved or row.error for row in rows)),
        links=_list(request, _("Last night's comparisons"), Reconciliation),
        asks=CheckKind.PROVIDERS,
        check=check,
    )


def _stock() -> Step:
    known = last_results(ConsistencyCheck.STOCK)
    told = [
        ngettext("%(number)s difference, %(moment)s", "%(number)s differences, %(moment)s", n)
        % {"number": n, "moment": date_format(_moment(proof.at), "SHORT_DATETIME_FORMAT")}
        for proof in known
        for n in (proof.differences,)
    ]
    check = _last(CheckKind.STOCK)
    return Step(
        title=_("Prove the stock"),
        text=_("Done each night: every number against its movements, holds and orders."),
        said=" ".join(told),
        is_well=not known[0].differences if known else _of_check(check, is_well=None),
        asks=CheckKind.STOCK,
        check=check,
    )


def _sales(request: HttpRequest, month: Month) -> Step:
    by_day, by_method = {**month.days, "by": "day"}, {**month.days, "by": "method"}
    return Step(
        title=_("Sales"),
        reports=frozenset({"sales"}),
        text=_("By day, and by way to pay: what each provider owes you. “Net” is what stayed."),
        links=_report(
            request, "sales", (_("By day"), by_day), (_("By way to pay"), by_method), file=by_day
        ),
    )


def _fees(request: HttpRequest, month: Month) -> Step:
    return Step(
        title=_("Providers’ fees"),
        reports=frozenset({"gateway-fees"}),
        text=_("Sales less refunds less fees is what providers pay out, some days later."),
        links=_report(request, "gateway-fees", (_("By provider"), month.days), file=month.days),
    )


def _documents(request: HttpRequest, month: Month) -> Step:
    days = {"issued_at__from": month.days["since"], "issued_at__to": month.days["until"]}
    rejected = Submission.objects.filter(state=SubmissionState.REJECTED).count()
    issued = FiscalDocument.objects.filter(issued_at__date__range=(month.first, month.last)).count()
    of_month = _list(request, _("Those of the month"), FiscalDocument, days)
    return Step(
        title=_("Fiscal documents"),
        reports=frozenset({"fiscal-documents"}),
        text=_("Without gaps in their numbers. The tax of the month stands below its column."),
        said=_("%(issued)s issued, %(rejected)s submissions rejected")
        % {"issued": issued, "rejected": rejected},
        is_well=False if rejected else None,
        links=[
            *of_month,
            *_list(request, _("Submissions"), Submission),
            *(Link("Excel", each.url.replace("?", "list.xlsx?")) for each in of_month),
        ],
    )


def _value(request: HttpRequest) -> Step:
    by = {"by": "category"}
    return Step(
        title=_("Stock at cost"),
        reports=frozenset({"stock-valuation"}),
        text=_("On the last evening: it is of now, not of a day before. Keep the file."),
        links=_report(request, "stock-valuation", (_("By category"), by), file=by),
    )


def _credit(request: HttpRequest) -> Step:
    sums = StoreCredit.objects.filter(balance__gt=0).values_list("currency")
    owed = [(total, currency) for currency, total in sums.annotate(total=Sum("balance"))]
    return Step(
        title=_("Store credit"),
        reports=frozenset({"store-credits"}),
        text=_("What is still out is what you owe in goods."),
        said=totals(owed) if owed else _("nothing"),
        links=_list(request, _("Store credits"), StoreCredit),
    )


def _sellers(request: HttpRequest, month: Month) -> Iterator[Step]:
    days = DateRange(month.first, month.last, "[]")
    of_month = Statement.objects.filter(period__overlap=days)
    found: dict[str, int] = of_month.aggregate(
        drafts=Count("pk", filter=Q(status=StatementStatus.DRAFT)),
        unpaid=Count("pk", filter=Q(status=StatementStatus.APPROVED)),
        all=Count("pk"),
    )
    yield Step(
        title=_("Sellers’ statements"),
        text=_("Look at each, approve it with a second person, pay it, note the reference."),
        said=_("%(all)s written, %(drafts)s to approve, %(unpaid)s to pay") % found,
        is_well=not (found["drafts"] or found["unpaid"]) if found["all"] else None,
        links=_list(request, _("Statements"), Statement),
    )


def _returns(request: HttpRequest, month: Month) -> Step:
    return Step(
        title=_("Returns"),
        reports=frozenset({"returns"}),
        text=_("By reason: what to change in pictures and sizes."),
        links=_report(request, "returns", (_("By reason"), month.days)),
    )


def _report(
    request: HttpRequest,
    name: str,
    *asked: tuple[str, dict[str, str]],
    file: dict[str, str] | None = None,
) -> list[Link]:
    """The report, asked for these filters, and its file for those; none if it may not be seen."""
    if not may_see(request.user, REPORTS[name]):
        return []
    page = reverse("admin:report", args=[name])
    files = [("Excel", {**file, "file": "xlsx"})] if file else []
    return [Link(label, f"{page}?{urlencode(query)}") for label, query in (*asked, *files)]


def _list(
    request: HttpRequest, label: str, model: type[Model], query: dict[str, str] | None = None
) -> list[Link]:
    """The list, filtered so; none if it may not be seen."""
    if not site.get_model_admin(model).has_view_permission(request):
        return []
    meta: Any = model._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return [Link(label, f"{url}?{urlencode(query)}" if query else url)]


def _last(kind: CheckKind, **days: str) -> BooksCheck | None:
    return BooksCheck.objects.filter(kind=kind, **days).order_by("-pk").first()


def _of_check(check: BooksCheck | None, is_well: bool | None) -> bool | None:
    """The result of a finished check overrides the estimate."""
    if check is None or check.finished_at is None:
        return is_well
    return not check.error and not checks.found(check).left


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, tz=timezone.get_current_timezone())
