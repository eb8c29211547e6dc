"""Every address of the shop, as everybody: nobody reads or changes what is somebody else's."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from accounts.models import User
from tests.backoffice.factories import MODELS
from tests.backoffice.views import request_by, status
from tests.security.table import (
    ACT,
    ACT_OWN,
    FORM,
    LEAVE,
    LINK,
    OFFICE,
    OPEN,
    OWN,
    SELF,
    TABLE,
    Line,
)
from tests.security.world import (
    EVERYBODY,
    NOBODY,
    OWNER,
    SELLER,
    STAFF,
    STRANGER,
    TRACES,
    World,
    made,
)
from tests.sellers.test_reach import keys_of, rows_of

pytestmark = pytest.mark.django_db
# Who could gain something by posting to what is the owner's.
OTHERS = [NOBODY, STRANGER, SELLER, "superuser"]
# Three of them have signed in, so that each address gets each of these from one who has.
RARER = ["put", "delete", "patch"]
NOT_THERE = frozenset({404})
# Nothing was read.
REFUSED = frozenset({403, 404, 405})
# Where who has no right is sent, or what he is told.
TURNED_AWAY = frozenset({302, 401, 403, 404, 405})
MARKS = [trace.encode() for trace in TRACES]
SIGN_IN = "/account/login/"


@pytest.fixture
def world(settings: Any) -> World:
    settings.DEMO = True  # where staff need no second factor
    return made()


def named(resolver: Any, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        elif entry.namespace != "admin":
            yield from named(entry, f"{entry.namespace}:" if entry.namespace else space)


def address(world: World, name: str, line: Line, **changed: str) -> str:
    pairs = dict(pair.split("=") for pair in line.places.split())
    places = {place: changed.get(place, world.places[what]) for place, what in pairs.items()}
    asked = dict([line.query.split("=")]) if line.query else {}
    query = urlencode({key: world.places[what] for key, what in asked.items()})
    with translation.override("es"):
        return reverse(name, kwargs=places) + (f"?{query}" if query else "")


def body(answer: Any) -> bytes:
    return bytes(answer.getvalue())


def is_sign_in(answer: Any) -> bool:
    return bool(answer.status_code == 302 and SIGN_IN in answer["Location"])


def person(answer: Any) -> Any:
    """Who has asked."""
    return answer.wsgi_request.user


def signed_in(world: World, role: str) -> Any:
    """Who sits in front of that browser."""
    key = world.browsers[role].session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else AnonymousUser()


def is_expected(line: Line, role: str, answer: Any) -> bool:
    """Whether that is what the line says of a GET by that person."""
    status = answer.status_code
    if line.reach in (OPEN, FORM, LINK, LEAVE):
        return status in line.status
    if line.reach is SELF:
        return status in line.status or (role == NOBODY and is_sign_in(answer))
    if line.reach is OWN:
        may_see = role == OWNER or (line.right and person(answer).has_perm(line.right))
        return status in (line.status if may_see else NOT_THERE) or (
            role == NOBODY and is_sign_in(answer)
        )
    return status == 405 or is_sign_in(answer)


def says_too_much(line: Line, role: str, answer: Any) -> bool:
    """Whether somebody else than the owner, or the bearer of her link, reads of her."""
    if role == OWNER or line.reach is LINK:
        return False
    return any(mark in body(answer) for mark in MARKS)


def test_every_address_has_a_line() -> None:
    found = set(named(get_resolver())) | {"media"}

    assert found == set(TABLE) | {"media"}, found ^ set(TABLE)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_everybody_reads_what_is_his_and_nobody_what_is_hers(world: World, prefix: str) -> None:
    wrong = []
    for role in EVERYBODY if not prefix else (NOBODY, STRANGER):
        for number, (name, line) in enumerate(TABLE.items()):
            if name == "account_logout" or not is_asked(role, line, number):
                continue
            path = address(world, name, line)
            answer = world.browsers[role].get(prefix + path if is_translated(name) else path)
            if not is_expected(line, role, answer) or says_too_much(line, role, answer):
                wrong.append((name, role, answer.status_code, answer.get("Location", "")))

    assert wrong == [], "\n".join(map(str, wrong))


def is_asked(role: str, line: Line, number: int) -> bool:
    """What knows nobody's rights is read by one kind of staff, and by the next at the next line."""
    knows_rights = line.reach not in (OPEN, FORM, LINK, LEAVE)
    return knows_rights or role not in STAFF or STAFF[number % len(STAFF)] == role


