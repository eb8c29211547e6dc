"""Every address of the admin, asked and posted to as each role, against what the roles say."""

import re
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.admin import helpers, site
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.urls import URLResolver, reverse

from accounts.permissions import ACTIONS, ROLE_PERMISSIONS, Role
from backoffice.orders.services import STEPS
from backoffice.reports.registry import REPORTS, sees_all
from core.ids import uuid7
from tests.accounts.factories import UserFactory, staff_with
from tests.backoffice.factories import MODELS, page_of
from tests.backoffice.test_rights import belongings
from tests.backoffice.views import request_by, status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_menu")]
REFUSED = {403, 404, 405}
# Everybody's own pages, and those that ask for the right over what they are asked about.
OPEN_TO_STAFF = {
    *("index", "login", "logout", "password_change", "password_change_done", "jsi18n"),
    *("autocomplete", "view_on_site", "app_list", "reports", "report", "search", None),
    # It leads to the one page of the settings.
    "constance_config_change",
}
# Pages of one table that other people's work needs: the right that opens them.
BORROWED = {
    # Variants are chosen in the catalogue, and their units put on shelves here.
    "inventory_stocklevel_bulk": "catalog.view_variant",
    # Returns are opened from an order.
    "returns_return_open": "returns.add_return",
}
SAMPLE_KEY = str(uuid7())
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)", re.IGNORECASE)


def patterns(found=None, above="", model=None):
    """Each address of a list and what hangs on it, as (model, name, path) with its gaps open."""
    for pattern in site.get_urls() if found is None else found:
        path = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, path, model_at(path))
        elif model and pattern.name not in OPEN_TO_STAFF:
            yield model, pattern.name, path


def model_at(path):
    label = path.strip("/").replace("/", ".")
    return next((each for each in site._registry if each._meta.label_lower == label), None)


def addresses():
    """(model, name, address) of all, with rows that there are where there are any."""
    keys = {model: first_key(model) for model in site._registry}
    for model, name, path in patterns():
        for step in steps_of(model) if "<slug:step>" in path else ("",):
            filled = re.sub(r"<slug:step>", step, path)
            filled = re.sub(r"<slug:\w+>", "order_placed", filled)
            filled = re.sub(r"<int:\w+>", "1", filled)
            filled = re.sub(r"<\w+:\w+>", keys.get(model) or SAMPLE_KEY, filled)
            if "(" not in filled:
                yield model, name, f"/admin/{filled}"


def first_key(model):
    if model._meta.app_label == "constance":
        return None
    row = model._default_manager.order_by("pk").first()
    return str(row.pk) if row else None


def steps_of(model):
    own = getattr(site.get_model_admin(model), "steps", None)
    return list(own) if own else [step.name for step in STEPS]


@contextmanager
def writing():
    """Gathers the statements that change rows."""
    found = []

    def watch(execute, sql, *args):
        if WRITES.match(str(sql)):
            found.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(watch):
        yield found


def may(role, model, *actions):
    """Whether the table of roles lets that one do any of these with the model."""
    rights = ROLE_PERMISSIONS.get(role, {})
    app = model._meta.app_label
    mode = rights.get(f"{app}.{model._meta.model_name}", rights.get(app, ""))
    return bool(set(actions) & set(ACTIONS[mode]))


@pytest.fixture
def walked():
    belongings("Amaru")
    return list(addresses())


def colleague(role):
    return staff_with(role) if role else UserFactory.create(is_staff=True)


EVERYBODY = pytest.mark.parametrize("role", [None, *Role], ids=str)


@EVERYBODY
def test_a_role_gets_403_wherever_it_has_no_right_and_its_posts_change_nothing(role, walked):
    user, wrong = colleague(role), []

    for model, name, path in walked:
        opened = may(role, model, "view") or user.has_perm(BORROWED.get(name, "nothing"))
        if opened and may(role, model, "add", "change", "delete"):
            continue
        for data in ({"post": "yes"},) if opened else (None, {"post": "yes"}):
            with writing() as written:
                found = status(request_by(user, path, data))
            if written or (found not in REFUSED and not opened) or found >= 500:
                wrong.append((name, "GET" if data is None else "POST", found, written[:1]))

    assert wrong == [], wrong


@EVERYBODY
def test_a_role_does_only_the_actions_of_its_lists_that_it_has_rights_for(role, walked):
    user, wrong = colleague(role), []

    for model in MODELS:
        if may(role, model, "change", "delete"):
            continue
        page: Any = site.get_model_admin(model)
        path = page_of(model, "changelist")
        names = {getattr(each, "__name__", each) for each in page.actions} | {"delete_selected"}
        for name in names:
            sent = {"action": name, helpers.ACTION_CHECKBOX_NAME: first_key(model) or SAMPLE_KEY}
            with writing() as written:
                found = status(request_by(user, path, sent | {"post": "yes", "index": "0"}))
            if written or (found not in REFUSED and not may(role, model, "view")):
                wrong.append((model, name, found, written[:1]))

    assert wrong == [], wrong


@EVERYBODY
def test_a_role_opens_the_lists_and_forms_of_its_work(role):
    """What a form offers to search may be searched, too."""
    user, searched, wrong = colleague(role), set(), []

    for model in MODELS:
        page, add = site.get_model_admin(model), request_by(user, page_of(model, "add"))
        may_add = may(role, model, "add") and page.has_add_permission(add)
        wanted = (200 if may(role, model, "view") else 403, 200 if may_add else 403)
        listed = status(request_by(user, page_of(model, "changelist")))
        if wanted != (found := (listed, status(add))):
            wrong.append((model, found))
        if may_add:
            searched |= set(searches(page, add))

    assert wrong == [], wrong
    assert {each for each in searched if search(user, each) != 200} == set()


@EVERYBODY
def test_a_role_reads_the_reports_of_its_work(role):
    user = colleague(role)

    for report in REPORTS.values():
        found = status(request_by(user, reverse("admin:report", args=[report.name])))

        assert (found == 200) is sees_all(user, report), (report.name, found)


def searches(page, request):
    """What the searchable selects of a form ask for."""
    for part in (page, *page.get_inline_instances(request)):
        for name in part.get_autocomplete_fields(request):
            yield part.model._meta.app_label, part.model._meta.model_name, name


def search(user, asked):
    names = ("app_label", "model_name", "field_name", "term")
    request = request_by(user, reverse("admin:autocomplete"))
    request.GET = dict(zip(names, (*asked, "a"), strict=True))
    return status(request)


@pytest.mark.parametrize("is_customer", [True, False])
def test_strangers_and_customers_get_to_no_address(is_customer, walked):
    user = UserFactory.create() if is_customer else AnonymousUser()

    for _model, _name, path in walked:
        for data in (None, {"post": "yes"}):
            with writing() as written:
                found = status(request_by(user, path, data))

            assert (found, written) == (302, []), path


def test_the_walk_knows_every_list(walked):
    assert len(walked) > 4 * len(MODELS)
    assert {model for model, _name, _path in walked} >= set(MODELS)
