"""Jinja2's templates format and escape as Django's do."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from core.web.jinja import render_part, shop_environment


def rendered(source: str, **values: object) -> str:
    return shop_environment().from_string(source).render(values)


def test_values_are_escaped_and_parts_are_not_escaped_again() -> None:
    assert rendered("{{ name }}", name="<b>") == "&lt;b&gt;"
    part = render_part("components/_htmx_config.html", {})
    assert rendered("{{ part }}", part=part) == part


def test_a_text_with_values_escapes_the_values_alone() -> None:
    source = "{% trans name=name %}Hello <b>{{ name }}</b>{% endtrans %}"

    assert rendered(source, name="<i>") == "Hello <b>&lt;i&gt;</b>"


@pytest.mark.parametrize(
    ("value", "spanish", "english"),
    [
        (1234567, "1,234,567", "1,234,567"),
        (Decimal("1234.50"), "1,234.50", "1,234.50"),
        (date(2026, 3, 9), "9 de marzo de 2026", "9 March 2026"),
        ("1234", "1234", "1234"),
    ],
)
def test_numbers_and_dates_are_localized(value: object, spanish: str, english: str) -> None:
    for language, text in (("es", spanish), ("en", english)):
        with override(language):
            assert rendered("{{ value }}", value=value) == text


def test_moments_are_those_of_the_shops_time_zone() -> None:
    moment = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)

    assert rendered("{{ at|date('Y-m-d H:i') }}", at=moment) == "2026-03-09 21:30"
    assert rendered("{{ at|time('H:i') }}", at=moment) == "21:30"


def test_missing_names_show_nothing() -> None:
    assert rendered("[{{ no.such.thing }}{% if no.thing %}x{% endif %}]") == "[]"
