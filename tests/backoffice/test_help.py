"""Each list says what it is for, and an empty one what to do first."""

import re

import pytest
from django.contrib.admin import site
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from backoffice.help import HELP
from promotions.models import Promotion
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import page_of


def test_every_list_says_in_both_languages_what_it_is_for():
    silent = {model._meta.label_lower for model in site._registry} - set(HELP)
    said = {}
    for language in ("en", "es"):
        with translation.override(language):
            said[language] = {label: str(text.purpose) for label, text in HELP.items()}

    assert silent == set()
    assert {label for label in HELP if said["en"][label] == said["es"][label]} == set()
    assert all(text.endswith(".") for texts in said.values() for text in texts.values())


def test_help_leads_to_pages_that_there_are():
    def is_missing(page):
        try:
            reverse(page)
        except NoReverseMatch:
            return True
        return False

    assert {text.page for text in HELP.values() if text.page and is_missing(text.page)} == set()


@pytest.mark.django_db
def test_an_empty_list_leads_to_the_first_step_and_an_empty_answer_back_to_all(client, settings):
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    page = page_of(Promotion, "changelist")

    empty = client.get(page).text
    filtered = client.get(page, {"q": "nada"}).text

    assert str(HELP["promotions.promotion"].purpose) in empty
    assert f'href="{page_of(Promotion, "add")}"' in empty.split('class="empty"')[1]
    assert f'href="{page}"' in filtered.split('class="empty"')[1]


@pytest.mark.django_db
def test_fields_in_the_rows_of_a_form_have_names(client, settings):
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    form = client.get(page_of(Promotion, "add")).text

    fields = re.findall(r'<input [^>]*name="(?:coupons-__prefix__-|starts_at_)[^>]*>', form)
    shown = [field for field in fields if 'type="hidden"' not in field]
    assert len(shown) > 3
    assert [field for field in shown if "aria-label=" not in field] == []
