"""What the Nu HTML checker found on pages of the back office once, and must not find again."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.admin import TabularInline, site
from django.urls import reverse
from post_office.admin import LogInline

from core.admin.base import NamedFields, ReadOnlyInline
from promotions.models import Promotion
from storefront.models import Story
from tests.backoffice.factories import MODELS, order_with, page_of
from tests.catalog.factories import VariantFactory
from tests.many_rows import fill

pytestmark = pytest.mark.django_db
LABELLED = {"button", "input", "meter", "output", "progress", "select", "textarea"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?([+-]\d\d:?\d\d|Z)?)?")


class Faults(HTMLParser):
    """Gathers what is wrong with a page's attributes, labels and selects."""

    def __init__(self, page):
        super().__init__()
        self.found: list[str] = []
        self.ids: Counter[str] = Counter()
        self.hidden: set[str] = set()
        self.controls: set[str] = set()
        self.labels: list[str] = []
        self.select: dict[str, Any] = {}
        self.option: tuple[dict[str, Any], str] | None = None
        self.is_first, self.is_in_select = True, False
        self.head: str | None = None
        self.level = 0
        self.feed(page)
        self.close()
        self.found += [f"id {each} twice" for each, times in self.ids.items() if times > 1]
        reachable = self.controls - self.hidden
        self.found += [f"label for {each}" for each in self.labels if each not in reachable]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        names = [name for name, _value in attrs]
        twice = [name for name in names if names.count(name) > 1]
        self.found += [f"{tag} with {name} twice" for name in twice]
        self.found += [f"{tag} with {name}" for name in names if name.startswith("hx-")]
        self.note_id(tag, given)
        if re.fullmatch(r"h[1-6]", tag):
            self.note_heading(int(tag[1]))
        elif begin := getattr(self, f"begin_{tag}", None):
            begin(given)

    def begin_label(self, given):
        self.labels += [given["for"]] if "for" in given else []

    def begin_select(self, given):
        self.select, self.is_first, self.is_in_select = given, True, True
        self.found += ["select with maxlength"] if "maxlength" in given else []

    def begin_option(self, given):
        self.option = (given, "") if self.is_in_select else None

    def begin_th(self, given):
        self.head = ""

    def begin_img(self, given):
        if self.head is not None:
            self.head += given.get("alt") or given.get("aria-label") or ""

    begin_input = begin_img

    def begin_div(self, given):
        self.found += ["div with disabled"] if "disabled" in given else []

    def begin_time(self, given):
        if not MOMENT.fullmatch(moment := given.get("datetime", "2026-01-01")):
            self.found.append(f"time of {moment}")

    def note_heading(self, level):
        self.found += [f"h{level} below h{self.level}"] if level > self.level + 1 else []
        self.level = level

    def note_id(self, tag, given):
        is_hidden = tag == "input" and given.get("type") == "hidden"
        if is_hidden and any(name.startswith("aria-") for name in given):
            self.found.append(f"hidden {given.get('name')} with aria")
        if key := given.get("id"):
            self.ids[key] += 1
            self.controls |= {key} if tag in LABELLED else set()
            self.hidden |= {key} if is_hidden else set()

    def handle_data(self, data):
        if self.head is not None:
            self.head += data.strip()
        if self.option:
            self.option = (self.option[0], self.option[1] + data.strip())

    def handle_endtag(self, tag):
        if tag == "option" and self.option:
            self.note_option(*self.option)
            self.option = None
        elif tag == "th":
            self.found += [] if self.head else ["empty heading of a column"]
            self.head = None
        elif tag == "select":
            self.note_option({}, "no option at all")
            self.is_in_select = False

    def note_option(self, given, text):
        """Options say something, and the first of a required choice is the empty one."""
        name = self.select.get("name")
        if not text and "label" not in given:
            self.found.append(f"empty option in {name}")
        is_choice = "required" in self.select and "multiple" not in self.select
        if self.is_first and is_choice and text and given.get("value") != "":
            self.found.append(f"required {name} without an empty option")
        self.is_first = False


def addresses():
    """Each list, the first form and its history, and an empty form."""
    for model in MODELS:
        yield page_of(model, "changelist")
        if row := model._default_manager.order_by("pk").first():
            yield page_of(model, "change", row.pk)
            yield page_of(model, "history", row.pk)
        yield page_of(model, "add")


def test_pages_of_the_back_office_are_valid(boss, client, no_menu):
    fill(lambda _label: 3)
    wrong, seen = {}, 0

    for address in addresses():
        answer = client.get(address)
        if answer.status_code == 200:
            seen += 1
            if found := Faults(answer.text).found:
                wrong[address] = found

    assert seen > 2 * len(MODELS)
    assert wrong == {}, "\n".join(f"{page}: {found}" for page, found in wrong.items())


def test_the_pages_beside_lists_and_forms_are_valid(boss, client, no_menu):
    order = order_with(VariantFactory.create())
    own = [reverse(f"admin:orders_order_{page}", args=[order.pk]) for page in ("edit", "change")]
    pages = [
        *("index", "reports", "password_change", "search", "storefront_logo_changelist"),
        *("backoffice_bookscheck_changelist", "constance_config_changelist", "shipping_packing"),
        *("shipping_counter", "shipping_calculator", "shipping_rates_import"),
        *("payments_paymentmethod_providers", "shipping_tracking_import"),
    ]

    wrong = {}
    for address in [*own, *(reverse(f"admin:{page}") for page in pages)]:
        wrong[address] = Faults(client.get(address, follow=True).text).found

    assert {address: found for address, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    "bad",
    [
        '<p id="a"></p><p id="a"></p>',
        '<div hx-get="/x"></div>',
        '<label for="x">X</label><input type="hidden" id="x">',
        '<select required><option value="a">A</option></select>',
        "<select required></select>",
        '<select><option value=""></option></select>',
        '<select maxlength="2"><option value="">-</option></select>',
        '<input type="hidden" name="x" aria-label="X">',
        '<time datetime="2026-11-25T10:32:20.788638-05:00">x</time>',
        "<div disabled></div>",
        "<table><tr><th></th></tr></table>",
        "<h2>before any h1</h2>",
        "<h1>A</h1><h3>B</h3>",
    ],
)
def test_what_is_wrong_is_found(bad):
    assert Faults(bad).found


def test_every_field_of_a_row_has_a_name():
    """A table of rows has its labels in the head alone, which name no field."""
    inlines = {each for page in site._registry.values() for each in page.inlines}
    # The library's rows of the mail server's answers are only read.
    edited = {each for each in inlines if issubclass(each, TabularInline)} - {LogInline}

    assert {each for each in edited if not issubclass(each, (NamedFields, ReadOnlyInline))} == set()


def test_a_searchable_choice_of_several_has_no_button_inside_its_list(boss, client):
    page = client.get(page_of(Promotion, "add")).text

    [several] = re.findall(r"<select[^>]*name=\"brands\"[^>]*>", page)
    assert "multiple" in several
    assert 'data-allow-clear="false"' in several


def test_the_preview_of_a_story_has_a_heading_of_its_own(boss, client):
    story = Story.objects.create(title="Sala en calma", is_active=True)

    page = client.get(reverse("admin:storefront_story_preview", args=[story.pk])).text

    assert Faults(page).found == []
    assert re.search(r"<h1[^>]*>Sala en calma</h1>", page)
