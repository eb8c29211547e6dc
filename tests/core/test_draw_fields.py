"""A field that is empty is drawn once for all forms that show it alike."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.caching import drawing


class Form(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    days = forms.MultipleChoiceField(choices=[("1", "Monday"), ("2", "Tuesday")])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """How often a template was drawn for this field of these forms, one after the other."""
    times: list[Any] = []
    draw = render_to_string

    def noted(*of: Any) -> Any:
        times.append(of)
        return draw(*of)

    monkeypatch.setattr("core.caching.drawing.render_to_string", noted)
    drawing.forget()

    def count(name: str, *shown: forms.Form) -> int:
        before = len(times)
        for form in shown:
            assert drawing.draw_field(form[name]) == draw(
                "components/_field.html", {"field": form[name]}
            )
        return len(times) - before

    return count


def test_it_is_drawn_once(drawn: Callable[..., int]) -> None:
    assert drawn("email", Form(), Form(), Form()) == 1


def test_what_was_typed_or_is_known_is_drawn_each_time(drawn: Callable[..., int]) -> None:
    known = {"email": "ana@example.com"}

    assert drawn("email", Form(initial=known), Form(initial=known)) == 2
    assert drawn("email", Form({"email": ""}), Form({"email": "x"})) == 2
    assert all("ana@" not in str(key) + text for key, text in drawing._drawn.items())


def test_another_look_is_another_field(drawn: Callable[..., int]) -> None:
    optional, named, other = Form(), Form(), Form(auto_id="x_%s")
    optional.fields["email"].required = False
    named.fields["email"].label = "Correo"

    assert drawn("email", Form(), optional, named, other, Form(prefix="bill")) == 5
    with override("en"):
        assert drawn("email", Form()) == 1


def test_a_choice_is_part_of_it(drawn: Callable[..., int]) -> None:
    fewer = Form()
    fewer.fields["way"].choices = [("a", "A")]  # type: ignore[attr-defined]
    chosen = {"way": "b"}

    assert drawn("way", Form(), Form(initial=chosen), Form(initial=chosen), fewer) == 3


def test_several_choices_are_part_of_it_too(drawn: Callable[..., int]) -> None:
    some = {"days": ["1", "2"]}

    assert drawn("days", Form(), Form(initial=some), Form(initial=some)) == 2
