"""Templates read by the quick parser draw what Django's draw, and fail where they fail."""

from collections import UserDict
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, Node, Template, engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from core.quick_templates import QuickTemplate


class Shelf:
    """What templates meet: attributes, properties, methods, refusals."""

    limit = 1234567
    gone: Any = None

    @property
    def broken(self) -> str:
        raise AttributeError("inside")

    @property
    def away(self) -> str:
        raise ObjectDoesNotExist

    def count(self) -> int:
        return 12

    def of(self, name: str) -> str:
        return name

    def delete(self) -> str:
        raise AssertionError("never called by a template")

    delete.alters_data = True  # type: ignore[attr-defined]


class Dot(NamedTuple):
    """A tuple whose places have names, one of them that of a tuple's own method."""

    code: str
    count: int  # type: ignore[assignment]


class Kind:
    """A class that templates must not make an object of."""

    do_not_call_in_templates = True
    name = "kind"


def engine() -> Engine:
    found: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return found


def both(source: str, values: dict[str, Any], **how: Any) -> list[str]:
    """What Django's own template makes of it, and ours: the text, or the name of the error."""
    kinds = (Template, QuickTemplate)
    return [outcome(kind(source, engine=engine()), values, **how) for kind in kinds]


VALUES: dict[str, Any] = {
    "text": 'mesa & "silla" <b>\'',
    "plain": "mesa",
    "safe": mark_safe("<b>mesa</b>"),
    "later": gettext_lazy("Add to cart"),
    "none": None,
    "yes": True,
    "small": 42,
    "edge": 999,
    "large": 1000,
    "below": -1000,
    "price": Decimal("1234.50"),
    "half": 0.5,
    "day": date(2026, 11, 22),
    "row": {
        "name": "a<b",
        "items": "own",
        "inner": {"deep": "x"},
        "3": "three",
        "call": lambda: "c",
    },
    "empty": {},
    "rows": [{"name": "uno"}, {"name": "dos"}],
    "pair": ("uno", "dos"),
    "dot": Dot("a<b", 3),
    "other": UserDict({"name": "mapped"}),
    "shelf": Shelf(),
    "kind": Kind,
    "space": SimpleNamespace(name="n", call=lambda: "called", inner={"deep": "y"}),
    "call": lambda: "called & escaped",
}
NAMES = [
    *VALUES,
    *("row.name", "row.items", "row.keys", "row.inner.deep", "row.3", "row.call", "row.none"),
    *("dot.code", "dot.count", "dot.0", "dot.index", "dot.none", "plain.upper", "rows.append"),
    *("rows.0.name", "rows.1", "rows.7", "pair.0", "other.name", "other.none", "text.upper"),
    *("shelf.limit", "shelf.gone", "shelf.gone.on", "shelf.broken", "shelf.away", "shelf.count"),
    *("shelf.of", "shelf.delete", "shelf.nothing", "kind.name", "space.name", "space.call"),
    *("space.inner.deep", "nothing", "nothing.at.all", "empty.name", "empty.items", "none.name"),
    *("12", "1234567", "2.5", '"a<b"', "True", "None", '_("Add to cart")', "dicts", "push"),
]
FORMS = [
    "{{ X }}",
    "{% autoescape off %}{{ X }}{% endautoescape %}",
    "{{ X|default:'none there' }}",
    "{{ X|default_if_none:plain }}",
    "{{ X|length }}",
    "{{ plain|add:X }}",
    "{% if X %}yes{% else %}no{% endif %}",
    "{% if X == small %}same{% endif %}",
    "{% for each in X %}[{{ each }}{{ forloop.counter }}]{% empty %}empty{% endfor %}",
    "{% with it=X %}{{ it }}{% endwith %}",
    "{% firstof nothing X plain %}",
    "{% load l10n %}{{ X|unlocalize }}",
]


@pytest.mark.parametrize("form", FORMS)
def test_every_name_in_every_place_draws_what_django_draws(form: str) -> None:
    for language in ("es", "en"):
        with override(language):
            for name in NAMES:
                usual, quick = both(form.replace("X", name), VALUES)

                assert quick == usual, (name, language)


def test_without_the_languages_ways_numbers_stay_plain() -> None:
    usual, quick = both("{{ large }} {{ small }} {{ price }}", VALUES, use_l10n=False)

    assert quick == usual == "1000 42 1234.50"


anything = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.floats(allow_nan=False),
    st.dates(),
    st.text(max_size=8).map(mark_safe),
)
nested = st.recursive(
    anything,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", "items", "0"]), inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2).map(
            lambda fields: SimpleNamespace(**fields)
        ),
    ),
    max_leaves=6,
)


