"""The form of a role: its rights in words, as boxes to tick."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.exceptions import BeyondOwnRights, OwnRightsLost
from accounts.models import User
from accounts.permissions import ROLE_PERMISSIONS

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


# A ticked box includes those before it; the widest one is the mode.
BOXES = {"r": _("see"), "ra": _("add"), "rw": _("change"), "rwd": _("delete")}
Modes = Mapping[str, str]


class RightsBoxes(forms.Widget):
    """Boxes for each area of the shop, and for each table in it; a value is a mode by place."""

    use_fieldset = True

    def id_for_label(self, id_: str) -> str:
        """Each of its choices has a name of its own."""
        return ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> Any:
        """`value` has the modes of all places; those of an area's tables follow its own."""
        areas: dict[str, dict[str, Any]] = {}
        for place, mode in (value or {}).items():
            app, _dot, model = place.partition(".")
            row = {"name": f"{name}-{place}", "label": label(place), "boxes": _boxes(mode)}
            if model:
                areas[app]["tables"].append(row | {"mode": mode})
            else:
                areas[app] = row | {"tables": [], "mode": mode}
        for area in areas.values():
            area["tables"].sort(key=lambda row: row["label"].lower())
            area["unlike"] = [row for row in area["tables"] if row["mode"] != area["mode"]]
        context = {"areas": areas.values(), "name": name}
        return render_to_string("admin/auth/group/_rights.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str] | None:
        """The widest box ticked in each place that was shown; none if the form had no boxes."""
        if name not in data:
            return None
        return {
            place: _widest(data.getlist(f"{name}-{place}"))
            for app, models in roles.tables().items()
            for place in (app, *(f"{app}.{model}" for model in models))
        }

    def value_omitted_from_data(self, *args: Any) -> bool:
        return False


def _widest(ticked: Iterable[str]) -> str:
    modes = list(MODES)
    return max((mode for mode in ticked if mode in MODES), key=modes.index, default="")


def _boxes(mode: str) -> list[dict[str, Any]]:
    """Ticked up to the mode."""
    modes = list(MODES)
    return [
        {"mode": each, "label": text, "is_ticked": modes.index(each) <= modes.index(mode)}
        for each, text in BOXES.items()
    ]


def label(place: str) -> str:
    """What people read for an app or a table."""
    app, _dot, model = place.partition(".")
    if not model:
        return str(apps.get_app_config(app).verbose_name)
    name = str(apps.get_model(app, model)._meta.verbose_name_plural)
    return name[:1].upper() + name[1:]


class RoleForm(forms.ModelForm[Group]):
    rights = forms.Field(
        label=_("What they may do"),
        required=False,
        widget=RightsBoxes,
        help_text=_(
            "A tick includes those to its left. One beside an area counts for everything in it;"
            " below it, a table may have more or less."
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
        self.tables = _shown(self.held)
        self.initial["rights"] = {
            place: self.held.get(place, self.held.get(app, ""))
            for app, models in self.tables.items()
            for place in (app, *(f"{app}.{model}" for model in models))
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "rights" in data:
            ticked = data["rights"]
            data["rights"] = self.held if ticked is None else self._wanted(ticked)
            self._check_reach(data["rights"])
        return data

    def _wanted(self, ticked: Modes) -> dict[str, str]:
        """An area that was changed counts for its tables, except those that were changed too."""
        shown, wanted = self.initial["rights"], dict[str, str]()
        for app, models in self.tables.items():
            is_changed = ticked[app] != shown[app]
            modes = {}
            for model in models:
                place = f"{app}.{model}"
                follows = is_changed and ticked[place] == shown[place]
                modes[model] = ticked[app] if follows else ticked[place]
            wanted |= roles.written(app, modes)
        rest = {
            key: mode for key, mode in self.held.items() if key.split(".")[0] not in self.tables
        }
        return wanted | rest

    def _check_reach(self, rights: dict[str, str]) -> None:
        try:
            wanted = roles.check_reach(self.instance, rights, by=self.by)
            own = self.by.groups.all()
            if self.instance in own:
                others = [group for group in own if group != self.instance]
                roles.check_keeps_own(self.by, [*wanted, *roles.permissions_of(others)])
        except (BeyondOwnRights, OwnRightsLost) as refusal:
            raise ValidationError(str(refusal)) from refusal


def _shown(held: Modes) -> dict[str, list[str]]:
    """The areas that a shop works in, or that the role has rights in, by their names."""
    areas = AREAS | {place.split(".")[0] for place in held}
    found = {app: models for app, models in roles.tables().items() if app in areas}
    return dict(sorted(found.items(), key=lambda row: label(row[0]).lower()))


class PasswordShown(ReadOnlyPasswordHashWidget):
    """Without Django's `disabled`, which a <div> cannot have."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = super().build_attrs(*args, **kwargs)
        return {name: value for name, value in found.items() if name != "disabled"}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Whether there is one; nobody needs the parameters of its hash."""
        found = super().get_context(name, value, attrs)
        if is_password_usable(value):
            found["summary"] = [{"label": _("There is a password.")}]
        return found


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
