"""Each list says what it is for, and an empty one what to do first."""

import re

import pytest
from django.contrib.admin import site
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from accounts.permissions import Role
from backoffice.help import HELP
from promotions.models import Promotion
from storefront.models import Banner
from tests.accounts.factories import UserFactory, signed_in
from tests.backoffice.factories import page_of
from tests.catalog.factories import CategoryFactory

pytestmark = pytest.mark.django_db


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


def test_an_empty_list_leads_to_the_first_step_and_an_empty_answer_back_to_all(client, boss):
    page = page_of(Promotion, "changelist")

    empty = client.get(page).text
    filtered = client.get(page, {"q": "nada"}).text

    assert str(HELP["promotions.promotion"].purpose) in empty
    assert f'href="{page_of(Promotion, "add")}"' in empty.split('class="empty"')[1]
    assert f'href="{page}"' in filtered.split('class="empty"')[1]


def test_fields_in_the_rows_of_a_form_have_names(client, boss):

    form = client.get(page_of(Promotion, "add")).text + client.get(page_of(Banner, "add")).text

    fields = re.findall(r'<input [^>]*name="(?:coupons-__prefix__-|starts_at_)[^>]*>', form)
    shown = [field for field in fields if 'type="hidden"' not in field]
    assert len(shown) > 5
    assert [field for field in shown if "aria-label=" not in field] == []


def test_fields_within_a_list_are_named_by_their_column_and_row(client, boss):
    category = CategoryFactory.create(name="Sillas")

    page = client.get(reverse("admin:catalog_category_changelist"), {"q": "Sillas"})

    fields = page.context["cl"].formset.forms[0].fields
    assert str(category) in fields["position"].widget.attrs["aria-label"]


def test_staff_find_back_from_where_nothing_is_or_nothing_is_for_them(client):
    signed_in(client, Role.SUPPORT)
    back = f'href="{reverse("admin:index")}"'

    away = client.get(f"{reverse('admin:index')}nothing/")
    shut = client.get(reverse("admin:constance_config_changelist"))

    assert (away.status_code, shut.status_code) == (404, 403)
    assert back in away.text
    assert back in shut.text


def test_nobody_reads_how_a_password_is_kept_who_may_not_set_another(client):
    person = reverse("admin:accounts_user_change", args=[UserFactory.create().pk])
    seen = {}
    for role in (Role.SUPPORT, Role.ADMINISTRATOR):
        signed_in(client, role)
        seen[role] = "argon2" in client.get(person).text or "id_password" in client.get(person).text

    assert seen == {Role.SUPPORT: False, Role.ADMINISTRATOR: True}