def is_translated(name: str) -> bool:
    plain = {"healthz", "readyz", "metrics", "payment-webhook", "favicon", "robots", "prefetch"}
    plain |= {"theme", "manifest"}
    return name not in plain and not name.startswith("sitemap")


def test_another_key_opens_nothing(world: World) -> None:
    """One character is another one; or the key is that of another thing."""
    wrong = []
    for name, line in TABLE.items():
        if line.reach not in (LINK, LEAVE):
            continue
        key = world.places[dict(pair.split("=") for pair in line.places.split())["token"]]
        for forged in (key[:-1] + ("A" if key[-1] != "A" else "B"), world.places["key-order"], "x"):
            path = address(world, name, line, token=forged)
            for role in (NOBODY, OWNER, STRANGER):
                answers = [world.browsers[role].post(path)]
                answers += [world.browsers[role].get(path)] if line.reach is LINK else []
                wrong += [
                    (name, role, answer.status_code)
                    for answer in answers
                    if answer.status_code not in (404, 405) or says_too_much(line, NOBODY, answer)
                ]

    assert wrong == []


@pytest.mark.parametrize("role", OTHERS)
def test_nothing_that_others_send_changes_what_is_hers(world: World, role: str) -> None:
    """Everybody posts to each address, and takes one of the rarer methods by turns."""
    keys, turn = keys_of("Quispealarcon"), OTHERS.index(role)
    before, wrong, browser = rows_of(keys), [], world.browsers[role]

    for number, (name, line) in enumerate(TABLE.items()):
        if line.reach in (LINK, LEAVE) or name in ("account_logout", "privacy:forget"):
            continue
        path = address(world, name, line)
        for method in ("post", RARER[(number + turn) % len(RARER)]):
            answer = getattr(browser, method)(path, **sent(world, method))
            is_hers = line.reach in (OWN, ACT_OWN) and answer.status_code not in TURNED_AWAY
            if is_hers or answer.status_code >= 500 or says_too_much(line, role, answer):
                wrong.append((name, method, answer.status_code))

    assert wrong == []
    assert rows_of(keys) == before


