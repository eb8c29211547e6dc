"""A piece of a page is drawn once for the same values, and again for any others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from core.caching import drawing
from tests.catalog.factories import ProductFactory

PRICE = '{% load store %}{% draw "components/_price.html" price=price shop=shop %}'
BADGE = '{% load store %}{% draw "components/_badge.html" text=text level="info" %}'


@dataclass(frozen=True)
class Shop:
    """What a price asks of the shop."""

    currency: str = "PEN"
    lowest_price_days: int = 30
    prices_include_tax: bool = True


SHOP = Shop()


def draw(source: str, **values: Any) -> SafeString:
    return Template(source).render(Context(values))


def test_what_has_been_drawn_is_not_drawn_again() -> None:
    first = draw(PRICE, price=Decimal("12.50"), shop=SHOP)

    again = draw(PRICE, price=Decimal("12.50"), shop=SHOP)

    assert again == first
    assert "12.50" in first
    assert len(drawing._drawn) == 1


def test_nothing_is_remembered_of_how_a_template_is_indented() -> None:
    text = draw(PRICE, price=Decimal("12.50"), shop=SHOP)

    assert "\n" in text
    assert "\n " not in text
    assert "\n\n" not in text


def test_other_values_are_drawn_again() -> None:
    draw(PRICE, price=Decimal("12.50"), shop=SHOP)

    assert "13.00" in draw(PRICE, price=Decimal(13), shop=SHOP)


@pytest.mark.parametrize(
    ("first", "second"),
    [(1, True), (False, 0), (Decimal(10), Decimal("10.00")), (Decimal("1E+1"), Decimal(10))],
)
def test_equal_values_that_are_written_otherwise_are_drawn_again(first: Any, second: Any) -> None:
    draw(BADGE, text=first)

    assert str(second) in draw(BADGE, text=second)


def test_late_values_are_worked_out_when_they_are_drawn() -> None:
    asked: list[str] = []

    def shout(text: str) -> str:
        asked.append(text)
        return text.upper()

    texts = [draw(BADGE, text=drawing.Late(fact, shout)) for fact in ("new", "new", "last")]

    assert asked == ["new", "last"]
    assert "NEW" in texts[0]
    assert texts[1] == texts[0]
    assert "LAST" in texts[2]


def test_another_language_is_drawn_again() -> None:
    source = '{% load store %}{% draw "components/_search_form.html" %}'

    spanish = draw(source)
    with override("en"):
        english = draw(source)

    assert "Buscar" in spanish
    assert "Search" in english


def test_a_text_that_is_safe_is_not_taken_for_one_that_is_not() -> None:
    plain = draw(BADGE, text="<i>nuevo</i>")
    safe = draw(BADGE, text=mark_safe("<i>nuevo</i>"))

    assert "&lt;i&gt;" in plain
    assert "<i>" in safe


def test_the_template_sees_nothing_else() -> None:
    shown = draw(
        '{% load store %}{% draw "components/_search_form.html" %}', query="a secret of somebody"
    )

    assert "secret" not in shown


def test_values_inside_dicts_and_lists_count() -> None:
    one, other = ({"a": [1, {"b": (2,)}]}, {"a": [1, {"b": (3,)}]})

    assert drawing.frozen(one) == drawing.frozen({"a": [1, {"b": (2,)}]})
    assert drawing.frozen(one) != drawing.frozen(other)


@pytest.mark.django_db
def test_rows_of_the_database_are_refused() -> None:
    with pytest.raises(TypeError, match="plain values"):
        drawing.frozen(ProductFactory.create())


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MAX", 3)

    for price in range(10):
        draw(PRICE, price=Decimal(price), shop=SHOP)

    assert 0 < len(drawing._drawn) <= 3


def test_long_pieces_make_room_as_many_short_ones_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MAX_LETTERS", 1_000)

    for letter in "abcd":
        draw(BADGE, text=letter * 400)

    assert len(drawing._drawn) == 2
    assert sum(map(len, drawing._drawn.values())) <= 1_000


def test_threads_that_draw_at_once_keep_no_more_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "MAX", 5)

    with ThreadPoolExecutor(8) as threads:
        prices = [Decimal(number % 40) for number in range(400)]
        drawn = list(threads.map(lambda price: draw(PRICE, price=price, shop=SHOP), prices))

    assert all(f"{price}.00" in text for price, text in zip(prices, drawn, strict=True))
    assert len(drawing._drawn) == 5
    assert drawing._drawn._letters == sum(map(len, drawing._drawn.values()))
