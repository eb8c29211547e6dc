"""Every address of the back office, as seller A: nothing of seller B is seen or changed there."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, Model
from django.forms import FileField, ModelChoiceField
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from accounts import roles
from accounts.permissions import Role
from catalog.models import Product
from core.ids import uuid7
from orders.models import Order
from shipping.models import Shipment
from tests.backoffice.factories import MODELS, order_with, page_of
from tests.backoffice.views import answer, request_by
from tests.sellers.factories import shop

pytestmark = [
    pytest.mark.django_db,
    # Anybody may ask a searchable select of a list that has no order.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]
OWN, OTHER = "AAMINE", "ZZOTHER"
# What is asked for is said again on the page: less than the mark finds it as well.
ASKED = OTHER[:-1]
LOCAL = [model for model in apps.get_models() if model.__module__.split(".")[0] in {
    app.label for app in apps.get_app_configs()
}]  # fmt: skip
# Where nobody is shown anything, or everybody is asked the same.
NOT_ASKED = {"login", "logout", "jsi18n", "set_language"}
WORDS = {"step": "cancel", "mail": "paid", "app_label": "orders", "number": "N", "url": "x"}


@pytest.fixture
def market(client: Client, settings: Any) -> Any:
    """Two sellers with one of everything, and an order of both; A's owner has signed in."""
    settings.DEMO = True
    settings.MEDIA_ROOT = "/nowhere"
    roles.sync()
    own, other = shop(OWN), shop(OTHER)
    shared = order_with(
        own.products.get().variants.get(),
        other.products.get().variants.get(),
        email=f"both.{OTHER}@example.com",
    )
    for seller in (own, other):
        owner_of(seller).groups.add(Group.objects.get(name=Role.SELLER))
    client.force_login(owner_of(own))
    return own, other, shared


def owner_of(seller: Any) -> Any:
    return seller.members.get().user


def keys_of(mark: str) -> dict[type[Model], list[Any]]:
    """The rows that bear the mark, or belong to one that does, by model."""
    found: dict[type[Model], list[Any]] = {}
    for model in LOCAL:
        names = [f.name for f in model._meta.concrete_fields if f.get_internal_type() in (
            "CharField", "TextField", "EmailField", "SlugField")]  # fmt: skip
        rows = model._default_manager.all()
        found[model] = [
            row.pk for row in rows if any(mark in str(getattr(row, name)) for name in names)
        ]
    for _round in range(3):
        for model in LOCAL:
            for field in model._meta.concrete_fields:
                if isinstance(field, ForeignKey) and field.related_model in found:
                    above = model._default_manager.filter(
                        **{f"{field.name}__in": found[field.related_model]}
                    )
                    found[model] += [pk for pk in above.values_list("pk", flat=True)
                                     if pk not in found[model]]  # fmt: skip
    return {model: keys for model, keys in found.items() if keys}


