"""The form of a role: its rights as a table and as JSON, both editable."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.exceptions import BeyondOwnRights, OwnRightsLost
from accounts.models import User
from accounts.permissions import ACTIONS, ROLE_PERMISSIONS

MODES = {
    "": _("nothing"),
    "r": _("look"),
    "ra": _("look and add"),
    "rw": _("add and change"),
    "rwd": _("delete too"),
}
# Every area that a shipped role works in.
AREAS = {place.split(".")[0] for rights in ROLE_PERMISSIONS.values() for place in rights}


# Who has all of these may do everything.
_CHIEF = ("is_active", "is_staff", "is_superuser")


class _Indented(json.JSONEncoder):
    """A line for each place."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"indent": 2})


class RightsTable(forms.Widget):
    """A row for each app and a column for each mode; `attrs["exceptions"]` names odd tables."""

    use_fieldset = True

    def id_for_label(self, id_: str) -> str:
        """Each of its choices has a name of its own."""
        return ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> Any:
        rows = [
            {
                "name": f"{name}-{app}",
                "label": apps.get_app_config(app).verbose_name,
                "app": app,
                "mode": mode,
                "exceptions": self.attrs.get("exceptions", {}).get(app, []),
            }
            for app, mode in (value or {}).items()
        ]
        return render_to_string("admin/auth/group/_rights.html", {"rows": rows, "modes": MODES})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The submitted rows; rows that were not sent stay unchanged."""
        places = {f"{name}-{app.label}": app.label for app in apps.get_app_configs()}
        return {app: data[key] for key, app in places.items() if data.get(key) in ACTIONS}

    def value_omitted_from_data(self, *args: Any) -> bool:
        return False


class RightsField(forms.JSONField):
    """JSON whose names and modes there are."""

    def validate(self, value: Any) -> None:
        """An empty object is a role without rights; no text at all leaves them as they are."""
        if value is not None and (found := roles.mistakes(value)):
            raise ValidationError(found)


class RoleForm(forms.ModelForm[Group]):
    table = forms.Field(
        label=_("What they may do"),
        required=False,
        widget=RightsTable,
        help_text=_("A choice here applies to the whole area, including each of its tables."),
    )
    rights = RightsField(
        label=_("The same as JSON"),
        required=False,
        encoder=_Indented,
        widget=forms.Textarea(attrs={"class": "code", "rows": 12, "spellcheck": "false"}),
        help_text=_(
            "An area or one table of it, such as payments or payments.refund, and what is allowed "
            "there: r look, ra look and add, rw add and change, rwd delete too, nothing at all."
        ),
    )

    class Meta:
        model = Group
        fields = ("name",)

    # The page's own subclass names the person.
    by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = roles.rights_of(self.instance) if self.instance.pk else {}
        self.initial["rights"] = self.held
        self.initial["table"] = self._table()
        self.fields["table"].widget.attrs["exceptions"] = self._exceptions()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "rights" in data:
            written = self.held if data["rights"] is None else data["rights"]
            data["rights"] = self._wanted(written, data["table"])
            self._check_reach(data["rights"])
        return data

    def _wanted(self, written: dict[str, str], table: dict[str, str]) -> dict[str, str]:
        """The JSON if it was edited, otherwise the stored rights with the table's changes."""
        held = self._table()
        rows = {app: mode for app, mode in table.items() if mode != held.get(app)}
        if not rows:
            return written
        if written != self.held:
            raise ValidationError(_("Change the table or the JSON, not both at once."))
        rest = {place: mode for place, mode in self.held.items() if place.split(".")[0] not in rows}
        return rest | rows

    def _check_reach(self, rights: dict[str, str]) -> None:
        try:
            wanted = roles.check_reach(self.instance, rights, by=self.by)
            own = self.by.groups.all()
            if self.instance in own:
                others = [group for group in own if group != self.instance]
                roles.check_keeps_own(self.by, [*wanted, *roles.permissions_of(others)])
        except (BeyondOwnRights, OwnRightsLost) as refusal:
            raise ValidationError(str(refusal)) from refusal

    def _table(self) -> dict[str, str]:
        areas = AREAS | {place.split(".")[0] for place in self.held}
        named = sorted(areas, key=lambda app: str(apps.get_app_config(app).verbose_name).lower())
        return {app: self.held.get(app, "") for app in named}

    def _exceptions(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for place, mode in self.held.items():
            app, _dot, model = place.partition(".")
            if model:
                name = apps.get_model(app, model)._meta.verbose_name_plural
                found.setdefault(app, []).append(f"{name}: {MODES[mode]}")
        return found


class PasswordShown(ReadOnlyPasswordHashWidget):
    """Without Django's `disabled`, which a <div> cannot have."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = super().build_attrs(*args, **kwargs)
        return {name: value for name, value in found.items() if name != "disabled"}


class PersonForm(UserChangeForm[User]):
    """A person with rights. People cannot remove their own access: a colleague has to."""

    # The page's own subclass names the person who writes.
    by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password := self.fields.get("password"):
            password.widget = PasswordShown()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk == self.by.pk:
            self._check_own(data)
        taken = [name for name in _CHIEF if self.initial.get(name) and data.get(name) is False]
        if taken and self.initial.get("is_superuser"):
            try:
                roles.check_super_administrator_stays(self.instance)
            except OwnRightsLost as refusal:
                self.add_error(taken[0], str(refusal))
        return data

    def _check_own(self, data: dict[str, Any]) -> None:
        for name in _CHIEF:
            if self.initial.get(name) and data.get(name) is False:
                self.add_error(name, _("You cannot take this from yourself. Ask a colleague."))
        if "groups" in data:
            try:
                roles.check_keeps_own(self.by, roles.permissions_of(data["groups"]))
            except OwnRightsLost as refusal:
                self.add_error("groups", str(refusal))
