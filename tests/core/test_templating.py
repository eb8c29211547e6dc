"""Pages leave nothing behind that only the collector would clear away."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template
from django.test import RequestFactory

from core.templating import Page, first_of


class Row:
    """Something that a page has read."""

    name = "Silla Roble"


@pytest.fixture
def collector_away() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.django_db
@pytest.mark.usefixtures("collector_away")
@pytest.mark.parametrize(
    "source", ["{{ row.name }}", "{% with name=row.name %}{{ name }}{% endwith %}"]
)
def test_what_a_page_has_read_goes_once_it_is_drawn(source: str) -> None:
    row = Row()
    seen = ref(row)

    text = engines["django"].from_string(source).render({"row": row}, RequestFactory().get("/"))
    del row

    assert text == "Silla Roble"
    assert seen() is None


def test_templates_from_files_are_drawn_so_too() -> None:
    assert isinstance(get_template("404.html"), Page)


@pytest.mark.django_db
def test_a_template_that_names_a_missing_one_says_which() -> None:
    page = engines["django"].from_string('{% include "nowhere.html" %}')

    with pytest.raises(TemplateDoesNotExist, match="nowhere"):
        page.render({}, RequestFactory().get("/"))


def test_of_several_templates_the_first_that_there_is_counts() -> None:
    assert first_of("nowhere.html", "404.html", "500.html") == "404.html"
    assert first_of("nowhere.html", "nor_here.html") == "nor_here.html"
