"""A person asks what the shop holds about him, and to be forgotten."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.db import Error, connection, transaction
from django.db.models import EmailField, ForeignKey, Model
from django.test import Client
from django.utils import timezone

from accounts.models import Address, Impersonation, User
from accounts.permissions import Role
from backoffice.models import BulkAction, SavedList
from core.ids import uuid7
from orders.models import Order, OrderEvent
from outbox.models import DeliveredMessage
from privacy import services
from privacy.exceptions import ErasureRefused
from privacy.free_text import address_pattern, masked
from privacy.models import PrivacyRequest
from privacy.people import Person, fingerprint, person_of, person_with
from privacy.personal_data import HELD
from privacy.selectors import rows_of
from tests.accounts.factories import PASSWORD, UserFactory, staff_with
from tests.orders.factories import place
from tests.privacy.factories import (
    EMAIL,
    NAME,
    SURNAME,
    TRACES,
    bought,
    left_elsewhere,
    somebody,
)
from tests.reviews.factories import ReviewFactory

pytestmark = pytest.mark.django_db
# What the law asks for as it was written (docs/privacy.md).
KEPT = {"invoicing_fiscaldocument", "complaints_complaint"}


def tables_that_name_her() -> set[str]:
    """Every table of the database in which a row says something that only she has said."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = set()
        for table in tables:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text ILIKE ANY(%s))',
                [[f"%{trace}%" for trace in TRACES]],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


@pytest.fixture
def everything() -> User:
    user = somebody()
    bought(user)
    left_elsewhere(user)
    return user


def test_after_an_erasure_no_table_names_the_person_but_those_of_the_law(
    everything: User, django_capture_on_commit_callbacks: Any
) -> None:
    person = person_of(everything)
    assert [held.name for held in HELD if not rows_of(held, person)] == ["accounts.sellermember"]
    order = Order.objects.get(customer=everything)
    files = storages["private"]
    proof = order.payments.get().proofs.get().file.name or ""
    total, number = order.total, order.number
    assert len(tables_that_name_her()) > 30

    with django_capture_on_commit_callbacks(execute=True):
        done = services.erase(person)

    assert tables_that_name_her() == KEPT
    assert not Session.objects.exists()
    order.refresh_from_db()
    assert (order.total, order.number, order.lines.count()) == (total, number, 1)
    assert not files.exists(proof)
    assert done.rows["orders.order"] == 1
    assert person_with(EMAIL) == Person(EMAIL)


def test_a_copy_shows_all_that_is_there_and_nothing_of_others(everything: User) -> None:
    other = UserFactory.create(email="otra@example.com")
    Address.objects.create(user=other, recipient="Otra", street="Calle Ajena 1", city="Cusco")
    ReviewFactory.create(user=other, comment="dicho ajeno")

    told = json.loads(services.export(person_of(everything)))

    names = {held.name for held in HELD} - {"accounts.sellermember"}
    assert names | {"mails", "e-mail", "made"} == set(told)
    assert told["accounts.address"][0]["street"] == "Jirón Zarzamora 4711"
    assert "ajen" not in json.dumps(told).lower()
    assert PrivacyRequest.objects.get().rows["orders.order"] == 1


def test_who_has_an_order_under_way_is_not_forgotten_yet() -> None:
    order = place()

    with pytest.raises(ErasureRefused, match=order.number):
        services.erase(person_of(order.customer))

    order.customer.refresh_from_db()
    assert order.customer.is_active


def test_whoever_works_for_the_shop_is_not_forgotten() -> None:
    with pytest.raises(ErasureRefused):
        services.erase(person_of(UserFactory.create(is_staff=True)))


def test_staffs_words_lose_what_names_the_person_and_keep_what_names_others(
    everything: User,
) -> None:
    person = person_of(everything)
    said = f"DNI 44 556 671, tel. 987-650-321, {SURNAME.upper()}  {NAME} <{EMAIL.lower()}>"
    services.export(person, made_by=UserFactory.create().pk, reason=f"{said}; no Ana Torres")
    boss = UserFactory.create()
    SavedList.objects.create(user=boss, rows="orders.order", name=f"De {NAME} {SURNAME}", query="")
    SavedList.objects.create(user=boss, rows="orders.order", name="Lima", query="q=Lima")
    asked = f"/admin/orders/order/?{urlencode({'q': EMAIL})}&o=1"
    BulkAction.objects.create(rows="orders.order", action="cancel", back=asked, total=1)

    done = services.erase(person, made_by=boss.pk, reason=f"Carta de {EMAIL}, con DNI")

    reasons = PrivacyRequest.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["DNI …, tel. …, … <…>; no Ana Torres", "Carta de …, con DNI"]
    assert SavedList.objects.get().name == "Lima"
    assert BulkAction.objects.get().back == "/admin/orders/order/?q=…&o=1"
    assert done.rows["accounts.impersonation"] == 1
    with pytest.raises(Error), transaction.atomic():
        Impersonation.objects.update(reason="otra")


