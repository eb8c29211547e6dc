"""What a report on a page is asked for: a link that anybody may keep, since it changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Seller, User
from accounts.selectors import has_sellers, sees_costs, seller_of
from backoffice.reports.registry import sees_all
from catalog.models import Category
from core.reports.base import DAYS, Filters, Report
from core.web.forms import day_field
from inventory.models import Warehouse

UNKNOWN = _("“%(value)s” is not among these. Choose one of them.")


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Days that people ask for, as a link."""

    label: StrOrPromise
    query: str
    is_current: bool


class ReportForm(forms.Form):
    """The report's filters. Input is kept on errors."""

    def __init__(self, asked: QueryDict, *, report: Report, user: User) -> None:
        self.report = report
        self._own = None if sees_all(user, report) else seller_of(user)
        self._sees_costs = sees_costs(user)
        self._asked = _with_days(asked, report)
        super().__init__(self._asked, label_suffix="")
        if report.has_days:
            for name, label in zip(DAYS, (_("From"), _("To")), strict=True):
                self.fields[name] = day_field(label)
        if report.groupings:
            self.fields["by"] = _choice(_("Grouped by"), self._groupings(), required=True)
        if "warehouse" not in report.without:
            places = Warehouse.objects.for_user(user).order_by("code").values_list("code", "name")
            self.fields["warehouse"] = _choice(_("Warehouse"), list(places))
        if "category" not in report.without:
            self.fields["category"] = _choice(_("Category"), _categories())
        if "seller" not in report.without and self.names_sellers:
            sellers = Seller.objects.order_by("-is_house", "name").values_list("slug", "name")
            self.fields["seller"] = _choice(_("Seller"), list(sellers))
        self.fields["sort"] = _choice("", list(self._orders()))
        self.fields["sort"].widget = forms.HiddenInput()

    @property
    def names_sellers(self) -> bool:
        """The seller column is left out while there is one seller."""
        return self._own is None and has_sellers()

    @property
    def columns(self) -> dict[str, StrOrPromise]:
        hidden = set(() if self._own is None else self.report.hidden_from_sellers)
        if self._own is None and not self._sees_costs:
            hidden |= set(self.report.costs)
        if not self.names_sellers:
            hidden.add("seller")
        return {name: head for name, head in self.report.columns.items() if name not in hidden}

    @property
    def filters(self) -> Filters:
        asked = {name: value for name, value in self.cleaned_data.items() if name != "sort"}
        if self._own:
            asked["seller"] = self._own.slug
        return Filters(**asked)

    @property
    def presets(self) -> list[Preset]:
        if not self.report.has_days:
            return []
        return [self._preset(*days) for days in _usual_days(timezone.localdate())]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day comes before the first."))
        return data

    def _groupings(self) -> list[tuple[str, StrOrPromise]]:
        names = self.report.groupings.items()
        return [(name, label) for name, label in names if name != "seller" or self.names_sellers]

    def _orders(self) -> Iterator[tuple[str, str]]:
        for name in () if self.report.is_long else self.columns:
            yield name, name
            yield f"-{name}", f"-{name}"

    def _preset(self, label: StrOrPromise, since: date, until: date) -> Preset:
        asked = self._asked.copy()
        days = {"since": since.isoformat(), "until": until.isoformat()}
        is_current = all(self.data.get(name) == day for name, day in days.items())
        for name, day in days.items():
            asked[name] = day
        return Preset(label=label, query=asked.urlencode(), is_current=is_current)


def _with_days(asked: QueryDict, report: Report) -> QueryDict:
    """Asked for no days at all, a report shows its usual ones."""
    data = asked.copy()
    data.pop("file", None)
    if report.days_shown and not any(name in data for name in DAYS):
        today = timezone.localdate()
        data["since"] = (today - timedelta(days=report.days_shown - 1)).isoformat()
        data["until"] = today.isoformat()
    if report.groupings:
        data.setdefault("by", next(iter(report.groupings)))
    return data


def _usual_days(today: date) -> list[tuple[StrOrPromise, date, date]]:
    month = today.replace(day=1)
    month_before = month - timedelta(days=1)
    return [
        (_("today"), today, today),
        (_("7 days"), today - timedelta(days=6), today),
        (_("30 days"), today - timedelta(days=29), today),
        (_("this month"), month, today),
        (_("last month"), month_before.replace(day=1), month_before),
        (_("this year"), today.replace(month=1, day=1), today),
    ]


def _choice(
    label: StrOrPromise, choices: list[tuple[str, StrOrPromise]], *, required: bool = False
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices if required else [("", _("all")), *choices],
        required=required,
        error_messages={"invalid_choice": UNKNOWN},
    )


def _categories() -> list[tuple[str, StrOrPromise]]:
    found = Category.objects.select_related("family").order_by("family__name", "name")
    return [(shelf.slug, f"{shelf.family.name} · {shelf.name}") for shelf in found]
