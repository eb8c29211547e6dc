"""Texts and addresses that the language alone decides are looked up once in each."""

from typing import Any

import pytest
from django.template import Context, Template
from django.templatetags.i18n import TranslateNode
from django.urls import NoReverseMatch
from django.utils.translation import override


def drawn(template: Template, **values: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("es", "en", "es"):
        with override(language):
            found[language] = template.render(Context(values))
    return found


@pytest.mark.parametrize(
    ("source", "spanish", "english"),
    [
        ('{% translate "Add to cart" %}', "Agregar al carrito", "Add to cart"),
        ('{% trans "Add to cart" %}', "Agregar al carrito", "Add to cart"),
        ('{% translate "Add to cart" noop %}', "Add to cart", "Add to cart"),
        ('{% translate "100 %" %}', "100 %", "100 %"),
        ('{% translate "Cart" as name %}<b>{{ name }}</b>', "<b>Carrito</b>", "<b>Cart</b>"),
    ],
)
def test_a_text_is_that_of_the_language(source: str, spanish: str, english: str) -> None:
    found = drawn(Template("{% load i18n %}" + source))

    assert found == {"es": spanish, "en": english}


def test_a_text_is_looked_up_once_in_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    render = TranslateNode.render

    def counted(node: Any, context: Context) -> str:
        asked.append(node)
        return str(render(node, context))

    monkeypatch.setattr(TranslateNode, "render", counted)

    drawn(Template('{% load i18n %}{% translate "Add to cart" %}'))

    assert len(asked) == 2


def test_a_part_in_another_language_is_in_that_language() -> None:
    word = '{% translate "Cart" %}{% url "cart:page" %}'
    template = Template(
        f'{{% load i18n %}}{word}{{% language "en" %}}{word}{{% endlanguage %}}{word}'
    )

    with override("es"):
        assert template.render(Context()) == "Carrito/cart/Cart/en/cart/Carrito/cart/"


def test_what_a_value_decides_is_looked_up_each_time() -> None:
    template = Template("{% load i18n %}{% translate word %}")

    assert drawn(template, word="Cart")["es"] == "Carrito"
    assert drawn(template, word="Search")["es"] == "Buscar"


def test_an_address_is_that_of_the_language() -> None:
    assert drawn(Template("{% url 'cart:page' %}")) == {"es": "/cart/", "en": "/en/cart/"}


def test_an_address_with_arguments_is_that_of_its_arguments() -> None:
    template = Template("{% url 'storefront:product' slug %}")

    assert drawn(template, slug="sofa")["es"] == "/p/sofa/"
    assert drawn(template, slug="mesa")["en"] == "/en/p/mesa/"


def test_an_address_is_escaped_where_the_page_is() -> None:
    template = Template("{% url 'storefront:review-order' token %}")

    found = [template.render(Context({"token": "a&b"}, autoescape=on)) for on in (False, True)]

    assert [each.count("&amp;") for each in found] == [0, 1]


def test_a_page_that_is_not_there_is_an_error_each_time() -> None:
    template = Template("{% url 'storefront:nowhere' %}")

    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            template.render(Context())