@given(nested, st.lists(st.sampled_from(["a", "b", "items", "0"]), max_size=3))
def test_any_value_under_any_name_is_drawn_alike(value: Any, steps: list[str]) -> None:
    name = ".".join(["value", *steps])

    usual, quick = both(f"{{{{ {name} }}}}{{% if {name} %}}yes{{% endif %}}", {"value": value})

    # Objects are shown by their own place in memory, which is the same one in both.
    assert quick == usual


PIECES = {
    "frame": "<{% block one %}1{% endblock %}|{% block two %}{% block in %}i{% endblock %}"
    "{% endblock %}>",
    "middle": '{% extends "frame" %}{% block one %}m{{ block.super }}{% endblock %}',
    "page": '{% extends "middle" %}{% block in %}{{ x }}{% endblock %}{% block one %}'
    'p{{ block.super }}{% include "piece" with x=y %}{% include "piece" only %}{% endblock %}',
    "piece": "({% cycle 'a' 'b' %}{{ x }}{{ y }})",
    "looped": '{% for x in rows %}{% include "piece" %}{% include "piece" with y=x only %}'
    "{% endfor %}{{ x }}",
    "chosen": "{% extends parent %}{% block one %}c{% endblock %}",
    "by name": "{% include which %}",
    "lost": '{% include "nowhere" %}',
}


@pytest.mark.parametrize("name", ["frame", "middle", "page", "looped", "chosen", "by name", "lost"])
def test_pieces_and_frames_come_together_as_django_puts_them(name: str) -> None:
    values = {"x": "X", "y": "<Y>", "rows": [1, 2], "parent": "middle", "which": "piece"}

    usual, quick = (each.get_template(name) for each in engines_of(PIECES))

    for _ in range(2):
        assert outcome(quick, values) == outcome(usual, values)


def test_of_templates_of_one_name_each_leads_to_the_next() -> None:
    block = "{% block b %}NAME{{ block.super }}{% endblock %}"
    root = "{% block b %}NAME{% endblock %}"
    first = {"a": '{% extends "b" %}' + block.replace("NAME", "a1")}
    second = {
        "a": root.replace("NAME", "a2"),
        "b": '{% extends "a" %}' + block.replace("NAME", "b2"),
    }
    third = {"b": root.replace("NAME", "b3")}
    usual, quick = engines_of(first, second, third)

    for name, wanted in (("a", "a1b2a2"), ("b", "b2a1b3"), ("a", "a1b2a2")):
        assert outcome(usual.get_template(name), {}) == wanted
        assert outcome(quick.get_template(name), {}) == wanted


def engines_of(*folders: dict[str, str]) -> tuple[Engine, Engine]:
    """Django's own engine, and ours, with these templates; the first folder comes first."""
    sources = [("django.template.loaders.locmem.Loader", folder) for folder in folders]
    options: dict[str, Any] = {"libraries": engine().libraries}
    usual = Engine(loaders=[("django.template.loaders.cached.Loader", sources)], **options)
    own = ["core.templatetags.once", "core.templatetags.inclusion"]
    quick = Engine(loaders=[("core.quick_templates.Loader", sources)], builtins=own, **options)
    return usual, quick


def outcome(template: Template, values: dict[str, Any], **how: Any) -> str:
    try:
        return template.render(Context(dict(values), **how))
    except Exception as error:  # noqa: BLE001 - the same one is wanted
        return f"{type(error).__name__}: {error}"


def test_a_method_is_called_once() -> None:
    asked = []
    template = QuickTemplate("{{ ask }}", engine=engine())

    template.render(Context({"ask": lambda: asked.append(1)}))

    assert asked == [1]


def test_the_shop_reads_its_templates_so() -> None:
    assert type(engine().get_template("base.html")) is QuickTemplate


def test_a_mistake_is_told_with_its_place() -> None:
    debugging = Engine(debug=True)

    with pytest.raises(Exception, match="Unclosed tag") as told:
        QuickTemplate("first\n{% if x %}", engine=debugging)

    assert told.value.template_debug["line"] == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("is_debugging", [True, False])
def test_only_who_debugs_keeps_the_source_and_where_each_node_stood(is_debugging: bool) -> None:
    template = QuickTemplate("{% if x %}{{ x }}{% endif %}", engine=Engine(debug=is_debugging))

    nodes = template.nodelist.get_nodes_by_type(Node)

    assert bool(template.source) is is_debugging
    assert [bool(node.token) for node in nodes] == [is_debugging] * 2


def test_a_text_that_a_name_stands_for_is_translated() -> None:
    source = "{% load i18n %}{% translate word %}|{% translate month context 'abbrev. month' %}"
    given = Context({"word": "Add to cart", "month": "March"})

    with override("es"):
        found = [kind(source).render(given) for kind in (Template, QuickTemplate)]

    assert found == ["Agregar al carrito|marzo"] * 2