def patterns(resolver: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Each address below the resolver: its path with placeholders, and its name."""
    for pattern in resolver.url_patterns:
        path = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        elif isinstance(pattern, URLPattern) and "(" not in path:
            yield path, pattern.name or ""


def addresses(keys: dict[type[Model], list[Any]]) -> set[str]:
    """Each address of the admin, with the other's rows in its places."""
    pages = {f"{m._meta.app_label}/{m._meta.model_name}/": m for m in MODELS}
    found = set()
    for path, name in patterns(site_resolver()):
        if name in NOT_ASKED:
            continue
        model = next((m for start, m in pages.items() if path.startswith(start)), None)
        found |= {f"/admin/{each}" for each in filled(path, keys, model)}
    return found


def site_resolver() -> Any:
    class Admin:
        url_patterns = site.get_urls()

    return Admin


def filled(path: str, keys: dict[type[Model], list[Any]], model: Any) -> Iterator[str]:
    start, opened, rest = path.partition("<")
    if not opened:
        yield path
        return
    place, _closed, end = rest.partition(">")
    name = place.split(":")[-1]
    choices = [WORDS[name]] if name in WORDS else places(name, keys, model)
    for choice in choices[:1]:
        yield from filled(f"{start}{choice}{end}", keys, model)


def places(name: str, keys: dict[type[Model], list[Any]], model: Any) -> list[Any]:
    """What may stand for a name in an address: keys of the page's own rows, or of what it names."""
    stem = name.removesuffix("_id")
    named = [rows for each, rows in keys.items() if each._meta.model_name == stem]
    own = keys.get(model, [])
    return (named[0] if named else own) or [uuid7()]


def rows_of(keys: dict[type[Model], list[Any]]) -> dict[str, list[Any]]:
    """All that is stored of them."""
    return {
        model._meta.label: list(model._default_manager.filter(pk__in=pks).order_by("pk").values())
        for model, pks in keys.items()
    }


def fields_of(page: Any) -> Iterator[tuple[str, Any]]:
    """All choices among rows that the forms of a page offer."""
    context = getattr(page, "context_data", None) or {}
    if "adminform" in context:
        yield from context["adminform"].form.fields.items()
    for inline in context.get("inline_admin_formsets", ()):
        for form in [*inline.formset.forms, inline.formset.empty_form]:
            yield from form.fields.items()


def test_no_page_shows_a_seller_anything_of_another(market):
    """Not in lists, searched or not, nor on pages of his or the other's rows, nor in selects."""
    owner, theirs, own = owner_of(market[0]), keys_of(OTHER), keys_of(OWN)
    leaks, has_own = [], set()

    for path in sorted({*addresses(theirs), *addresses(own), *searches()}):
        page = answer(request_by(owner, path))
        text = text_of(page)
        if OTHER in text:
            leaks.append(path)
        if OWN in text:
            has_own.add(path)
        for name, field in fields_of(page):
            # Django's own key of a row below the page takes none but that row.
            if name != "id" and isinstance(field, ModelChoiceField) and field.queryset is not None:
                keys = theirs.get(field.queryset.model, ())
                if field.queryset.filter(pk__in=keys).exists():
                    leaks.append(f"{path} {name}")

    assert not leaks, "\n".join(leaks)
    assert {page_of(model, "changelist") for model in (Product, Order, Shipment)} <= has_own


def text_of(page: Any) -> str:
    """The page, drawn."""
    if isinstance(page, SimpleTemplateResponse):
        page.render()
    text: bytes = b"".join(page) if page.streaming else page.content
    return text.decode(errors="replace")


def searches() -> Iterator[str]:
    """Lists that are asked for the other by name, and every searchable select."""
    for model in MODELS:
        yield f"{page_of(model, 'changelist')}?q={ASKED}"
    for model in LOCAL:
        for field in model._meta.fields:
            if isinstance(field, ForeignKey) and _is_searched(field.related_model):
                asked = {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": ASKED,
                }
                yield reverse("admin:autocomplete") + "?" + urlencode(asked)


def _is_searched(model: Any) -> bool:
    return site.is_registered(model) and bool(site.get_model_admin(model).search_fields)


def test_nothing_that_a_seller_sends_changes_rows_of_another(market):
    owner, keys = owner_of(market[0]), keys_of(OTHER)
    before = rows_of(keys)

    for model in MODELS:
        actions = site.get_model_admin(model).actions or ()
        for action in [*(getattr(each, "__name__", each) for each in actions), "delete_selected"]:
            sent = {"action": action, "_selected_action": keys.get(model, ()), "post": "yes"}
            answer(request_by(owner, page_of(model, "changelist"), sent))
    for path in sorted(addresses(keys)):
        sent = {"post": "yes", "confirm": "yes", "status": "approved"}
        answer(request_by(owner, path, sent))

    assert rows_of(keys) == before


def test_a_sellers_own_forms_take_no_rows_of_another(market, client):
    """Each form of his is sent back with the other's keys in all of its places for keys."""
    keys, own = keys_of(OTHER), keys_of(OWN)
    before = rows_of(keys)
    theirs = {str(pk) for pks in keys.values() for pk in pks if isinstance(pk, UUID)}
    shared = {str(market[2].pk)}

    for model in MODELS:
        for key in own.get(model, ()):
            path = page_of(model, "change", key)
            page = client.get(path)
            if page.status_code != 200 or "adminform" not in page.context:
                continue
            client.post(path, filled_in(page, keys))

    assert rows_of(keys) == before
    for model, pks in own.items():
        for row in model._default_manager.filter(pk__in=pks).values():
            named = {str(value) for name, value in row.items() if name.endswith("_id")}
            assert not named & (theirs - shared) or _order_of(row) in shared, (model, row)


def _order_of(row: dict[str, Any]) -> str:
    """The order that a row belongs to, if any: of entries of the log what it is a part of."""
    return str(row.get("order_id") or row.get("parent_id"))


def filled_in(page: Any, keys: dict[type[Model], list[Any]]) -> dict[str, Any]:
    """The page's form as a browser would send it, but for the keys of rows."""
    found: dict[str, Any] = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            if isinstance(bound.field, ModelChoiceField) and bound.field.queryset is not None:
                theirs = keys.get(bound.field.queryset.model)
                found[bound.html_name] = str(theirs[0]) if theirs else bound.value() or ""
            elif not isinstance(bound.field, FileField) and bound.value() not in (None, False):
                found[bound.html_name] = bound.value()
    return found
