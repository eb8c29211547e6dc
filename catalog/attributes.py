"""
The facts of a product as staff edit them: a label, a kind, and a value in each language.

`Product.attributes` holds the values by key, as imports and search know them;
`Product.specifications` the labels and values in other languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import get_language

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
Facts = dict[str, Any]


class AttributeKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "yes or no"


@dataclass(frozen=True)
class Attribute:
    """What a product of some category may say of itself."""

    key: str
    kind: AttributeKind
    labels: Mapping[str, str]

    @classmethod
    def of(cls, key: str, value: Any, texts: Any) -> Self:
        labels = {
            code: str(texts[code])
            for code in LANGUAGES
            if isinstance(texts, Mapping) and texts.get(code)
        }
        return cls(key, _kind(value), labels)

    @property
    def label(self) -> str:
        """In the reader's language, else made of the key."""
        plain = self.key.replace("_", " ").strip().capitalize()
        return self.labels.get((get_language() or settings.LANGUAGE_CODE)[:2]) or plain


def attributes_in(products: Iterable[tuple[Any, Any]]) -> dict[str, Attribute]:
    """The attributes of these products, given as values and specifications; the first decides."""
    found: dict[str, Attribute] = {}
    for values, texts in products:
        labels = texts if isinstance(texts, dict) else {}
        for key, value in values.items() if isinstance(values, dict) else ():
            if is_editable(value):
                found.setdefault(key, Attribute.of(key, value, labels.get(key)))
    return found


def is_editable(value: Any) -> bool:
    """Imports may bring nested values, which stay as they are."""
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return isinstance(value, str | int | float)


def shown(attribute: Attribute, values: Facts, texts: Facts) -> dict[str, Any]:
    """The value of a product in each language; a number or a yes under the first one alone."""
    value = values.get(attribute.key)
    if attribute.kind != AttributeKind.TEXT:
        return {LANGUAGES[0]: value}
    plain = ", ".join(value) if isinstance(value, list) else value or ""
    said = texts.get(attribute.key)
    said = said if isinstance(said, dict) else {}
    return {code: said.get(f"value_{code}") or plain for code in LANGUAGES}


def put(attribute: Attribute, typed: Mapping[str, Any], values: Facts, texts: Facts) -> None:
    """Write what was typed in each language; nothing typed takes the attribute off."""
    said = {code: value for code, value in typed.items() if value not in (None, "")}
    if not said:
        values.pop(attribute.key, None)
        texts.pop(attribute.key, None)
        return
    kept = _plain(values.get(attribute.key))
    # Search and filters know the value as it is, as long as some language still says it.
    plain = kept if kept in said.values() else next(iter(said.values()))
    if plain != kept:
        values[attribute.key] = _number(plain) if isinstance(plain, Decimal) else plain
    others = {f"value_{code}": value for code, value in said.items() if value != plain}
    texts[attribute.key] = {**attribute.labels, **others}
    if not texts[attribute.key]:
        del texts[attribute.key]


def new_attribute(name: str, value: str) -> Attribute:
    """An attribute that a product is the first to have, named in the shop's language."""
    key = slugify(name).replace("-", "_")[:60]
    kind = AttributeKind.NUMBER if is_number(value) else AttributeKind.TEXT
    return Attribute(key, kind, {LANGUAGES[0]: name})


def is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and text.isascii()


def _kind(value: Any) -> AttributeKind:
    if isinstance(value, bool):
        return AttributeKind.CHOICE
    return AttributeKind.NUMBER if isinstance(value, int | float) else AttributeKind.TEXT


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    return value


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