def test_who_has_the_end_of_anothers_address_empties_nothing_of_theirs() -> None:
    short = "quispe@example.com"
    others = ["valeria.quispe@example.com", f"{short}.pe", f"x-{short}"]
    told = [short.upper(), f"<{short}>.", f"escribió:\n{short}"]
    links = [f"?q={quote(short)}&o=1", f"?next=%2F%3Fq%3D{quote(short)}"]
    for text in (*others, *told):
        DeliveredMessage.objects.create(
            id=uuid7(),
            created_at=timezone.now(),
            delivered_at=timezone.now(),
            attempts=1,
            payload={"said": text},
        )

    services.erase(Person(short))

    left = DeliveredMessage.objects.values_list("payload__said", flat=True)
    assert set(left) == set(others)
    pattern = address_pattern(short)
    assert [masked(text, pattern) for text in others] == others
    assert all("…" in masked(text, pattern) for text in (*told, *links))


def test_the_timeline_is_rewritten_by_nobody_else(everything: User) -> None:
    services.erase(person_of(everything))

    with pytest.raises(Exception, match="Cannot update"):
        OrderEvent.objects.update(note="otra historia")


def test_a_table_that_could_hold_people_is_in_the_list_or_said_to_hold_none() -> None:
    """Anyone who adds such a table decides what becomes of it."""
    others = {
        # Emptied by its own function.
        "audit.auditentry",
        # What staff, sellers and suppliers do as such.
        *("accounts.seller", "accounts.changedrole"),
        *("backoffice.bookscheck", "backoffice.bulkaction", "backoffice.savedlist"),
        *("backoffice.monthfile", "backoffice.monthlink", "backoffice.monthdownload"),
        # Gone after a day, with the address that an edited order had.
        "backoffice.undoable",
        *("catalog.sheetimport", "inventory.movement", "inventory.stockcount"),
        *("inventory.transfer", "payments.transferconfirmation", "payouts.statement"),
        *("purchasing.purchaseorder", "purchasing.receipt", "purchasing.supplier"),
        *("privacy.privacyrequest", "purchasing.orderevent", "sellers.sellernews"),
        *("till.tillentry", "till.tillsession"),
    }
    theirs = {
        model._meta.label_lower
        for model in apps.get_models()
        if not model._meta.proxy
        and model.__module__.split(".")[0] in _our_apps()
        and _could_hold_people(model)
    }

    assert theirs - {held.name for held in HELD} - others == set()


def _our_apps() -> set[str]:
    return {config.name for config in apps.get_app_configs() if "." not in config.name}


def _could_hold_people(model: type[Model]) -> bool:
    for field in model._meta.get_fields():
        if isinstance(field, EmailField) or field.name in {"phone", "phones", "recipient", "ip"}:
            return True
        if isinstance(field, ForeignKey) and field.related_model is User:
            return True
    return False


def test_the_shopper_forgets_himself_with_his_password_only(client: Client) -> None:
    user = somebody()
    client.force_login(user)

    wrong = client.post("/account/privacy/forget/", {"password": "no", "understood": "on"})
    right = client.post("/account/privacy/forget/", {"password": PASSWORD, "understood": "on"})

    assert wrong.status_code == 422
    assert "password" in wrong.context["form"].errors
    assert right.status_code == 302
    assert client.get("/account/orders/").status_code == 302
    assert not User.objects.filter(email__iexact=EMAIL).exists()


def test_staff_see_what_an_erasure_touches_before_it_is_done(client: Client, settings: Any) -> None:
    settings.DEMO = True
    somebody()
    client.force_login(staff_with(Role.ADMINISTRATOR))
    asked = {"kind": "erasure", "email": EMAIL.lower(), "reason": "Pidió por carta, con DNI"}

    shown = client.post("/admin/privacy/privacyrequest/add/", asked)

    assert sum(number for _name, number in shown.context["counts"]) > 5
    assert User.objects.filter(email=EMAIL).exists()
    done = client.post("/admin/privacy/privacyrequest/add/", asked | {"confirmed": "yes"})
    request = PrivacyRequest.objects.get()
    assert done.headers["Location"].endswith(f"{request.pk}/change/")
    assert request.fingerprint == fingerprint(EMAIL)
    found = client.get("/admin/privacy/privacyrequest/", {"q": EMAIL})
    assert list(found.context["cl"].result_list) == [request]