def sent(world: World, method: str) -> dict[str, Any]:
    """Everything by which a form could be made to speak of what is hers."""
    fields = {
        **dict.fromkeys(("number", "order", "order_number"), world.places["order"]),
        "user": str(world.owner.pk),
        "customer": str(world.owner.pk),
        "id": str(world.owner.pk),
        "address": world.places["address"],
        "key": world.places["session"],
        "post": "yes",
        "status": "cancelled",
        "total": "0",
        "token": "x",
        "payment": "transfer",
        "first_name": "Otra",
        "recipient": "Otra",
        "street": "Otra 1",
        "rating": "1",
    }
    if method == "post":
        return {"data": fields}
    return {"data": urlencode(fields), "content_type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("with_key", [True, False])
def test_the_key_of_an_order_opens_that_order_alone(world: World, with_key: bool) -> None:
    """The bearer of her link sees the order without signing in, and of her account nothing."""
    client, query = Client(raise_request_exception=False), ""
    if with_key:
        query = "?" + urlencode({"token": world.places["key-order"]})

    for name, line in TABLE.items():
        if line.reach not in (OWN, SELF, ACT, ACT_OWN):
            continue
        answer = client.get(address(world, name, line).partition("?")[0] + query)
        is_of_order = name.startswith(("storefront:order", "storefront:tracking", "checkout:pay"))
        if line.reach is OWN and is_of_order:
            assert answer.status_code in (line.status if with_key else {404}), name
        else:
            assert not says_too_much(line, NOBODY, answer), name


def office_paths(world: World) -> Iterator[tuple[Any, str, str]]:
    """(model, name, address) of the whole back office, with her rows wherever there are any."""
    hers = keys_of("Quispealarcon")
    for model, name, path in office_patterns(site.get_urls()):
        row = next(iter(hers.get(model, ())), None) if model else None
        filled = path.replace("(?P<app_label>auth|", "")
        for place in ("<path:object_id>", "<uuid:pk>", "<uuid:key>", "<path:key>"):
            filled = filled.replace(place, str(row or world.order.pk))
        yield model, name, filled


def office_patterns(
    found: Any, above: str = "", model: Any = None
) -> Iterator[tuple[Any, str, str]]:
    by_label = {each._meta.label_lower.replace(".", "/") + "/": each for each in site._registry}
    for pattern in found:
        path = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from office_patterns(pattern.url_patterns, path, by_label.get(path))
        else:
            yield model, str(pattern.name), path


def test_every_address_of_the_back_office_hangs_on_a_list_or_has_a_line() -> None:
    loose = {name for model, name, _path in office_patterns(site.get_urls()) if model is None}

    assert loose == set(OFFICE), loose ^ set(OFFICE)
    assert {model for model, _name, _path in office_patterns(site.get_urls()) if model} >= set(
        MODELS
    )


@pytest.mark.parametrize("role", [NOBODY, OWNER])
def test_nobody_but_staff_gets_past_the_door_of_the_back_office(world: World, role: str) -> None:
    """What is posted goes straight to the views of the lists: tests/backoffice/test_walk.py."""
    keys, posted = keys_of("Quispealarcon"), {"post": "yes"}
    before, wrong, browser = rows_of(keys), [], world.browsers[role]
    user = signed_in(world, role)
    for model, name, path in office_paths(world):
        if "(" in path or "<" in path:
            continue
        answers = [browser.get(f"/admin/{path}")]
        if model is None:
            answers.append(browser.post(f"/admin/{path}", posted))
        elif (found := status(request_by(user, f"/admin/{path}", posted))) not in TURNED_AWAY:
            wrong.append((name, path, found))
        for answer in answers:
            is_out = answer.status_code in TURNED_AWAY
            if not is_out or any(mark in body(answer) for mark in MARKS):
                wrong.append((name, path, answer.status_code))

    assert [each for each in wrong if each[0] != "logout"] == []
    assert rows_of(keys) == before


@pytest.mark.parametrize("role", [SELLER, "catalogue manager", "warehouse"])
def test_staff_read_of_her_only_where_they_have_the_right(world: World, role: str) -> None:
    """
    A list that a role may not see answers 403 and names her nowhere, whatever is asked of it.

    The page of a refusal is drawn for the lists alone, since it is the same for all below them.
    """
    user, wrong = signed_in(world, role), []
    for model, name, path in office_paths(world):
        if model is None or "<" in path or "(" in path:
            continue
        if any(user.has_perm(f"{model._meta.app_label}.{right}_{model._meta.model_name}")
               for right in ("view", "add", "change", "delete")):  # fmt: skip
            continue
        is_list = name.endswith("_changelist")
        if not is_list and status(request_by(user, f"/admin/{path}")) in REFUSED:
            continue
        answer = world.browsers[role].get(f"/admin/{path}")
        if any(mark in body(answer) for mark in MARKS):
            wrong.append((name, path, answer.status_code))

    assert wrong == []


INLINE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>|<style[ >]"
    rb"|<[a-z][^>]*\s(?:style|on[a-z]+)=|javascript:"
)


def test_pages_have_no_script_in_them_say_what_they_are_and_stay_out_of_caches(
    world: World,
) -> None:
    wrong = []
    for name, line in TABLE.items():
        answer = world.browsers[OWNER].get(address(world, name, line))
        wrong += [
            (name, fault)
            for fault in (scripts_in(answer), unnamed_type_of(answer), kept_of(name, line, answer))
            if fault
        ]

    assert wrong == []


def scripts_in(answer: Any) -> str:
    found = "html" in answer.get("Content-Type", "") and INLINE.search(body(answer))
    return f"inline: {found.group()[:80]!r}" if found else ""


def unnamed_type_of(answer: Any) -> str:
    kind = answer.get("Content-Type", "")
    is_told = "charset=utf-8" in kind or b'encoding="UTF-8"' in body(answer)[:60]
    is_text = kind.startswith("text/") or "xml" in kind
    is_wrong = body(answer) and (not kind or (is_text and not is_told))
    return f"type: {kind!r}" if is_wrong else ""


def kept_of(name: str, line: Line, answer: Any) -> str:
    """What a cache may keep of what is personal."""
    if line.reach not in (SELF, OWN, LINK) or name == "mfa_download_recovery_codes":
        return ""
    kept = answer.get("Cache-Control", "")
    is_wrong = answer.status_code == 200 and "no-store" not in kept
    return f"kept: {kept!r}" if is_wrong else ""


def test_reading_changes_nothing_of_hers(world: World) -> None:
    """Also where her own browser asks, as a picture on another site could make it do."""
    keys = keys_of("Quispealarcon")
    # The page of sessions forgets those that have ended.
    keys = {
        model: rows
        for model, rows in keys.items()
        if model._meta.label != "usersessions.UserSession"
    }
    before = rows_of(keys)

    for name, line in TABLE.items():
        for method in ("get", "options") if line.reach is OPEN else ("get", "head", "options"):
            getattr(world.browsers[OWNER], method)(address(world, name, line))

    assert rows_of(keys) == before
