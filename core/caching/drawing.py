"""Pieces of pages that are drawn once: the same values give the same text, so it is remembered."""

import re
from collections.abc import Callable
from decimal import Decimal
from threading import Lock
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db.models import Model
from django.forms import BoundField, Select, Textarea
from django.forms.widgets import Input
from django.template import Node, Template
from django.template.base import FilterExpression
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Of three kilobytes each, with their keys. What visitors ask for in turn has to fit, or each piece
# makes room just before it is asked for again: a shop of sixty shelves has 1,200 cards on their
# first pages.
MAX = 1_800
# Of all together: what somebody puts into an address makes pieces long.
MAX_LETTERS = 8_000_000
# A fifth of what is drawn. No piece has text that keeps its lines, such as <pre>.
_INDENTED = re.compile(r"\s*\n\s*")


class Late(NamedTuple):
    """
    A value that is worked out when its piece is drawn: of equal facts, the same.

    The facts have a hash: a tuple's is found fastest.
    """

    facts: Any
    make: Callable[[Any], Any]


class _Memory(dict[Any, SafeString]):
    """
    What has been drawn, by all that decided how.

    What was drawn first makes room; if it is asked for again, it is drawn as the last one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._letters = 0

    def keep(self, key: Any, text: SafeString) -> None:
        with self._lock:
            self._letters += len(text) - len(self.pop(key, ""))
            self[key] = text
            while len(self) > MAX or self._letters > MAX_LETTERS:
                self._letters -= len(self.pop(next(iter(self))))

    def forget(self) -> None:
        with self._lock:
            self.clear()
            self._letters = 0


_drawn = _Memory()
# Most of what is drawn, and its own key.
_PLAIN = {str, int, type(None), Late}


class Draw(Node):
    """
    `{% draw "components/_card.html" card=card shop=shop %}`: what a template makes of these values.

    The template sees nothing else, not even the request, so these values and the language decide.
    """

    def __init__(self, template: str, values: dict[str, FilterExpression]) -> None:
        self.template = template
        self.values = values
        self._names = tuple(values)

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = (self.template, get_language(), self._names, *map(frozen, values.values()))
        return _drawn.get(key) or _remember(key, self._drawn_again(values, context))

    def _drawn_again(self, values: dict[str, Any], context: Context) -> SafeString:
        engine = cast("Template", context.template).engine
        made = {name: _made(value) for name, value in values.items()}
        text = engine.get_template(self.template).render(context.new(made))
        return SafeString(_INDENTED.sub("\n", text))


def _made(value: Any) -> Any:
    return value.make(value.facts) if isinstance(value, Late) else value


def draw_field(field: BoundField) -> SafeString:
    """
    `components/_field.html`, drawn once for all forms that show the same field empty.

    What somebody has typed, or what his account knows, is drawn each time.
    """
    key = _face_of(field)
    if text := _drawn.get(key):
        return text
    text = render_to_string("components/_field.html", {"field": field})
    return _remember(key, text) if key else text


def _face_of(field: BoundField) -> Any:
    """All that decides how an empty field looks; None for any other."""
    form, widget = field.form, field.field.widget
    if form.is_bound or not isinstance(widget, (Input, Textarea, Select)):
        return None
    choices = frozen(list(widget.choices)) if isinstance(widget, Select) else ()
    value = field.value()
    if value and not choices:
        return None
    texts = (str(field.label), str(field.help_text), field.auto_id, field.html_name)
    duties = (field.field.required, form.use_required_attribute, field.field.disabled)
    looks = (type(widget), frozen(field.build_widget_attrs(dict(widget.attrs))))
    return (type(form), get_language(), *texts, *duties, *looks, choices, frozen(value))


def frozen(value: Any) -> Any:
    """
    The value as a key.

    :raises TypeError: for rows of the database, which stay equal when their fields change; what
        else has no hash raises it when the key is used. Draw plain values
    """
    if type(value) in _PLAIN or hasattr(value, "_fields"):  # or named tuples
        return value
    if isinstance(value, (bool, Decimal)):
        # Equal to what is written otherwise: 1, or 10 to 10.00 and 1E+1.
        return (type(value), str(value))
    if isinstance(value, dict):
        return tuple((name, frozen(part)) for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, SafeString):
        # Equal to the same text that is not safe, but drawn otherwise.
        return (SafeString, str(value))
    if isinstance(value, Model):
        raise TypeError(f"{type(value).__name__} cannot be drawn once: give its plain values.")
    return value


def forget() -> None:
    """Draw everything again from now on."""
    _drawn.forget()


def _remember(key: Any, text: SafeString) -> SafeString:
    if not settings.DEBUG:
        _drawn.keep(key, text)
    return text
