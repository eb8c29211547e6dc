"""What the log can be searched by."""

from datetime import date, datetime, time, timedelta
from typing import Any

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
    action = forms.ChoiceField(label=_("Action"), required=False)
    ip = forms.GenericIPAddressField(label=_("IP address"), required=False)
    since = day_field(_("From"))
    until = day_field(_("Until"))
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self.fields["table"].choices = [ANY, *kinds()]  # type: ignore[attr-defined]
        self.fields["action"].choices = [ANY, *Action.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end is before the start."))
        return found

    def asked(self) -> Asked:
        """The valid form's filters."""
        found = self.cleaned_data
        until = found["until"]
        return Asked(
            words=found["q"].strip(),
            person=found["person"].strip(),
            table=found["table"],
            action=found["action"],
            ip=found["ip"],
            since=_midnight(found["since"]),
            until=_midnight(until + timedelta(days=1)) if until else None,
            before=found["before"],
        )


def _midnight(day: date | None) -> datetime | None:
    return make_aware(datetime.combine(day, time.min)) if day else None
