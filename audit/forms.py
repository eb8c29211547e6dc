"""What the log can be searched by."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from audit.models import Action
from audit.selectors import Asked, kinds
from core.web.forms import day_field

ANY = ("", _("all"))


class LogForm(forms.Form):
    """Filters of the log, all of them optional; days are the shop's own, both included."""

    q = forms.CharField(label=_("Number, code or key"), required=False, max_length=200)
    person = forms.CharField(label=_("Person (e-mail)"), required=False, max_length=200)
    table = forms.ChoiceField(label=_("What"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False, choices=[ANY, *Action.choices])
    ip = forms.GenericIPAddressField(label=_("IP address"), required=False)
    since = day_field(_("From"))
    until = day_field(_("Until"))
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        cast("forms.ChoiceField", self.fields["table"]).choices = [ANY, *kinds()]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end is before the start."))
        return found

    def asked(self) -> Asked:
        found = dict(self.cleaned_data)
        words, since, until = found.pop("q"), found.pop("since"), found.pop("until")
        after = until + timedelta(days=1) if until else None
        return Asked(words=words, since=_midnight(since), until=_midnight(after), **found)


def _midnight(day: date | None) -> datetime | None:
    return make_aware(datetime.combine(day, time.min)) if day else None
