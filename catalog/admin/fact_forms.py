"""The attributes of a product as fields: those that its category's products have, and new ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.attributes import (
    LANGUAGES,
    Attribute,
    AttributeKind,
    Facts,
    is_number,
    new_attribute,
    put,
    shown,
)

MAX_NEW = 3
_MAX_LENGTH = 500
_YES_OR_NO = (("", "–"), ("yes", _("Yes")), ("no", _("No")))


@dataclass(frozen=True)
class FactRow:
    label: str
    fields: list[forms.BoundField]


class FactsForm(forms.Form):
    """Fields for these attributes with the product's values, and empty rows for new ones."""

    def __init__(
        self, sent: Any, known: Mapping[str, Attribute], values: Facts, texts: Facts
    ) -> None:
        super().__init__(sent)
        self._known = known
        for attribute in known.values():
            for code, value in shown(attribute, values, texts).items():
                self._add(attribute, code, value)
        for number in range(MAX_NEW):
            self.fields[f"new-attribute-{number}-name"] = _text(_("Attribute"), 60)
            self.fields[f"new-attribute-{number}-value"] = _text(_("Value"), _MAX_LENGTH)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to ask for."""
        return bool(self._known)

    @property
    def rows(self) -> Iterator[FactRow]:
        for key, attribute in self._known.items():
            names = [name for code in LANGUAGES if (name := _name(key, code)) in self.fields]
            yield FactRow(attribute.label, [self[name] for name in names])

    @property
    def new_rows(self) -> Iterator[list[forms.BoundField]]:
        for number in range(MAX_NEW):
            yield [self[f"new-attribute-{number}-{part}"] for part in ("name", "value")]

    def only_shown(self) -> None:
        """For people who may not change the product."""
        for field in self.fields.values():
            field.disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(MAX_NEW):
            name, value = (cleaned.get(f"new-attribute-{number}-{each}") for each in _PARTS)
            if value and not name:
                self.add_error(f"new-attribute-{number}-name", _("Name the attribute."))
            if name and not new_attribute(name, value or "").key:
                text = _("An attribute needs a name with letters or figures.")
                self.add_error(f"new-attribute-{number}-name", text)
        return cleaned

    def write(self, values: Facts, texts: Facts) -> None:
        """Put what was typed; attributes whose fields nobody has changed stay as they are."""
        changed = set(self.changed_data) & set(self.data)
        for key, attribute in self._known.items():
            names = {code: _name(key, code) for code in LANGUAGES}
            if changed & set(names.values()):
                typed = {code: self.cleaned_data.get(name) for code, name in names.items()}
                put(attribute, typed, values, texts)
        for number in range(MAX_NEW):
            name, value = (self.cleaned_data[f"new-attribute-{number}-{each}"] for each in _PARTS)
            if name and value:
                attribute = new_attribute(name, value)
                typed_value = forms.DecimalField().to_python(value) if is_number(value) else value
                put(attribute, {LANGUAGES[0]: typed_value}, values, texts)

    def _add(self, attribute: Attribute, code: str, value: Any) -> None:
        label = attribute.label
        if attribute.kind == AttributeKind.TEXT:
            label = f"{label} [{code}]"
        field: forms.Field = _text(label, _MAX_LENGTH)
        if attribute.kind == AttributeKind.NUMBER:
            field = forms.DecimalField(label=label, required=False, max_digits=15)
            field.widget.attrs |= {"class": "amount", "step": "any"}
        if attribute.kind == AttributeKind.CHOICE:
            field = forms.TypedChoiceField(
                choices=_YES_OR_NO, coerce="yes".__eq__, empty_value=None, required=False
            )
            value = {True: "yes", False: "no"}.get(value, "")
        field.widget.attrs["aria-label"] = label
        name = _name(attribute.key, code)
        self.fields[name] = field
        self.initial[name] = value


_PARTS = ("name", "value")


def _text(label: Any, length: int) -> forms.CharField:
    widget = forms.TextInput(attrs={"aria-label": label})
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


def _name(key: str, code: str) -> str:
    return f"attribute-{key}-{code}"
